"""The deadlines that one mail puts into its reader's calendar, or takes out of it."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.deadline_event import DeadlineEvent
from approval.domain.reminder_policy import Stage
from approval.domain.spoken_title import spoken_title
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.reminder import Reminder
from approval.queries.mail_due import RELIEVED, deadline_of, slot_of
from approval.queries.mail_values import link_to
from approval.queries.reminder_mail import is_reminder

_ENDING = frozenset({"cancelled", "declined"})


def load_deadline_events(session: Session, outbox_id: int) -> tuple[DeadlineEvent, ...]:
    """What the mail's calendar file holds, in order of time; () when it carries none (people who read along)."""
    message = session.get_one(OutboxMessage, outbox_id)
    if message.person_id is None:
        return ()
    if is_reminder(message):
        return _reminded(session, message)
    if message.party_id is None or message.pledge_id is None:
        return ()
    pledge = session.get_one(Pledge, message.pledge_id)
    if message.kind in _ENDING:
        declined = message.kind == "declined" or pledge.signing_deadline is not None
        return (_event(pledge, message.party_id, Stage.SIGNING if declined else Stage.REVIEW, cancelled=True),)
    if message.kind == RELIEVED:
        stage = Stage(json.loads(message.facts)["stage"])
        return (_event(pledge, message.party_id, stage, cancelled=True),)
    slot = slot_of(message)
    return (_event(pledge, message.party_id, Stage(slot)),) if slot else ()


def _reminded(session: Session, message: OutboxMessage) -> tuple[DeadlineEvent, ...]:
    query = (
        select(Reminder.party_id, Reminder.stage, Pledge)
        .join(Pledge, Pledge.id == Reminder.pledge_id)
        .where(Reminder.outbox_id == message.id, Reminder.outcome == "mailed")
    )
    events = (_event(pledge, party_id, Stage(stage)) for party_id, stage, pledge in session.execute(query))
    standing = [(event.deadline, event.uid, event) for event in events if event.deadline is not None]
    return tuple(event for _deadline, _uid, event in sorted(standing, key=lambda one: one[:2]))


def _event(pledge: Pledge, party_id: int, stage: Stage, *, cancelled: bool = False) -> DeadlineEvent:
    return DeadlineEvent(
        pledge_id=pledge.id,
        party_id=party_id,
        stage=stage,
        sequence=pledge.version,
        title=spoken_title(pledge.title),
        deadline=deadline_of(pledge, stage),
        link=link_to(pledge, "" if cancelled else stage),
        cancelled=cancelled,
    )
