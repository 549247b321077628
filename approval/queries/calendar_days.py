"""The administrator's own days, and the working calendar they make together with the public one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar
from approval.models.calendar_day import CalendarDay
from approval.models.person import Person


@dataclass(frozen=True, slots=True)
class CalendarDayLine:
    """One own day. `otherwise` is what the public calendar says of it ("" on a working day)."""

    day: date
    works: bool
    note: str
    set_by: str
    set_at: datetime
    otherwise: str


def list_calendar_days(session: Session) -> tuple[CalendarDayLine, ...]:
    """Every own day, the newest first."""
    rows = session.execute(
        select(CalendarDay, Person.display_name)
        .join(Person, Person.id == CalendarDay.set_by)
        .order_by(CalendarDay.day.desc())
    )
    return tuple(
        CalendarDayLine(row.day, row.works, row.note, name, row.set_at, PUBLIC_CALENDAR.why_closed(row.day))
        for row, name in rows
    )


def name_day_off(session: Session, calendar: WorkingCalendar, day: date) -> str:
    """Why offices are closed on a day, in the administrator's own words where they closed it; "" on a working day."""
    own = session.get(CalendarDay, day)
    if own is None or own.works:
        return calendar.why_closed(day)
    return f"{own.note} ({calendar.why_closed(day)})"


def load_calendar(session: Session) -> WorkingCalendar:
    """The calendar that holds now."""
    days = session.execute(select(CalendarDay.day, CalendarDay.works)).all()
    return WorkingCalendar(
        opened=frozenset(row.day for row in days if row.works),
        closed=frozenset(row.day for row in days if not row.works),
    )
