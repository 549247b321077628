"""Working days of Vietnam: weekends, Tết, exchanged Saturdays, and the end of a working day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.deadlines import add_working_days, end_of_working_day
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR

DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
MOMENTS = DAYS.flatmap(lambda day: st.times().map(lambda time: datetime.combine(day, time, tzinfo=UTC)))


def vietnam(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM_TIME)


def test_deadline_over_the_long_weekend_of_may_2024() -> None:
    invited = vietnam(2024, 4, 26, 9, 30)
    assert add_working_days(invited, 3) == vietnam(2024, 5, 4, 9, 30)  # Thu 2, Fri 3 and the exchanged Sat 4 May


def test_tet_is_skipped() -> None:
    assert add_working_days(vietnam(2024, 2, 7, 16), 1) == vietnam(2024, 2, 15, 16)


def test_zero_days_keep_the_moment_and_midnight_is_vietnams() -> None:
    late = datetime(2024, 5, 14, 18, 0, tzinfo=UTC)  # already Wednesday 01:00 in Vietnam
    assert add_working_days(late, 0) == late
    assert add_working_days(late, 1) == vietnam(2024, 5, 16, 1)


@given(MOMENTS, st.integers(0, 15))
def test_result_is_a_working_day_and_counts_right(moment: datetime, count: int) -> None:
    result = add_working_days(moment, count)
    start = moment.astimezone(VIETNAM_TIME)
    between = [start.date() + timedelta(days=n) for n in range(1, (result.date() - start.date()).days + 1)]
    assert sum(map(PUBLIC_CALENDAR.is_working_day, between)) == count
    assert result.timetz() == start.timetz()
    assert count == 0 or PUBLIC_CALENDAR.is_working_day(result.date())


def test_the_end_of_a_working_day_is_17_hours_in_vietnam() -> None:
    assert end_of_working_day(date(2024, 5, 17)) == datetime(2024, 5, 17, 10, 0, tzinfo=UTC)


def test_what_has_no_zone_or_goes_backwards_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zone"):
        add_working_days(vietnam(2024, 5, 15).replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(vietnam(2024, 5, 15), -1)
