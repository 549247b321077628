"""The coordinator reminds one agency by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.errors import TransitionRefusedError
from approval.domain.reminder_commands import NudgeParty
from approval.domain.reminder_plan import REMINDING_TIME, ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.vietnam_time import in_vietnam
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.reminder import Reminder
from approval.services.office_calendar import in_quiet_hours, office_calendar
from approval.services.reminder_standing import (
    require_open_stage,
    require_party_of,
    require_steering,
    waiting_parties,
)
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

PAUSE_BETWEEN = timedelta(hours=4)


def nudge_party(command: NudgeParty) -> None:
    """A reminder now; in quiet hours on the next working morning, together with what the plan has for it.

    Raises TransitionRefusedError when the agency has acted, when it was nudged less than four hours ago (says when
    again) or when nobody is being asked, NotFoundError, NotAllowedError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_steering(uow.session, command.actor, pledge)
        stage = require_open_stage(pledge)
        party = require_party_of(uow.session, pledge, command.party_id)
        _require_waiting(uow.session, pledge, party, stage)
        _require_rested(uow, party)
        _plan(uow, pledge, party, stage)
        data = {"agency": party.agency_id, "stage": stage.value}
        uow.record(EventDraft(type=EventType.PARTY_NUDGED, actor=command.actor, pledge=pledge, data=data))


def _require_waiting(session: Session, pledge: Pledge, party: PledgeParty, stage: Stage) -> None:
    if party.id not in {waiting.id for waiting in waiting_parties(session, pledge, stage)}:
        raise TransitionRefusedError(
            "agency-has-acted",
            "Cơ quan này đã cho ý kiến hoặc đã ký nên không cần nhắc nữa.",
            "This agency has answered or signed already; there is nothing to remind it of.",
        )


def _require_rested(uow: UnitOfWork, party: PledgeParty) -> None:
    last = uow.session.scalar(
        select(func.max(Reminder.planned_at)).where(
            Reminder.party_id == party.id, Reminder.kind == ReminderKind.NUDGE, Reminder.planned_at <= uow.now
        )
    )
    if last is None or uow.now >= last + PAUSE_BETWEEN:
        return
    before, again = _clock_time(last), _clock_time(last + PAUSE_BETWEEN)
    raise TransitionRefusedError(
        "nudged-recently",
        f"Đã nhắc cơ quan này lúc {before}; mỗi lần nhắc cách nhau ít nhất 4 giờ, nhắc lại được từ {again}.",
        f"This agency was reminded at {before}; once every four hours is enough. Try again from {again}.",
    )


def _plan(uow: UnitOfWork, pledge: Pledge, party: PledgeParty, stage: Stage) -> None:
    uow.session.add(
        Reminder(
            pledge_id=pledge.id,
            party_id=party.id,
            round=pledge.round,
            stage=stage.value,
            kind=ReminderKind.NUDGE.value,
            slot=in_vietnam(uow.now).isoformat(timespec="seconds"),
            due_at=_due_at(uow),
            planned_at=uow.now,
        )
    )


def _due_at(uow: UnitOfWork) -> datetime:
    if not in_quiet_hours(uow):
        return uow.now
    opening = office_calendar(uow.session).next_mail_time(uow.now)
    return datetime.combine(opening.date(), REMINDING_TIME)


def _clock_time(moment: datetime) -> str:
    return f"{in_vietnam(moment):%H:%M ngày %d/%m}"
