"""When whom to remind: told by examples of a clerk's calendar, then kept by invariants under random policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.errors import InvalidInputError
from approval.domain.reminder_plan import PlannedReminder, ReminderKind, StageFacts, plan_reminders
from approval.domain.reminder_policy import DEFAULT_POLICIES, ReminderPolicy, Stage, check_policy
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar
from tests.unit.domain.test_working_calendar import CALENDARS

POLICY = ReminderPolicy(2, 2, day_before=True, on_the_day=True, late_every=1, escalate_after=2, cap=7)
QUIET = ReminderPolicy(0, 0, day_before=False, on_the_day=False, late_every=0, escalate_after=0, cap=10)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=VIETNAM_TIME)


def facts(invited: datetime, deadline: datetime, now: datetime | None = None) -> StageFacts:
    return StageFacts(invited, deadline, now or invited)


def told(plan: tuple[PlannedReminder, ...]) -> list[str]:
    """Such as "08/05 cadence"."""
    return [f"{one.due_at:%d/%m} {one.kind}" for one in plan]


def test_a_fortnight_of_review() -> None:
    # Monday 6 May to Friday 17 May 2024.
    assert told(plan_reminders(POLICY, PUBLIC_CALENDAR, facts(at(5, 6), at(5, 17, 17)))) == [
        "08/05 cadence",
        "10/05 cadence",
        "14/05 cadence",
        "16/05 day-before",
        "17/05 on-the-day",
        "20/05 late",
        "21/05 escalation",
        "21/05 late",
    ]


def test_reminders_leave_at_eight_and_are_named_by_their_day() -> None:
    first = plan_reminders(POLICY, PUBLIC_CALENDAR, facts(at(5, 6), at(5, 17, 17)))[0]
    assert first == PlannedReminder(ReminderKind.CADENCE, "2024-05-08", at(5, 8, 8))


def test_the_days_of_may_are_no_days_of_work() -> None:
    # 29/4 (exchanged), 30/4 and 1/5 are free, Saturday 4/5 is worked.
    plan = plan_reminders(replace(POLICY, every=1), PUBLIC_CALENDAR, facts(at(4, 26), at(5, 6, 17)))
    assert told(plan)[:3] == ["03/05 cadence", "04/05 day-before", "06/05 on-the-day"]


def test_an_invitation_of_friday_night_counts_from_monday() -> None:
    plan = plan_reminders(replace(POLICY, first_after=1), PUBLIC_CALENDAR, facts(at(5, 10, 22), at(5, 24, 17)))
    assert told(plan)[0] == "14/05 cadence"


def test_a_deadline_on_a_free_day_has_no_notice_on_the_day() -> None:
    plan = plan_reminders(replace(QUIET, day_before=True, on_the_day=True), PUBLIC_CALENDAR, facts(at(5, 6), at(5, 18)))
    assert told(plan) == ["17/05 day-before"]


def test_a_deadline_before_office_hours_has_no_notice_on_the_day() -> None:
    policy = replace(QUIET, on_the_day=True)
    assert plan_reminders(policy, PUBLIC_CALENDAR, facts(at(5, 6), at(5, 17, 8))) == ()
    assert told(plan_reminders(policy, PUBLIC_CALENDAR, facts(at(5, 6), at(5, 17, 8, 1)))) == ["17/05 on-the-day"]


def test_one_plain_reminder_and_no_more() -> None:
    assert told(plan_reminders(replace(QUIET, first_after=3), PUBLIC_CALENDAR, facts(at(5, 6), at(5, 31)))) == [
        "09/05 cadence"
    ]


def test_nothing_is_due_in_the_past_and_what_left_counts_against_the_cap() -> None:
    sent = frozenset({"2024-05-08", "2024-05-10"})
    later = StageFacts(at(5, 6), at(5, 24, 17), at(5, 13), sent)
    assert told(plan_reminders(replace(POLICY, cap=7), PUBLIC_CALENDAR, later))[:2] == [
        "14/05 cadence",
        "16/05 cadence",
    ]
    assert told(plan_reminders(replace(POLICY, cap=4), PUBLIC_CALENDAR, later)) == [
        "23/05 day-before",
        "24/05 on-the-day",
        "28/05 escalation",
    ]
    assert told(plan_reminders(replace(POLICY, cap=2), PUBLIC_CALENDAR, later)) == ["28/05 escalation"]


def test_a_long_term_leaves_room_for_its_end() -> None:
    """Nobody's superior hears of a lateness that the representative was never told of."""
    policy = replace(POLICY, first_after=1, every=1, cap=5, late_every=1, escalate_after=3)
    assert told(plan_reminders(policy, PUBLIC_CALENDAR, facts(at(5, 6), at(5, 31, 17)))) == [
        "07/05 cadence",
        "08/05 cadence",
        "30/05 day-before",
        "31/05 on-the-day",
        "03/06 late",
        "05/06 escalation",
    ]


def test_a_slot_that_left_is_not_planned_again() -> None:
    moved = StageFacts(at(5, 6), at(5, 13, 17), at(5, 6), frozenset({"2024-05-13"}))
    assert "13/05 on-the-day" not in told(plan_reminders(POLICY, PUBLIC_CALENDAR, moved))


def test_the_superior_is_told_once_and_late_rather_than_never() -> None:
    late = StageFacts(at(5, 6), at(5, 8, 17), at(5, 20))
    policy = replace(QUIET, escalate_after=2)
    assert told(plan_reminders(policy, PUBLIC_CALENDAR, late)) == ["21/05 escalation"]
    assert plan_reminders(policy, PUBLIC_CALENDAR, replace(late, escalated=True)) == ()


def test_moments_need_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        plan_reminders(POLICY, PUBLIC_CALENDAR, facts(at(5, 6), datetime(2024, 5, 8)))  # noqa: DTZ001 - the fault itself


POLICIES = st.builds(
    ReminderPolicy,
    first_after=st.integers(0, 30),
    every=st.integers(0, 30),
    day_before=st.booleans(),
    on_the_day=st.booleans(),
    late_every=st.integers(0, 30),
    escalate_after=st.integers(0, 30),
    cap=st.integers(0, 30),
)
MOMENTS = st.floats(0, 400).map(lambda days: datetime(2023, 12, 1, tzinfo=UTC) + timedelta(days=days))


@given(POLICIES, CALENDARS, MOMENTS, st.timedeltas(timedelta(hours=1), timedelta(days=90)), st.integers(0, 60))
def test_whatever_the_policy(
    policy: ReminderPolicy, calendar: WorkingCalendar, invited: datetime, span: timedelta, waited: int
) -> None:
    now = invited + timedelta(days=waited)
    plan = plan_reminders(policy, calendar, StageFacts(invited, invited + span, now))
    mine = [one for one in plan if one.kind is not ReminderKind.ESCALATION]
    assert len(mine) <= policy.cap
    assert all(earlier.slot < later.slot for earlier, later in pairwise(mine)), "never twice a day"
    assert all(one.due_at > max(now, calendar.next_mail_time(invited)) for one in plan)
    assert all(calendar.is_mail_time(one.due_at) for one in plan)
    assert all(one.slot == one.due_at.date().isoformat() for one in plan)
    last = (invited + span).astimezone(VIETNAM_TIME).date()
    assert all((date.fromisoformat(one.slot) > last) == (one.kind is ReminderKind.LATE) for one in mine)
    assert len(plan) - len(mine) == (1 if policy.escalate_after else 0)


@pytest.mark.parametrize("stage", Stage)
def test_the_defaults_are_within_the_limits_and_survive_storage(stage: Stage) -> None:
    check_policy(DEFAULT_POLICIES[stage])
    assert ReminderPolicy.from_dict(DEFAULT_POLICIES[stage].as_dict()) == DEFAULT_POLICIES[stage]


@pytest.mark.parametrize("field", ["first_after", "every", "late_every", "escalate_after", "cap"])
@pytest.mark.parametrize("value", [-1, 31])
def test_a_count_out_of_range_is_refused_by_name(field: str, value: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_policy(ReminderPolicy.from_dict({**POLICY.as_dict(), field: value}))
    assert refused.value.field == field
    assert "từ 0 đến 30" in refused.value.vi
