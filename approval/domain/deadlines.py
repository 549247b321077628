"""When a deadline ends, in working days of the public calendar. Moments go in aware and come out aware at +07:00."""

from __future__ import annotations

from datetime import date, datetime, time

from approval.domain.vietnam_time import VIETNAM_TIME, in_vietnam
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar

END_OF_WORK = time(17, 0, tzinfo=VIETNAM_TIME)


def add_working_days(moment: datetime, count: int, calendar: WorkingCalendar = PUBLIC_CALENDAR) -> datetime:
    """The same time of day `count` (0 or more) working days later; 0 gives the moment itself at +07:00.

    Raises ValueError for a negative count or a moment without zone.
    """
    local = in_vietnam(moment)
    return datetime.combine(calendar.add_working_days(local.date(), count), local.timetz())


def end_of_working_day(day: date) -> datetime:
    """17:00 +07:00 of a Vietnam date, whether or not it is a working day."""
    return datetime.combine(day, END_OF_WORK)
