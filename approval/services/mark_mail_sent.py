"""Note that the mail server took a mail, and take the next one in the same breath."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, bindparam, update

from approval.adapters.failpoints import failpoint
from approval.domain.audit_event import EventType
from approval.models.delivery_event import DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.services.claimed_row import lease_lost
from approval.services.delivery_record import add_step
from approval.services.mail_closing import mail_event
from approval.services.taken_mail import Reading, TakeMail, TakenMail, take_due
from approval.services.unit_of_work import UnitOfWork, unit_of_work

_ROWS = cast("Table", OutboxMessage.__table__)
# Closing is the holder's privilege, so the fencing number is part of the question.
_CLOSE = (
    update(_ROWS)
    .where(
        _ROWS.c.id == bindparam("row_id"),
        _ROWS.c.closed_at.is_(None),
        _ROWS.c.lease_number == bindparam("held"),
    )
    .values(
        outcome="sent",
        note="",
        last_error="",
        attempts=_ROWS.c.attempts + 1,
        closed_at=bindparam("now"),
        lease_until=None,
    )
    .returning(*(_ROWS.c[name] for name in ("kind", "key", "message_id", "person_id", "pledge_id", "attempts")))
)


@dataclass(frozen=True, slots=True)
class MarkMailSent:
    """The claimed mail was handed over; `answer` are the server's last words."""

    outbox_id: int
    lease_number: int
    answer: str = ""


def mark_mail_sent(command: MarkMailSent) -> None:
    """Close the row as sent. Raises LeaseLostError."""
    with unit_of_work() as uow:
        _close(uow, command)


def mark_sent_and_take(command: MarkMailSent, then: TakeMail[Reading]) -> TakenMail[Reading] | None:
    """Close the row as sent and take the next due mail, with one commit for both. Raises LeaseLostError.

    On any error neither has happened.
    """
    with unit_of_work() as uow:
        _close(uow, command)
        taken = take_due(uow, then)
        failpoint("relay:4")
        return taken


def _close(uow: UnitOfWork, command: MarkMailSent) -> None:
    which = {"row_id": command.outbox_id, "held": command.lease_number, "now": uow.now}
    row = uow.ask(_CLOSE, which).one_or_none()
    if row is None:
        raise lease_lost()
    add_step(uow, command.outbox_id, DeliveryStep.SENT, command.answer)
    uow.record(mail_event(EventType.MAIL_SENT, row, {"attempts": row.attempts}))
