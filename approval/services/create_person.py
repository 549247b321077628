"""Makes an account; a representative gets a signing key and a recorded authority with it."""

from __future__ import annotations

from approval.adapters.key_store import KeyContainer
from approval.adapters.typeset_authority import check_authority_fits
from approval.domain.audit_event import EventType
from approval.domain.authority import authority_lines
from approval.domain.commands import CreatePerson, GrantAuthority
from approval.domain.errors import InvalidInputError
from approval.domain.password_rule import check_new_password
from approval.domain.states import AuthorityKind, Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.person import Person
from approval.services.account_words import clean_address, clean_display_name, refuse_known_address
from approval.services.administrator_only import require_administrator
from approval.services.grant_authority import add_authority, check_lengths
from approval.services.issue_signing_key import add_signing_key, make_signing_key
from approval.services.person_place import require_place
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def create_person(command: CreatePerson) -> int:
    """Store the account and return its id.

    Raises InvalidInputError (address, password, bloc, agency, role), WeakPinError, NotAllowedError for everybody but
    an administrator.
    """
    require_administrator(command.actor)
    email = clean_address(command.email)
    check_new_password(command.password, email=email)
    _check_words(command)
    _check_role(command)
    require_place(command)
    # Hashing and key making are slow, so they come before the lock.
    password_hash = parts().passwords.hash(command.password)
    container = _make_key(command)
    with unit_of_work() as uow:
        refuse_known_address(uow, email)
        person = _add_person(uow, command, email, password_hash)
        if container is not None:
            add_signing_key(uow, person.id, container)
            add_authority(uow, _authority(uow, command, person.id), agency_id=person.agency_id or 0)
        data = {
            "person": person.id,
            "role": person.role,
            "agency": person.agency_id,
            "bloc": person.bloc_id,
            "certificate_serial": None if container is None else container.serial,
        }
        uow.record(EventDraft(type=EventType.ACCOUNT_CREATED, actor=command.actor, data=data))
        return person.id


def _check_words(command: CreatePerson) -> None:
    name = clean_display_name(command.display_name)
    if command.role is Role.REPRESENTATIVE:
        lines = authority_lines(command.authority, command.position_title)
        if command.authority is AuthorityKind.TUQ and not command.document_reference.strip():
            raise InvalidInputError(
                "mandate-document-missing",
                "Thừa ủy quyền (TUQ.) phải có văn bản ủy quyền; hãy ghi số, ngày của văn bản đó.",
                "A mandate (TUQ.) needs its written document; give its number and date.",
                field="document_reference",
            )
        check_lengths(command.position_title, command.document_reference)
        check_authority_fits(lines, name)


def _check_role(command: CreatePerson) -> None:
    representative = command.role is Role.REPRESENTATIVE
    if command.role is Role.SYSTEM or (representative and (command.agency_id is None or command.pin is None)):
        raise InvalidInputError(
            "role-incomplete",
            "Đại diện cơ quan cần có cơ quan và mã PIN; hãy bổ sung rồi lưu lại.",
            "A representative needs an agency and a PIN; add them and save again.",
            field="agency_id" if representative and command.agency_id is None else "role",
        )


def _make_key(command: CreatePerson) -> KeyContainer | None:
    if command.role is not Role.REPRESENTATIVE or command.pin is None:
        return None
    organisation = db.session.get_one(Agency, command.agency_id).name
    return make_signing_key(display_name=_name(command), organisation=organisation, pin=command.pin)


def _add_person(uow: UnitOfWork, command: CreatePerson, email: str, password_hash: str) -> Person:
    person = Person(
        display_name=_name(command),
        email=email,
        password_hash=password_hash,
        role=command.role.value,
        agency_id=command.agency_id,
        bloc_id=command.bloc_id,
        active=True,
        created_at=uow.now,
        password_changed_at=uow.now,
    )
    uow.session.add(person)
    uow.session.flush()
    return person


def _authority(uow: UnitOfWork, command: CreatePerson, person_id: int) -> GrantAuthority:
    return GrantAuthority(
        actor=command.actor,
        person_id=person_id,
        kind=command.authority,
        position_title=command.position_title,
        document_reference=command.document_reference,
        valid_from=uow.now,
        valid_to=None,
    )


def _name(command: CreatePerson) -> str:
    return clean_display_name(command.display_name)
