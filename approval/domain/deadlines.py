"""Working days of Vietnam: when a deadline ends and when its reminders are due.

Weekends and public holidays (Bộ luật Lao động 2019, Điều 112, with the yearly exchange of days that makes some
Saturdays working days) come from the `holidays` library. Moments go in aware and come out aware at +07:00.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

import holidays

VIETNAM_TIME = timezone(timedelta(hours=7), "+07:00")
"""Vietnam has had no other offset since 1975, so no time zone database is read here."""

START_OF_WORK = time(8, 0, tzinfo=VIETNAM_TIME)
END_OF_WORK = time(17, 0, tzinfo=VIETNAM_TIME)


def is_working_day(day: date) -> bool:
    """Whether offices are open on a Vietnam date."""
    return _calendar(day.year).is_working_day(day)


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    return _nearest_working_day(day, timedelta(days=1))


def previous_working_day(day: date) -> date:
    """The last working day before `day`."""
    return _nearest_working_day(day, timedelta(days=-1))


def add_working_days(moment: datetime, count: int) -> datetime:
    """The same time of day `count` (0 or more) working days later; 0 gives the moment itself at +07:00.

    Raises ValueError for a negative count or a moment without zone.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    local = _in_vietnam(moment)
    day = local.date()
    for _ in range(count):
        day = next_working_day(day)
    return datetime.combine(day, local.timetz())


def end_of_working_day(day: date) -> datetime:
    """17:00 +07:00 of a Vietnam date, whether or not it is a working day."""
    return datetime.combine(day, END_OF_WORK)


def reminder_times(invited_at: datetime, deadline: datetime) -> tuple[datetime | None, datetime]:
    """When to remind before and after a deadline: 08:00 of the working day before its day, and of the one after.

    The first is None when it would not come after the invitation. Raises ValueError for moments without zone.
    """
    invited, last_day = _in_vietnam(invited_at), _in_vietnam(deadline).date()
    before = datetime.combine(previous_working_day(last_day), START_OF_WORK)
    after = datetime.combine(next_working_day(last_day), START_OF_WORK)
    return (before if before > invited else None), after


def _nearest_working_day(day: date, step: timedelta) -> date:
    day += step
    while not is_working_day(day):
        day += step
    return day


@lru_cache(maxsize=64)
def _calendar(year: int) -> holidays.HolidayBase:
    """One finished calendar a year: the library's own growing one is not safe to share between threads."""
    return holidays.country_holidays("VN", years=year, expand=False)


def _in_vietnam(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment must carry a zone")
    return moment.astimezone(VIETNAM_TIME)
