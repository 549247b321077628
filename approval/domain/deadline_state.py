"""How near a deadline is, counted in working days: open, soon, or overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar

SOON_WORKING_DAYS = 3


class Nearness(StrEnum):
    """OPEN: more than three working days left. SOON: three or fewer. OVERDUE: past."""

    OPEN = "open"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class DeadlineState:
    """`working_days` between now and the deadline (left, or overdue); 0 means on the same day."""

    nearness: Nearness
    working_days: int


def deadline_state(deadline: datetime, now: datetime, calendar: WorkingCalendar = PUBLIC_CALENDAR) -> DeadlineState:
    """Compare two aware moments by a working calendar, by default Vietnam's public one."""
    if now > deadline:
        return DeadlineState(Nearness.OVERDUE, _working_days_between(deadline, now, calendar))
    left = _working_days_between(now, deadline, calendar)
    return DeadlineState(Nearness.SOON if left <= SOON_WORKING_DAYS else Nearness.OPEN, left)


def _working_days_between(earlier: datetime, later: datetime, calendar: WorkingCalendar) -> int:
    """Working days after the earlier date up to and including the later one."""
    day, last = earlier.astimezone(VIETNAM_TIME).date(), later.astimezone(VIETNAM_TIME).date()
    count = 0
    while (day := calendar.next_working_day(day)) <= last:
        count += 1
    return count
