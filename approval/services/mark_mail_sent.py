"""Note that the mail server took a mail."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.services.claimed_row import lock_claimed
from approval.services.delivery_record import add_step
from approval.services.mail_closing import close_mail, mail_event
from approval.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class MarkMailSent:
    """The claimed mail was handed over; `answer` are the server's last words."""

    outbox_id: int
    lease_number: int
    answer: str = ""


def mark_mail_sent(command: MarkMailSent) -> None:
    """Close the row as sent. Raises LeaseLostError."""
    with unit_of_work() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        row.attempts += 1
        row.last_error = ""
        close_mail(uow, row, outcome="sent", note="")
        add_step(uow, row.id, DeliveryStep.SENT, command.answer)
        uow.record(mail_event(uow, EventType.MAIL_SENT, row, {"attempts": row.attempts}))
