"""Close a finalisation's row once the pledge is finalised; the event was written by the finalisation itself."""

from __future__ import annotations

from dataclasses import dataclass

from approval.services.claimed_row import lock_claimed
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class CloseOutbox:
    """The claimed work is done, by this worker or by one before it."""

    outbox_id: int
    lease_number: int


def close_outbox(command: CloseOutbox) -> None:
    """Close the row as done. Raises LeaseLostError."""
    with housekeeping() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        row.attempts += 1
        row.last_error = ""
        row.outcome = "done"
        row.closed_at = uow.now
        row.lease_until = None
