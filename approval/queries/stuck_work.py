"""Work that failed or waits too long: mails that could not be sent, pledges that could not be finished."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge

# Longer than any ordinary step takes; earlier would show work that is simply under way.
_TOO_LONG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StuckItem:
    """One row of the outbox that needs a look: what, for whom, since when, why, and when it is tried again."""

    topic: str
    kind: str
    pledge_id: uuid.UUID | None
    title: str
    recipient: str
    since: datetime
    next_try_at: datetime
    attempts: int
    cause: str


def list_stuck_work(session: Session, *, now: datetime) -> tuple[StuckItem, ...]:
    """Open rows that failed at least once, or were due more than five minutes ago and untouched; oldest first."""
    rows = session.execute(
        select(OutboxMessage, Pledge.title, Person.display_name, Person.email)
        .outerjoin(Pledge, Pledge.id == OutboxMessage.pledge_id)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(
            OutboxMessage.closed_at.is_(None),
            or_(OutboxMessage.attempts > 0, OutboxMessage.due_at < now - _TOO_LONG),
            or_(OutboxMessage.last_error != "", OutboxMessage.due_at < now - _TOO_LONG),
        )
        .order_by(OutboxMessage.created_at)
    )
    return tuple(
        StuckItem(
            topic=message.topic,
            kind=message.kind,
            pledge_id=message.pledge_id,
            title=title or "",
            recipient=f"{name} <{email}>" if name else "",
            since=message.created_at,
            next_try_at=message.lease_until or message.due_at,
            attempts=message.attempts,
            cause=message.last_error,
        )
        for message, title, name, email in rows
    )
