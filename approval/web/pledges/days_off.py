"""A deadline on a day off is accepted, and said to be one."""

from __future__ import annotations

from datetime import datetime

from approval.adapters.clock import VIETNAM
from approval.extensions import db
from approval.queries.calendar_days import load_calendar
from approval.web.formatting import vn_date
from approval.web.notices import tell


def remark_day_off(deadline: datetime) -> None:
    """Leave a notice for the next page when offices are closed on the deadline's day in Vietnam."""
    day = deadline.astimezone(VIETNAM).date()
    calendar = load_calendar(db.session())
    if calendar.is_working_day(day):
        return
    following = vn_date(calendar.next_working_day(day))
    tell("note", f"Hạn {vn_date(day)} là ngày nghỉ; ngày làm việc kế tiếp là {following}. Thư nhắc gửi ngày làm việc.")
