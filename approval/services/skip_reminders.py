"""Take reminders that are no longer due out of the mail that was to carry them, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from approval.models.reminder import Reminder
from approval.services.claimed_row import lock_claimed
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class SkipReminders:
    """`reasons` gives, for reminder ids of the claimed mail, why they are not due (ASCII)."""

    outbox_id: int
    lease_number: int
    reasons: tuple[tuple[int, str], ...]


def skip_reminders(command: SkipReminders) -> None:
    """Close the rows as skipped while the mail has not left. Raises LeaseLostError."""
    with housekeeping() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        for reminder_id, reason in command.reasons:
            uow.session.execute(
                update(Reminder)
                .where(Reminder.id == reminder_id, Reminder.outbox_id == row.id)
                .values(outcome="skipped", outbox_id=None, note=reason, closed_at=uow.now)
            )
