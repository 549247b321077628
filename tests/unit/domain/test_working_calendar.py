"""The public calendar, an administrator's own days on top of it, and the hours in which mail leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar

DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
MOMENTS = DAYS.flatmap(lambda day: st.times().map(lambda time: datetime.combine(day, time, tzinfo=UTC)))
SOME_DAYS = st.frozensets(st.dates(date(2024, 1, 1), date(2024, 12, 31)), max_size=30)
CALENDARS = st.tuples(SOME_DAYS, SOME_DAYS).map(lambda days: WorkingCalendar(days[0] - days[1], days[1]))
SATURDAY, SUNDAY, MONDAY = date(2024, 5, 18), date(2024, 5, 19), date(2024, 5, 20)


def vietnam(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM_TIME)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 5, 15), True),  # Wednesday
        (date(2024, 5, 18), False),  # Saturday
        (date(2024, 5, 19), False),  # Sunday
        (date(2024, 4, 18), False),  # Giỗ Tổ Hùng Vương
        (date(2024, 4, 30), False),
        (date(2024, 5, 1), False),
        (date(2024, 4, 29), False),  # exchanged for …
        (date(2024, 5, 4), True),  # … this Saturday
        (date(2024, 2, 8), False),  # 29 Tết
        (date(2024, 2, 14), False),  # mùng 5 Tết
        (date(2024, 2, 15), True),
        (date(2024, 9, 3), False),
    ],
)
def test_public_holidays_of_2024(day: date, works: bool) -> None:
    assert PUBLIC_CALENDAR.is_working_day(day) is works


@given(CALENDARS, DAYS)
def test_nothing_but_free_days_lies_between_neighbours(calendar: WorkingCalendar, day: date) -> None:
    after, before = calendar.next_working_day(day), calendar.previous_working_day(day)
    assert before < day < after
    assert calendar.is_working_day(before)
    assert calendar.is_working_day(after)
    inner = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert [d for d in inner if calendar.is_working_day(d)] == [d for d in [day] if calendar.is_working_day(d)]


def test_the_administrators_word_about_a_day_counts_more() -> None:
    calendar = WorkingCalendar(opened=frozenset({SATURDAY}), closed=frozenset({MONDAY}))
    assert calendar.is_working_day(SATURDAY)
    assert not calendar.is_working_day(MONDAY)
    assert calendar.next_working_day(SATURDAY) == date(2024, 5, 21)


def test_a_day_cannot_be_both() -> None:
    with pytest.raises(ValueError, match="open and closed"):
        WorkingCalendar(opened=frozenset({MONDAY}), closed=frozenset({MONDAY}))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2024, 5, 15), ""),
        (SATURDAY, "ngày nghỉ cuối tuần"),
        (MONDAY, "ngày nghỉ do Quản trị đặt"),
        (date(2024, 4, 30), "Ngày Chiến thắng"),
    ],
)
def test_people_are_told_why_a_day_is_closed(day: date, why: str) -> None:
    assert WorkingCalendar(closed=frozenset({MONDAY})).why_closed(day) == why


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (vietnam(MONDAY, 7, 29), vietnam(MONDAY, 7, 30)),
        (vietnam(MONDAY, 7, 30), vietnam(MONDAY, 7, 30)),
        (vietnam(MONDAY, 16, 59), vietnam(MONDAY, 16, 59)),
        (vietnam(MONDAY, 17), vietnam(date(2024, 5, 21), 7, 30)),
        (vietnam(SATURDAY, 10), vietnam(MONDAY, 7, 30)),
        (vietnam(date(2024, 2, 7), 18), vietnam(date(2024, 2, 15), 7, 30)),  # Tết
    ],
)
def test_mail_leaves_in_office_hours(moment: datetime, leaves: datetime) -> None:
    assert PUBLIC_CALENDAR.next_mail_time(moment) == leaves
    assert PUBLIC_CALENDAR.is_mail_time(moment) == (moment == leaves)


@given(CALENDARS, MOMENTS)
def test_the_next_mail_time_is_one_and_no_earlier_one_was_missed(calendar: WorkingCalendar, moment: datetime) -> None:
    leaves = calendar.next_mail_time(moment)
    assert leaves >= moment
    assert calendar.is_mail_time(leaves)
    if leaves > moment:
        assert not calendar.is_mail_time(leaves - timedelta(microseconds=1))
        assert not calendar.is_mail_time(moment)


def test_days_are_counted_forwards_only() -> None:
    assert PUBLIC_CALENDAR.add_working_days(SATURDAY, 0) == SATURDAY
    with pytest.raises(ValueError, match="forwards"):
        PUBLIC_CALENDAR.add_working_days(MONDAY, -1)
