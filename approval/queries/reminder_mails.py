"""What each agency was sent in a round of a pledge, what the mail server said, and whether the link was opened."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.reminder import Reminder

_MARKED = {"sent", "refused", "uncertain", "bounced", "skipped"}


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail to or about an agency, or a reminder that had no reason to leave (`outbox_id` None).

    `kind` is a ReminderKind or a kind of mail; `state` waiting, failed, sent, refused, uncertain, bounced or skipped.
    `at` is when that became so; `reason` the code or sentence why not, `answer` the mail server's words. `person_id` is
    None for a superior and for a reminder that did not leave.
    """

    outbox_id: int | None
    kind: str
    state: str
    at: datetime
    reason: str
    answer: str
    opened_at: datetime | None
    recipient: str
    person_id: int | None
    is_digest: bool
    to_representative: bool
    is_reminder: bool


@dataclass(frozen=True, slots=True)
class _Delivery:
    answer: str = ""
    opened_at: datetime | None = None


def load_party_mails(
    session: Session,
    *,
    pledge_id: uuid.UUID,
    round_number: int,
    party_ids: Sequence[int],
    reminders: Sequence[Reminder],
) -> dict[int, tuple[MailLine, ...]]:
    """Lines by party, the newest first; three statements whatever the number of agencies.

    `reminders` are the round's rows of these parties.
    """
    mailed = {row.outbox_id for row in reminders if row.outbox_id is not None}
    rows = session.execute(
        select(OutboxMessage, Person.display_name)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(
            OutboxMessage.topic == "mail",
            or_(
                OutboxMessage.id.in_(mailed),
                (OutboxMessage.pledge_id == pledge_id)
                & (OutboxMessage.round == round_number)
                & OutboxMessage.party_id.in_(party_ids),
            ),
        )
    ).all()
    messages = {message.id: (message, name or message.to_name or "") for message, name in rows}
    deliveries = _deliveries(session, messages)
    lines: dict[int, list[MailLine]] = defaultdict(list)
    for row in reminders:
        line = _reminder_line(row, messages, deliveries)
        if line is not None:
            lines[row.party_id].append(line)
    for message, name in messages.values():
        # Rows that were taken out of a mail have told why it was skipped.
        emptied = message.kind.startswith("reminder-") and message.outcome == "skipped"
        if message.id not in mailed and message.party_id is not None and not emptied:
            lines[message.party_id].append(_line(message, name, deliveries, kind=message.kind))
    return {party: tuple(sorted(found, key=lambda line: line.at, reverse=True)) for party, found in lines.items()}


def _deliveries(session: Session, messages: Iterable[int]) -> dict[int, _Delivery]:
    found: dict[int, _Delivery] = {}
    query = select(DeliveryEvent).where(DeliveryEvent.outbox_id.in_(list(messages))).order_by(DeliveryEvent.id)
    for event in session.scalars(query):
        known = found.get(event.outbox_id, _Delivery())
        if event.step == DeliveryStep.OPENED:
            known = _Delivery(known.answer, known.opened_at or event.at)
        elif event.answer:
            known = _Delivery(event.answer, known.opened_at)
        found[event.outbox_id] = known
    return found


def _reminder_line(
    row: Reminder, messages: dict[int, tuple[OutboxMessage, str]], deliveries: dict[int, _Delivery]
) -> MailLine | None:
    """What is only planned or was planned anew is no line."""
    if row.outbox_id is not None and row.outbox_id in messages:
        message, name = messages[row.outbox_id]
        return _line(message, name, deliveries, kind=row.kind, is_reminder=True)
    if row.outcome != "skipped" or row.closed_at is None:
        return None
    return MailLine(
        outbox_id=None,
        kind=row.kind,
        state="skipped",
        at=row.closed_at,
        reason=row.note,
        answer="",
        opened_at=None,
        recipient="",
        person_id=None,
        is_digest=False,
        to_representative=True,
        is_reminder=True,
    )


def _line(
    message: OutboxMessage, name: str, deliveries: dict[int, _Delivery], *, kind: str, is_reminder: bool = False
) -> MailLine:
    delivery = deliveries.get(message.id, _Delivery())
    return MailLine(
        outbox_id=message.id,
        kind=kind,
        state=_state(message),
        at=message.closed_at or message.due_at,
        reason=message.note if message.closed_at else message.last_error,
        answer=delivery.answer,
        opened_at=delivery.opened_at,
        recipient=name,
        person_id=message.person_id,
        is_digest=message.kind == "reminder-digest",
        to_representative=message.person_id is not None,
        is_reminder=is_reminder,
    )


def _state(message: OutboxMessage) -> str:
    if message.outcome in _MARKED:
        return str(message.outcome)
    return "failed" if message.last_error else "waiting"
