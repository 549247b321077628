"""Give a claimed row back after a failure, with its cause, to be tried again after a pause."""

from __future__ import annotations

from dataclasses import dataclass

from approval.models.delivery_event import DeliveryStep
from approval.services.claimed_row import lock_claimed, put_back
from approval.services.delivery_record import add_step
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class PutBackOutbox:
    """The claimed row failed; `cause` is a sentence people may see, `answer` a mail server's own words."""

    outbox_id: int
    lease_number: int
    cause: str
    answer: str = ""


def put_back_outbox(command: PutBackOutbox) -> None:
    """Count the failure, keep its cause, wait longer each time. Raises LeaseLostError."""
    with housekeeping() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        put_back(row, cause=command.cause, now=uow.now)
        if row.topic == "mail":
            add_step(uow, row.id, DeliveryStep.DEFERRED, command.answer or command.cause)
