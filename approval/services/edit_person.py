"""Corrects the name and the address of an account; mail that waits goes to the new address."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.commands import EditPerson
from approval.domain.errors import TransitionRefusedError
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.models.signature_picture import SignaturePicture
from approval.services.account_mail import AccountChange, queue_account_mail
from approval.services.account_rows import account_not_found, lock_account_row
from approval.services.account_words import clean_address, clean_display_name, refuse_known_address
from approval.services.administrator_only import require_administrator
from approval.services.drawn_picture import drawn_picture
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def edit_person(command: EditPerson) -> None:
    """Store what differs. Sessions, password and signing key stay; a certificate keeps the name it was issued to.

    A signature picture that was drawn from the old name is drawn anew. Raises InvalidInputError (name, address; also
    as MissingGlyphError), TransitionRefusedError when nothing differs, NotFoundError, NotAllowedError for everybody but
    an administrator.
    """
    require_administrator(command.actor)
    name, email = clean_display_name(command.display_name), clean_address(command.email)
    # Drawing is slow, so before the lock; afterwards it is remembered.
    _draw(command.person_id, name)
    with unit_of_work() as uow:
        person = lock_account_row(uow, command.person_id)
        changed = [field for field, new in (("display_name", name), ("email", email)) if getattr(person, field) != new]
        if not changed:
            raise _nothing_new()
        if "email" in changed:
            refuse_known_address(uow, email)
        person.display_name, person.email = name, email
        if "display_name" in changed:
            _redraw(uow, person)
        queue_account_mail(uow, person.id, AccountChange.EDITED)
        data = {"person": person.id, "changed": changed}
        uow.record(EventDraft(type=EventType.ACCOUNT_CHANGED, actor=command.actor, data=data))


def _draw(person_id: int, name: str) -> None:
    role = db.session.scalar(select(Person.role).where(Person.id == person_id))
    if role is None:
        raise account_not_found()
    if role == Role.REPRESENTATIVE:
        drawn_picture(name)


def _redraw(uow: UnitOfWork, person: Person) -> None:
    picture = uow.session.get(SignaturePicture, person.id)
    if picture is not None and picture.origin == "default":
        picture.png, picture.updated_at = drawn_picture(person.display_name), uow.now


def _nothing_new() -> TransitionRefusedError:
    return TransitionRefusedError(
        "account-unchanged",
        "Tên và địa chỉ vẫn như cũ, nên không có gì để lưu. Sửa rồi lưu lại, hoặc trở về danh sách.",
        "Name and address are as they were, so there is nothing to save. Change them, or go back to the list.",
    )
