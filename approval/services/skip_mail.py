"""Close a mail that is not due any more, saying why."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.services.claimed_row import lock_claimed
from approval.services.delivery_record import add_step
from approval.services.mail_closing import close_mail, mail_event
from approval.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class SkipMail:
    """The claimed mail is not due any more; `reason` is ASCII."""

    outbox_id: int
    lease_number: int
    reason: str


def skip_mail(command: SkipMail) -> None:
    """Close the row as skipped. Raises LeaseLostError."""
    with unit_of_work() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        close_mail(uow, row, outcome="skipped", note=command.reason)
        add_step(uow, row.id, DeliveryStep.SKIPPED, command.reason)
        uow.record(mail_event(EventType.MAIL_SKIPPED, row, {"reason": command.reason}))
