"""Which mail a relay will probably take next, and how far the history had come when that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from approval.models.audit_event import AuditHead
from approval.models.outbox_message import OutboxMessage
from approval.queries.reminder_mail import is_reminder_kind

_NEXT = (
    select(OutboxMessage.id, OutboxMessage.kind, AuditHead.size)
    .join(AuditHead, AuditHead.id == 1)
    .where(
        OutboxMessage.topic == "mail",
        OutboxMessage.closed_at.is_(None),
        OutboxMessage.due_at <= bindparam("now"),
        or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= bindparam("now")),
    )
    .order_by(OutboxMessage.due_at, OutboxMessage.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NextMail:
    """The mail, and the number of events in the history at that moment."""

    outbox_id: int
    history_size: int


def load_next_mail(session: Session, *, now: datetime) -> NextMail | None:
    """The oldest mail that is due and nobody's; None as well for reminders, whose plan moves without an event."""
    row = session.execute(_NEXT, {"now": now}).one_or_none()
    return None if row is None or is_reminder_kind(row.kind) else NextMail(row.id, row.size)
