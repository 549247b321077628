"""Note that the mail server will never take a mail as it is."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.services.claimed_row import lock_claimed
from approval.services.delivery_record import add_step
from approval.services.mail_closing import answer_code, close_mail, mail_event
from approval.services.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class MarkMailRefused:
    """The server refused the claimed mail: `answer` are its words, `cause` a sentence that people may see."""

    outbox_id: int
    lease_number: int
    answer: str
    cause: str


def mark_mail_refused(command: MarkMailRefused) -> None:
    """Close the row as refused; nobody tries again by itself. Raises LeaseLostError."""
    with unit_of_work() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        row.attempts += 1
        row.last_error = command.cause
        close_mail(uow, row, outcome="refused", note=command.answer)
        add_step(uow, row.id, DeliveryStep.REFUSED, command.answer)
        data: dict[str, object] = {"attempts": row.attempts, "code": answer_code(command.answer)}
        uow.record(mail_event(EventType.MAIL_REFUSED, row, data))
