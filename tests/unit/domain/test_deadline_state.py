"""How near a deadline is, in working days of Vietnam."""

from __future__ import annotations

from datetime import datetime

import pytest

from approval.domain.deadline_state import Nearness, deadline_state
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import WorkingCalendar


def at(day: int, hour: int = 9, month: int = 5) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=VIETNAM_TIME)


@pytest.mark.parametrize(
    ("now", "deadline", "nearness", "days"),
    [
        (at(20), at(20, 17), Nearness.SOON, 0),
        (at(20), at(21, 17), Nearness.SOON, 1),
        (at(20), at(23, 17), Nearness.SOON, 3),
        (at(20), at(24, 17), Nearness.OPEN, 4),
        # Friday to Monday: the weekend does not count.
        (at(17), at(20, 17), Nearness.SOON, 1),
        (at(20, 18), at(20, 17), Nearness.OVERDUE, 0),
        (at(21), at(17, 17), Nearness.OVERDUE, 2),
        (at(19), at(17, 17), Nearness.OVERDUE, 0),
    ],
)
def test_working_days_decide(now: datetime, deadline: datetime, nearness: Nearness, days: int) -> None:
    found = deadline_state(deadline, now)
    assert (found.nearness, found.working_days) == (nearness, days)


def test_days_of_another_calendar_are_left_out() -> None:
    closed = WorkingCalendar(closed=frozenset({at(21).date()}))
    assert deadline_state(at(17, 17), at(22), closed).working_days == 2
    assert deadline_state(at(22), at(20), closed).working_days == 1


def test_the_very_moment_is_not_overdue() -> None:
    assert deadline_state(at(20, 17), at(20, 17)).nearness is Nearness.SOON
