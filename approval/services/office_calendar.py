"""The installation's working calendar: the public one with the administrator's own days."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.working_calendar import WorkingCalendar
from approval.models.calendar_day import CalendarDay


def office_calendar(session: Session) -> WorkingCalendar:
    """Read fresh: a day may have been declared off this morning."""
    days = session.execute(select(CalendarDay.day, CalendarDay.works)).all()
    return WorkingCalendar(
        opened=frozenset(row.day for row in days if row.works),
        closed=frozenset(row.day for row in days if not row.works),
    )
