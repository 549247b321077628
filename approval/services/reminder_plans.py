"""Keeps the plan of reminders as rows: made when people are asked, made anew when deadline or policy change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from approval.domain.reminder_plan import BY_HAND, PlannedReminder, ReminderKind, StageFacts, plan_reminders
from approval.domain.reminder_policy import DEFAULT_POLICIES, ReminderPolicy, Stage
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.reminder import Reminder
from approval.models.reminder_policy import PledgeReminderPolicy
from approval.services.office_calendar import office_calendar
from approval.services.reminder_standing import invited_at, party_invited_at, waiting_parties
from approval.services.unit_of_work import UnitOfWork

REPLANNED, DEADLINE_MOVED = "replanned", "deadline-moved"
PERSON_REPLACED = "person-replaced"


def plan_stage(
    uow: UnitOfWork, pledge: Pledge, stage: Stage, *, parties: Sequence[PledgeParty], invited_at: datetime
) -> None:
    """Bring the rows of this round and stage in line with policy and deadline.

    Rows still waiting are withdrawn unless they are planned again; what was mailed stays and counts.
    """
    uow.session.flush()
    _withdraw(uow, pledge, stage, Reminder.kind.not_in(BY_HAND), note=REPLANNED)
    _plan(uow, pledge, stage, parties, invited_at)


def replan(uow: UnitOfWork, pledge: Pledge, stage: Stage) -> None:
    """The same in a stage that is open already, for those who have not acted yet."""
    uow.session.flush()
    parties = waiting_parties(uow.session, pledge, stage)
    plan_stage(uow, pledge, stage, parties=parties, invited_at=invited_at(uow.session, pledge, stage))


def replan_replaced(uow: UnitOfWork, pledge: Pledge, stage: Stage, party: PledgeParty) -> None:
    """The same for one agency whose representative has just been replaced: what was planned was meant for another."""
    uow.session.flush()
    _withdraw(uow, pledge, stage, Reminder.party_id == party.id, note=PERSON_REPLACED)
    if party.id in {waiting.id for waiting in waiting_parties(uow.session, pledge, stage)}:
        _plan(uow, pledge, stage, [party], invited_at(uow.session, pledge, stage))


def take_back_unsent(uow: UnitOfWork, pledge: Pledge, stage: Stage) -> None:
    """Before replanning for another deadline: a reminder of the old one that has not left is not sent any more.

    It would say what no longer holds, and as sent it would count: the superior, for one, is told only once. A mail
    that a worker may be handing over this moment stays; the worker asks once more before it does.
    """
    nobody_at_it = or_(
        OutboxMessage.lease_until.is_(None),
        OutboxMessage.lease_until <= uow.now,
        # Every claim raises the one and every failure the other: it rests after a failure.
        OutboxMessage.lease_number == OutboxMessage.attempts,
    )
    waiting = (
        select(Reminder.id)
        .join(OutboxMessage, OutboxMessage.id == Reminder.outbox_id)
        .where(
            Reminder.pledge_id == pledge.id,
            Reminder.round == pledge.round,
            Reminder.stage == stage,
            Reminder.kind.not_in(BY_HAND),
            OutboxMessage.closed_at.is_(None),
            nobody_at_it,
        )
        .with_for_update(of=OutboxMessage, skip_locked=True)
    )
    uow.session.execute(
        update(Reminder)
        .where(Reminder.id.in_(uow.session.scalars(waiting).all()))
        .values(outcome="skipped", outbox_id=None, note=DEADLINE_MOVED, closed_at=uow.now)
    )


def policy_of(session: Session, pledge: Pledge, stage: Stage) -> ReminderPolicy:
    """The pledge's own policy for a stage, or the default."""
    stored = session.get(PledgeReminderPolicy, (pledge.id, stage.value))
    return DEFAULT_POLICIES[stage] if stored is None else ReminderPolicy.from_dict(json.loads(stored.policy))


def _plan(
    uow: UnitOfWork, pledge: Pledge, stage: Stage, parties: Sequence[PledgeParty], stage_invited_at: datetime
) -> None:
    deadline = pledge.review_deadline if stage is Stage.REVIEW else pledge.signing_deadline
    policy, calendar = policy_of(uow.session, pledge, stage), office_calendar(uow.session)
    mailed = _mailed(uow.session, pledge, stage)
    for party in parties:
        mine = [one for one in mailed if one.party_id == party.id and _was_sent_to_current(one, party)]
        facts = StageFacts(
            invited_at=party_invited_at(party, stage_invited_at),
            deadline=deadline or uow.now,
            now=uow.now,
            sent=frozenset(one.slot for one in mine if one.kind not in (ReminderKind.ESCALATION, *BY_HAND)),
            escalated=any(one.kind == ReminderKind.ESCALATION for one in mine),
        )
        _write(uow, pledge, stage, party, plan_reminders(policy, calendar, facts))


def _was_sent_to_current(row: Reminder, party: PledgeParty) -> bool:
    """What the representative before was sent counts neither against the cap nor as an escalation."""
    return party.person_since is None or row.closed_at is None or row.closed_at > party.person_since


def _withdraw(uow: UnitOfWork, pledge: Pledge, stage: Stage, which: ColumnElement[bool], *, note: str) -> None:
    uow.session.execute(
        update(Reminder)
        .where(
            Reminder.pledge_id == pledge.id,
            Reminder.round == pledge.round,
            Reminder.stage == stage,
            Reminder.outcome.is_(None),
            which,
        )
        .values(outcome="withdrawn", note=note, closed_at=uow.now)
    )


def _mailed(session: Session, pledge: Pledge, stage: Stage) -> Sequence[Reminder]:
    query = select(Reminder).where(
        Reminder.pledge_id == pledge.id,
        Reminder.round == pledge.round,
        Reminder.stage == stage,
        Reminder.outcome == "mailed",
    )
    return session.scalars(query).all()


def _write(uow: UnitOfWork, pledge: Pledge, stage: Stage, party: PledgeParty, plan: Iterable[PlannedReminder]) -> None:
    rows = [
        {
            "pledge_id": pledge.id,
            "party_id": party.id,
            "round": pledge.round,
            "stage": stage.value,
            "kind": one.kind.value,
            "slot": one.slot,
            "due_at": one.due_at,
            "planned_at": uow.now,
            "note": "",
        }
        for one in plan
    ]
    if not rows:
        return
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Reminder).values(rows)
    # The same occurrence planned again is the same row, waiting again.
    again = insert.on_conflict_do_update(
        index_elements=["pledge_id", "party_id", "round", "stage", "kind", "slot"],
        set_={
            "due_at": insert.excluded.due_at,
            "planned_at": uow.now,
            "outcome": None,
            "note": "",
            "closed_at": None,
        },
        where=Reminder.outcome == "withdrawn",
    )
    uow.session.execute(again)
