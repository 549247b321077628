"""Quản trị: the installation's own working days and days off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.errors import InvalidInputError
from approval.domain.reminder_commands import SetCalendarDay
from approval.extensions import db, parts
from approval.queries.calendar_days import list_calendar_days, load_calendar
from approval.services.set_calendar_day import set_calendar_day
from approval.web.actor import current_actor
from approval.web.errors import status_of
from approval.web.formatting import vn_date
from approval.web.guards import Policy, policy
from approval.web.notices import tell

admin_calendar = Blueprint("admin_calendar", __name__, url_prefix="/quan-tri/lich")

_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_KINDS = {"nghi": False, "lam-viec": True}


@dataclass(frozen=True, slots=True)
class DayForm:
    """What was typed."""

    day: str = ""
    kind: str = ""
    note: str = ""

    @classmethod
    def read(cls) -> DayForm:
        """The form of this request."""
        return cls(*(" ".join(request.form.get(name, "").split()) for name in ("day", "kind", "note")))

    def works(self) -> bool:
        """Whether offices work. Raises InvalidInputError."""
        if self.kind not in _KINDS:
            raise InvalidInputError(
                "day-kind-missing",
                "Chưa chọn ngày này làm việc hay nghỉ. Chọn một rồi gửi lại.",
                "Choose whether offices work or are closed on this day, then send again.",
                field="kind",
            )
        return _KINDS[self.kind]


@admin_calendar.get("")
@policy(Policy.ADMINISTRATOR)
def index() -> Response:
    """The own days and the form for one more."""
    return _page(DayForm())


@admin_calendar.post("")
@policy(Policy.ADMINISTRATOR)
def add() -> Response:
    """Enter a day, or say something else of one that is entered."""
    form = DayForm.read()
    try:
        day = _read_day(form.day)
        set_calendar_day(SetCalendarDay(current_actor(), day, form.works(), form.note))
    except InvalidInputError as refusal:
        return _page(form, refusal=refusal)
    tell("ok", f"Đã ghi ngày {vn_date(day)}. Thư gửi theo lịch này ngay từ bây giờ.")
    return redirect(url_for("admin_calendar.index"), 303)


@admin_calendar.post("/<int:year>-<int:month>-<int:number>/bo")
@policy(Policy.ADMINISTRATOR)
def remove(year: int, month: int, number: int) -> Response:
    """Let the public calendar say again."""
    try:
        day = _day(year, month, number)
        set_calendar_day(SetCalendarDay(current_actor(), day, None, ""))
    except InvalidInputError as refusal:
        return _page(DayForm(), refusal=refusal)
    tell("ok", f"Đã bỏ ngày riêng {vn_date(day)}; ngày này theo lịch chung.")
    return redirect(url_for("admin_calendar.index"), 303)


def _page(form: DayForm, *, refusal: InvalidInputError | None = None) -> Response:
    session, today = db.session(), parts().clock.now()
    html = render_template(
        "admin/calendar.html",
        days=list_calendar_days(session),
        form=form,
        today=today,
        is_mail_time=load_calendar(session).is_mail_time(today),
        refusal=refusal.vi if refusal else "",
        field_at_fault=(refusal.field or "") if refusal else "",
    )
    return make_response(html, status_of(refusal) if refusal else 200)


def _read_day(raw: str) -> date:
    match = _DAY.fullmatch(raw)
    if match is None:
        raise _bad_day()
    return _day(int(match[3]), int(match[2]), int(match[1]))


def _day(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except (ValueError, OverflowError):
        raise _bad_day() from None


def _bad_day() -> InvalidInputError:
    return InvalidInputError(
        "day-unreadable",
        "Ngày phải ghi theo mẫu ngày/tháng/năm, ví dụ 02/5/2024. Sửa lại rồi gửi.",
        "Write the day as 02/5/2024 and send again.",
        field="day",
    )
