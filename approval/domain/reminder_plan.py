"""When whom to remind: a pure function of policy, calendar and facts. The table of reminders holds what it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice

from approval.domain.reminder_policy import ReminderPolicy
from approval.domain.vietnam_time import VIETNAM_TIME, in_vietnam
from approval.domain.working_calendar import WorkingCalendar

REMINDING_TIME = time(8, 0, tzinfo=VIETNAM_TIME)


class ReminderKind(StrEnum):
    """Why somebody is reminded. ESCALATION goes to the agency's superior, all others to its representative."""

    CADENCE = "cadence"
    DAY_BEFORE = "day-before"
    ON_THE_DAY = "on-the-day"
    LATE = "late"
    ESCALATION = "escalation"
    NUDGE = "nudge"


TO_SUPERIOR = frozenset({ReminderKind.ESCALATION})
# What the coordinator did by hand is no part of the plan and of its cap.
BY_HAND = frozenset({ReminderKind.NUDGE})


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One occurrence. `slot` is its Vietnam date (ISO 8601): one mail of a kind a day cannot exist twice."""

    kind: ReminderKind
    slot: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What a stage's plan depends on; moments aware.

    `sent` are the slots of reminders that left already: they count against the cap and are not planned again.
    """

    invited_at: datetime
    deadline: datetime
    now: datetime
    sent: frozenset[str] = frozenset()
    escalated: bool = False


def plan_reminders(policy: ReminderPolicy, calendar: WorkingCalendar, facts: StageFacts) -> tuple[PlannedReminder, ...]:
    """What is still to come, in order of time: nothing due in the past, nothing before the invitation.

    An invitation made at night counts from the morning on which it leaves, and nobody is reminded that same morning.
    """
    left = calendar.next_mail_time(facts.invited_at)
    after = max(left, datetime.combine(left.date(), REMINDING_TIME), in_vietnam(facts.now))
    room = max(policy.cap - len(facts.sent), 0)
    days = _days_of_representative(policy, calendar, left.date(), in_vietnam(facts.deadline))
    # Of a deadline on a day off the invitation itself may leave too late; nobody is late before being asked.
    late_from = max(in_vietnam(facts.deadline).date(), left.date())
    wanted = _upcoming(days, after, facts.sent, room)
    escalation = [] if facts.escalated else _escalation(policy, calendar, late_from, after)
    return tuple(sorted([*wanted, *escalation], key=lambda one: (one.due_at, one.kind)))


def _upcoming(
    days: tuple[Iterator[tuple[date, ReminderKind]], ...], after: datetime, sent: frozenset[str], room: int
) -> list[PlannedReminder]:
    """The notices of the deadline and the first word of lateness have their room kept for them.

    Else a long term would be used up by the plain cadence, and the superior hear of a lateness that the
    representative was never told of.
    """
    cadence, notices, late = (_still_to_come(one, after, sent) for one in days)
    kept = sorted([*islice(notices, room), *islice(late, 1)], key=lambda one: one.due_at)[:room]
    plain = list(islice(cadence, room - len(kept)))
    return [*kept, *plain, *islice(late, room - len(kept) - len(plain))]


def _still_to_come(
    days: Iterator[tuple[date, ReminderKind]], after: datetime, sent: frozenset[str]
) -> Iterator[PlannedReminder]:
    for day, kind in days:
        due_at = datetime.combine(day, REMINDING_TIME)
        if due_at > after and day.isoformat() not in sent:
            yield PlannedReminder(kind, day.isoformat(), due_at)


def _days_of_representative(
    policy: ReminderPolicy, calendar: WorkingCalendar, invited: date, deadline: datetime
) -> tuple[Iterator[tuple[date, ReminderKind]], ...]:
    """Cadence, notices of the deadline, lateness: rising days each; the last is without end, so take what has room."""
    last = deadline.date()
    notices = dict(_notices(policy, calendar, deadline))
    # A notice says more than the plain reminder of the same morning.
    cadence = ((day, ReminderKind.CADENCE) for day in _cadence(policy, calendar, invited, last) if day not in notices)
    return cadence, iter(sorted(notices.items())), _late(policy, calendar, last)


def _late(policy: ReminderPolicy, calendar: WorkingCalendar, last: date) -> Iterator[tuple[date, ReminderKind]]:
    while policy.late_every:
        last = calendar.add_working_days(last, policy.late_every)
        yield last, ReminderKind.LATE


def _notices(
    policy: ReminderPolicy, calendar: WorkingCalendar, deadline: datetime
) -> Iterator[tuple[date, ReminderKind]]:
    last = deadline.date()
    if policy.day_before:
        yield calendar.previous_working_day(last), ReminderKind.DAY_BEFORE
    open_that_morning = calendar.is_working_day(last) and deadline.timetz() > REMINDING_TIME
    if policy.on_the_day and open_that_morning:
        yield last, ReminderKind.ON_THE_DAY


def _cadence(policy: ReminderPolicy, calendar: WorkingCalendar, invited: date, last: date) -> Iterator[date]:
    """Days strictly before the deadline's."""
    if not policy.first_after:
        return
    day = calendar.add_working_days(invited, policy.first_after)
    while day < last:
        yield day
        if not policy.every:
            return
        day = calendar.add_working_days(day, policy.every)


def _escalation(
    policy: ReminderPolicy, calendar: WorkingCalendar, last: date, after: datetime
) -> list[PlannedReminder]:
    if not policy.escalate_after:
        return []
    day = calendar.add_working_days(last, policy.escalate_after)
    due_at = datetime.combine(day, REMINDING_TIME)
    # Replanned after that day, the superior is told on the next morning instead of never.
    while due_at <= after:
        day = calendar.next_working_day(day)
        due_at = datetime.combine(day, REMINDING_TIME)
    return [PlannedReminder(ReminderKind.ESCALATION, day.isoformat(), due_at)]
