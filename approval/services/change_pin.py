"""Put the person's own signing key under a new PIN."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import ChangePin
from approval.domain.pin_policy import check_pin
from approval.extensions import parts
from approval.services.unit_of_work import EventDraft, unit_of_work
from approval.services.unlock_signing_key import (
    forget_attempts,
    no_signing_key,
    unlocked_signing_key,
)


def change_pin(command: ChangePin) -> None:
    """Re-encrypt the key. Raises WeakPinError before any attempt is counted, WrongPinError, NotAllowedError."""
    check_pin(command.new_pin)
    with unlocked_signing_key(command.actor, command.current_pin) as opened:
        container = parts().key_store.change_pin(opened.container, command.current_pin, command.new_pin)
        with unit_of_work() as uow:
            row = forget_attempts(uow, opened.key_id)
            if row.container != opened.container:
                # Another tab changed the PIN meanwhile; storing this one would silently undo that.
                raise no_signing_key()
            row.container = container
            uow.record(EventDraft(type=EventType.PIN_CHANGED, actor=command.actor))
