"""Put the person's own signing key under a new PIN."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import ChangePin
from approval.domain.pin_policy import check_pin
from approval.extensions import db, parts
from approval.models.signing_key import SigningKey
from approval.services.unit_of_work import EventDraft, unit_of_work
from approval.services.unlock_signing_key import (
    forget_attempts,
    no_signing_key,
    unlock_signing_key,
)


def change_pin(command: ChangePin) -> None:
    """Re-encrypt the key. Raises WeakPinError before any attempt is counted, WrongPinError, NotAllowedError."""
    check_pin(command.new_pin)
    opened = unlock_signing_key(command.actor, command.current_pin)
    before = _container(opened.key_id)
    after = parts().key_store.change_pin(before, command.current_pin, command.new_pin)
    with unit_of_work() as uow:
        row = forget_attempts(uow, opened.key_id)
        if row.container != before:
            # Another tab changed the PIN meanwhile; the container made here is of the old PIN's world.
            raise no_signing_key()
        row.container = after
        uow.record(EventDraft(type=EventType.PIN_CHANGED, actor=command.actor))


def _container(key_id: int) -> bytes:
    return db.session.get_one(SigningKey, key_id).container
