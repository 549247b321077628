"""The installation's working calendar, read once a request: a page may show many deadlines."""

from __future__ import annotations

from flask import g, has_app_context

from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar
from approval.extensions import db
from approval.queries.calendar_days import load_calendar


def calendar_of_request() -> WorkingCalendar:
    """With the administrator's own days; outside of the application the public calendar."""
    if not has_app_context():
        return PUBLIC_CALENDAR
    known = g.get("working_calendar")
    if not isinstance(known, WorkingCalendar):
        known = g.working_calendar = load_calendar(db.session())
    return known
