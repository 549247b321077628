"""Give a person a signing key under a PIN, in place of the one they had."""

from __future__ import annotations

from sqlalchemy import select

from approval.adapters.key_store import KeyContainer
from approval.domain.audit_event import EventType
from approval.domain.commands import IssueSigningKey
from approval.domain.errors import NotFoundError
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.signature_picture import SignaturePicture
from approval.models.signing_key import SigningKey
from approval.services.account_mail import AccountChange, queue_account_mail
from approval.services.administrator_only import require_administrator
from approval.services.drawn_picture import drawn_picture
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def issue_signing_key(command: IssueSigningKey) -> None:
    """Administrator: replace the person's key; the old one can no longer sign here.

    Signatures already given with it keep counting. Its certificate is not put on the CRL: a document sealed after that
    holds no list from before the revocation, without which long-term validation (EN 319 102-1 §5.6.2) refuses the old
    key's signature in a signing that is on its way, and finished documents judged with today's list. A stolen old key
    gains nothing by it: the product signs with the current key only, and seals only what it has signed.
    Raises WeakPinError, NotFoundError.
    """
    require_administrator(command.actor)
    name, agency = _describe(command.person_id)
    container = make_signing_key(display_name=name, organisation=agency, pin=command.pin)
    with unit_of_work() as uow:
        add_signing_key(uow, command.person_id, container)
        queue_account_mail(uow, command.person_id, AccountChange.KEY_ISSUED)
        data = {"person": command.person_id, "certificate_serial": container.serial}
        uow.record(EventDraft(type=EventType.KEY_ISSUED, actor=command.actor, data=data))


def make_signing_key(*, display_name: str, organisation: str, pin: str) -> KeyContainer:
    """The slow part (key, certificate, PIN derivation, picture), to be done before any lock.

    Raises WeakPinError, MissingGlyphError.
    """
    drawn_picture(display_name)
    return parts().key_store.create(display_name=display_name, organisation=organisation, pin=pin)


def add_signing_key(uow: UnitOfWork, person_id: int, container: KeyContainer) -> None:
    """Store the key as the person's current one inside the caller's unit of work; the one before is revoked.

    A person without a signature picture gets the one drawn from their name.
    """
    _add_picture(uow, person_id)
    current = select(SigningKey).where(SigningKey.person_id == person_id, SigningKey.revoked_at.is_(None))
    for old in uow.session.scalars(current.with_for_update()):
        old.revoked_at = uow.now
    # The partial unique index allows one current key: the old one must be out before the new one comes in.
    uow.session.flush()
    uow.session.add(
        SigningKey(
            person_id=person_id,
            container=container.blob,
            certificate_pem=container.certificate_pem,
            certificate_serial=container.serial,
            certificate_subject=container.subject,
            not_before=container.not_before,
            not_after=container.not_after,
            created_at=uow.now,
            failed_attempts=0,
        )
    )


def _add_picture(uow: UnitOfWork, person_id: int) -> None:
    if uow.session.get(SignaturePicture, person_id) is not None:
        return
    # Drawn by `make_signing_key` before the lock, remembered until here.
    png = drawn_picture(uow.session.get_one(Person, person_id).display_name)
    uow.session.add(SignaturePicture(person_id=person_id, png=png, origin="default", updated_at=uow.now))


def _describe(person_id: int) -> tuple[str, str]:
    row = db.session.execute(
        select(Person.display_name, Agency.name)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Person.id == person_id, Person.active, Person.role == Role.REPRESENTATIVE)
    ).one_or_none()
    if row is None:
        raise NotFoundError(
            "representative-not-found",
            "Không có đại diện cơ quan nào với mã này. Chọn lại người trong danh sách.",
            "There is no such representative. Choose one from the list.",
        )
    return row[0], row[1]
