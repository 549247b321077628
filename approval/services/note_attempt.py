"""Writes down that a mail is about to be handed over, so that a worker that dies meanwhile leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass

from approval.models.delivery_event import DeliveryStep
from approval.services.claimed_row import lock_claimed
from approval.services.delivery_record import add_step
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class NoteAttempt:
    """The claimed mail goes to the mail server next."""

    outbox_id: int
    lease_number: int


def note_attempt(command: NoteAttempt) -> None:
    """Raises LeaseLostError: then the mail must not be handed over."""
    with housekeeping() as uow:
        lock_claimed(uow, command.outbox_id, command.lease_number)
        add_step(uow, command.outbox_id, DeliveryStep.ATTEMPTED)
