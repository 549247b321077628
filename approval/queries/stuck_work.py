"""Work that hangs: mails that do not arrive, pledges that are not finished, each with its age and its cause."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from approval.domain.working_calendar import WorkingCalendar
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.queries.background_work import ready_since

# Longer than any ordinary step takes; earlier would show work that is simply under way.
_TOO_LONG = timedelta(minutes=5)
# Nobody sends a mail again that failed last season.
_REMEMBERED = timedelta(days=30)
_MOST = 200
_FATES = ("refused", "uncertain", "bounced")


@dataclass(frozen=True, slots=True)
class StuckItem:
    """One row of the outbox that needs a look.

    `fate` is "failing" (tried, comes again), "untouched" (nobody took it), or how a mail ended: "refused", "uncertain",
    "bounced". `next_try_at` is None for what ended; `answer` has the mail server's last words.
    """

    outbox_id: int
    topic: str
    kind: str
    fate: str
    pledge_id: uuid.UUID | None
    title: str
    recipient: str
    since: datetime
    next_try_at: datetime | None
    attempts: int
    cause: str
    answer: str


def list_stuck_work(
    session: Session, *, now: datetime, calendar: WorkingCalendar | None = None
) -> tuple[StuckItem, ...]:
    """What failed at least once, waits for more than five minutes, or ended badly within thirty days; oldest first.

    `calendar` is that of the quiet hours, None where mail leaves at any hour.
    """
    bad_end = OutboxMessage.outcome.in_(_FATES) & (OutboxMessage.closed_at > now - _REMEMBERED)
    waits = OutboxMessage.closed_at.is_(None) & or_(
        OutboxMessage.last_error != "", OutboxMessage.due_at < now - _TOO_LONG
    )
    rows = session.execute(
        select(OutboxMessage, Pledge.title, Person.display_name, Person.email)
        .outerjoin(Pledge, Pledge.id == OutboxMessage.pledge_id)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(or_(waits, bad_end))
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
        .limit(_MOST)
    ).all()
    shown = [row for row in rows if _is_stuck(row[0], now, calendar)]
    answers = _answers(session, [message.id for message, *_ in shown])
    return tuple(
        _item(message, title or "", _recipient(message, name, email), answers.get(message.id, ""))
        for message, title, name, email in shown
    )


def _is_stuck(message: OutboxMessage, now: datetime, calendar: WorkingCalendar | None) -> bool:
    """A mail that only waits for the morning is not."""
    if message.closed_at is not None or message.last_error:
        return True
    return ready_since(message, calendar) < now - _TOO_LONG


def _answers(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = select(DeliveryEvent.outbox_id, DeliveryEvent.answer).where(
        DeliveryEvent.outbox_id.in_(ids), DeliveryEvent.answer != ""
    )
    return {row.outbox_id: row.answer for row in session.execute(query.order_by(DeliveryEvent.id))}


def _recipient(message: OutboxMessage, name: str | None, email: str | None) -> str:
    shown_name, address = name or message.to_name, message.to_address or email
    return f"{shown_name} <{address}>" if shown_name else address or ""


def _item(message: OutboxMessage, title: str, recipient: str, answer: str) -> StuckItem:
    open_fate = "failing" if message.last_error else "untouched"
    return StuckItem(
        outbox_id=message.id,
        topic=message.topic,
        kind=message.kind,
        fate=message.outcome or open_fate,
        pledge_id=message.pledge_id,
        title=title,
        recipient=recipient,
        since=message.created_at,
        next_try_at=None if message.closed_at else message.lease_until or message.due_at,
        attempts=message.attempts,
        cause=message.last_error or message.note,
        answer=answer,
    )
