"""The installation's working calendar: the public one with the administrator's own days."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.working_calendar import WorkingCalendar
from approval.extensions import parts
from approval.models.calendar_day import CalendarDay
from approval.services.unit_of_work import UnitOfWork


def office_calendar(session: Session) -> WorkingCalendar:
    """Read fresh: a day may have been declared off this morning."""
    days = session.execute(select(CalendarDay.day, CalendarDay.works)).all()
    return WorkingCalendar(
        opened=frozenset(row.day for row in days if row.works),
        closed=frozenset(row.day for row in days if not row.works),
    )


def in_quiet_hours(uow: UnitOfWork) -> bool:
    """Whether mail has to wait: this installation keeps quiet hours, and it is night or a day off."""
    return parts().settings.quiet_hours and not office_calendar(uow.session).is_mail_time(uow.now)
