"""When a deadline ends, in working days of the public calendar. Moments go in aware and come out aware at +07:00."""

from __future__ import annotations

from datetime import date, datetime, time

from approval.domain.vietnam_time import VIETNAM_TIME, in_vietnam
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar

START_OF_WORK = time(8, 0, tzinfo=VIETNAM_TIME)
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


def reminder_times(invited_at: datetime, deadline: datetime) -> tuple[datetime | None, datetime]:
    """When to remind before and after a deadline: 08:00 of the working day before its day, and of the one after.

    The first is None when it would not come after the invitation. Raises ValueError for moments without zone.
    """
    invited, last_day = in_vietnam(invited_at), in_vietnam(deadline).date()
    before = datetime.combine(PUBLIC_CALENDAR.previous_working_day(last_day), START_OF_WORK)
    after = datetime.combine(PUBLIC_CALENDAR.next_working_day(last_day), START_OF_WORK)
    return (before if before > invited else None), after
