"""Note that the mail server took a mail."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.services.claimed_row import lock_claimed
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class MarkMailSent:
    """The claimed mail was handed over."""

    outbox_id: int
    lease_number: int


def mark_mail_sent(command: MarkMailSent) -> None:
    """Close the row as sent. Raises LeaseLostError."""
    with unit_of_work() as uow:
        row = lock_claimed(uow, command.outbox_id, command.lease_number)
        row.attempts += 1
        row.last_error = ""
        close_mail(uow, row, outcome="sent", note="")
        uow.record(mail_event(uow, EventType.MAIL_SENT, row, {"attempts": row.attempts}))


def close_mail(uow: UnitOfWork, row: OutboxMessage, *, outcome: str, note: str) -> None:
    """Close a mail row inside the caller's unit of work."""
    row.outcome = outcome
    row.note = note
    row.closed_at = uow.now
    row.lease_until = None


def mail_event(uow: UnitOfWork, kind: EventType, row: OutboxMessage, data: dict[str, object]) -> EventDraft:
    """What the history says about a mail: which, to whom by number, never an address."""
    pledge = uow.session.get(Pledge, row.pledge_id) if row.pledge_id is not None else None
    about = {
        "kind": row.kind,
        "key": row.key,
        "message_id": row.message_id,
        "person": row.person_id,
    }
    return EventDraft(type=kind, actor=SYSTEM_ACTOR, pledge=pledge, data={**about, **data})
