"""The reminders of one pledge as its coordinator sees them: agency by agency, and why there is none today."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.reminder_answer import PartyToday, TodaysAnswer, todays_answer
from approval.domain.reminder_plan import TO_SUPERIOR, ReminderKind, StageFacts
from approval.domain.reminder_policy import DEFAULT_POLICIES, ReminderPolicy, Stage
from approval.domain.states import State
from approval.domain.vietnam_time import in_vietnam
from approval.domain.working_calendar import WorkingCalendar
from approval.models.agency_superior import AgencySuperior
from approval.models.pledge import Pledge
from approval.models.reminder import Reminder
from approval.models.reminder_pause import ReminderPause
from approval.models.reminder_policy import PledgeReminderPolicy
from approval.queries.calendar_days import load_calendar, name_day_off
from approval.queries.pledge_board import BoardRow, load_board
from approval.queries.reminder_mails import MailLine, load_party_mails
from approval.queries.stage_facts import counts, load_stage_facts
from approval.queries.successors import Successor, load_successors
from approval.queries.visible_pledge import Viewer, load_visible_pledge

NUDGE_PAUSE = timedelta(hours=4)
_OPEN = {State.IN_REVIEW: Stage.REVIEW, State.SIGNING: Stage.SIGNING}
_NEXT = {State.DRAFT: Stage.REVIEW, State.CANCELLED: Stage.REVIEW}
_LEFT = {"sent", "uncertain"}
_REFUSED = {"refused", "bounced"}


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when and why an agency's reminders are held back."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PartyReminders:
    """One agency. `holiday` names why offices are closed today; `nudge_from` is None when a nudge may leave now.

    `refused` is the mail that came back or was not taken; `next_kind` belongs to `next_due_at`. `successors` are who
    else could act for the agency, None when that cannot change any more.
    """

    party_id: int
    position: int
    agency_name: str
    person_id: int
    person_name: str
    person_since: datetime | None
    successors: tuple[Successor, ...] | None
    acted_at: datetime | None
    answer: TodaysAnswer
    holiday: str
    sent_today: MailLine | None
    refused: MailLine | None
    pause: Pause | None
    next_due_at: datetime | None
    next_kind: ReminderKind | None
    counted: int
    cap: int
    nudge_from: datetime | None
    mails: tuple[MailLine, ...]
    superior: str


@dataclass(frozen=True, slots=True)
class ReminderPage:
    """The page of a pledge's reminders. `facts` and `calendar` are what a policy's preview is computed from.

    `deadline` is that of the stage that is open, None when none is (then `stage` is the one that comes next).
    """

    pledge_id: uuid.UUID
    title: str
    state: State
    version: int
    round: int
    stage: Stage
    stage_open: bool
    deadline: datetime | None
    policy: ReminderPolicy
    has_own_policy: bool
    calendar: WorkingCalendar
    facts: StageFacts
    parties: tuple[PartyReminders, ...]


def load_reminder_page(session: Session, viewer: Viewer, pledge_id: uuid.UUID, *, now: datetime) -> ReminderPage:
    """All agencies for a coordinator, their own for everybody else.

    Raises NotFoundError for a viewer who may not see the pledge.
    """
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    state = State(pledge.state)
    board = load_board(session, pledge_id=pledge.id, revision_number=pledge.revision_number, agency_id=viewer.agency_id)
    shown = tuple(row for row in board if viewer.agency_id is None or row.is_mine)
    stage, is_open = stage_of(state), state in _OPEN
    policy, has_own = load_policy(session, pledge.id, stage)
    calendar = load_calendar(session)
    day_off = name_day_off(session, calendar, in_vietnam(now).date())
    reminders = _reminders(session, pledge, [row.party_id for row in shown])
    parties = _parties(session, pledge, shown, reminders, _Now(now, stage, is_open, policy, calendar, day_off))
    deadline = pledge.review_deadline if stage is Stage.REVIEW else pledge.signing_deadline
    return ReminderPage(
        pledge_id=pledge.id,
        title=pledge.title,
        state=state,
        version=pledge.version,
        round=pledge.round,
        stage=stage,
        stage_open=is_open,
        deadline=deadline if is_open else None,
        policy=policy,
        has_own_policy=has_own,
        calendar=calendar,
        facts=_facts(session, pledge, stage, parties, reminders, now=now, is_open=is_open),
        parties=parties,
    )


def stage_of(state: State) -> Stage:
    """The stage that is open, or else the next one (the last one of a pledge that is over)."""
    return _OPEN.get(state) or _NEXT.get(state, Stage.SIGNING)


def load_policy(session: Session, pledge_id: uuid.UUID, stage: Stage) -> tuple[ReminderPolicy, bool]:
    """The policy that holds for a stage, and whether it is the pledge's own."""
    stored = session.get(PledgeReminderPolicy, (pledge_id, stage.value))
    if stored is None:
        return DEFAULT_POLICIES[stage], False
    return ReminderPolicy.from_dict(json.loads(stored.policy)), True


@dataclass(frozen=True, slots=True)
class _Now:
    moment: datetime
    stage: Stage
    stage_open: bool
    policy: ReminderPolicy
    calendar: WorkingCalendar
    day_off: str


def _reminders(session: Session, pledge: Pledge, party_ids: Sequence[int]) -> Sequence[Reminder]:
    query = select(Reminder).where(Reminder.party_id.in_(party_ids), Reminder.round == pledge.round)
    return session.scalars(query.order_by(Reminder.due_at, Reminder.id)).all()


def _parties(
    session: Session, pledge: Pledge, board: Sequence[BoardRow], reminders: Sequence[Reminder], now: _Now
) -> tuple[PartyReminders, ...]:
    ids = [row.party_id for row in board]
    mails = load_party_mails(
        session, pledge_id=pledge.id, round_number=pledge.round, party_ids=ids, reminders=reminders
    )
    current = select(ReminderPause).where(ReminderPause.party_id.in_(ids), ReminderPause.resumed_at.is_(None))
    pauses = {row.party_id: Pause(row.paused_at, row.reason) for row in session.scalars(current)}
    known = select(AgencySuperior).where(AgencySuperior.agency_id.in_([row.agency_id for row in board]))
    superiors = {row.agency_id: row.name for row in session.scalars(known)}
    successors = load_successors(session, pledge, board)
    mine: dict[int, list[Reminder]] = defaultdict(list)
    for row in reminders:
        if row.stage == now.stage:
            mine[row.party_id].append(row)
    return tuple(
        _party(
            row,
            mine[row.party_id],
            mails.get(row.party_id, ()),
            pause=pauses.get(row.party_id),
            superior=superiors.get(row.agency_id, ""),
            successors=successors.get(row.party_id),
            now=now,
        )
        for row in board
    )


def _party(
    row: BoardRow,
    reminders: Sequence[Reminder],
    mails: Sequence[MailLine],
    *,
    pause: Pause | None,
    superior: str,
    successors: tuple[Successor, ...] | None,
    now: _Now,
) -> PartyReminders:
    acted_at = row.verdict_at if now.stage is Stage.REVIEW else row.signed_at
    own = [line for line in mails if line.person_id == row.person_id]
    sent = next((line for line in own if line.is_reminder and line.state in _LEFT), None)
    newest = next((line for line in own if line.state not in ("waiting", "failed", "skipped")), None)
    refused = newest if newest is not None and newest.state in _REFUSED else None
    due_at, kind = _next(reminders, own)
    counted = sum(1 for one in reminders if counts(one, row.person_since))
    today = PartyToday(
        now=now.moment,
        stage_open=now.stage_open,
        acted_at=acted_at,
        address_refused=refused is not None,
        paused=pause is not None,
        sent_at=sent.at if sent else None,
        next_due_at=due_at,
        counted=counted,
        cap=now.policy.cap,
    )
    answer = todays_answer(now.calendar, today)
    return PartyReminders(
        party_id=row.party_id,
        position=row.position,
        agency_name=row.agency_name,
        person_id=row.person_id,
        person_name=row.person_name,
        person_since=row.person_since,
        successors=successors,
        acted_at=acted_at,
        answer=answer,
        holiday=now.day_off,
        sent_today=sent if answer is TodaysAnswer.SENT else None,
        refused=refused,
        pause=pause,
        next_due_at=due_at if now.stage_open and acted_at is None and pause is None else None,
        next_kind=kind,
        counted=counted,
        cap=now.policy.cap,
        nudge_from=_nudge_from(reminders, now.moment),
        mails=tuple(mails),
        superior=superior,
    )


def _next(reminders: Sequence[Reminder], own: Sequence[MailLine]) -> tuple[datetime | None, ReminderKind | None]:
    """The first reminder still to leave: already in a mail that waits, or planned."""
    waiting = next((line for line in own if line.is_reminder and line.state in ("waiting", "failed")), None)
    if waiting is not None:
        return waiting.at, ReminderKind(waiting.kind)
    planned = next((one for one in reminders if one.outcome is None and one.kind not in TO_SUPERIOR), None)
    return (planned.due_at, ReminderKind(planned.kind)) if planned else (None, None)


def _nudge_from(reminders: Sequence[Reminder], now: datetime) -> datetime | None:
    nudged = [one.planned_at for one in reminders if one.kind == ReminderKind.NUDGE]
    again = max(nudged) + NUDGE_PAUSE if nudged else now
    return again if again > now else None


def _facts(
    session: Session,
    pledge: Pledge,
    stage: Stage,
    parties: Sequence[PartyReminders],
    reminders: Sequence[Reminder],
    *,
    now: datetime,
    is_open: bool,
) -> StageFacts:
    """For a preview: the agency that was reminded most often and has not acted, as the cap meets it first."""
    if not is_open:
        return StageFacts(invited_at=now, deadline=now, now=now)
    asked = [one for one in parties if one.acted_at is None]
    most = max(asked, key=lambda one: one.counted, default=None)
    mine = [one for one in reminders if most is not None and one.party_id == most.party_id]
    return load_stage_facts(session, pledge, stage, mine, since=most.person_since if most else None, now=now)
