"""Opening for signature: look at everything that could stop it, settle the date, freeze the bytes."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.adapters.clock import VIETNAM
from approval.domain.commands import OpenSigning
from approval.domain.date_line import can_fall_in
from approval.domain.deadlines import add_working_days, end_of_working_day
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotFoundError,
    PledgeError,
    TransitionRefusedError,
)
from approval.domain.pledge_text import DateLine, DatePolicy
from approval.domain.reminder_policy import Stage
from approval.domain.states import Action
from approval.extensions import db, parts
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.queries.signing_preflight import signing_preflight
from approval.services.open_signing import open_signing
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comparing import diff_since_opened
from approval.web.pledges.days_off import remark_day_off
from approval.web.pledges.fields import deadline_field, number_field, optional_number_field, text_field
from approval.web.pledges.previews import preview_page_count
from approval.web.pledges.reminding_page import coming_reminders
from approval.web.pledges.typed import opened_revision

SIGNING_WORKING_DAYS = 3


@pledges.get("/<uuid:pledge_id>/mo-ky")
@policy(Policy.COORDINATOR)
def open_form(pledge_id: uuid.UUID) -> Response:
    """Pre-flight, date question, deadline."""
    return _opening_page(_openable(pledge_id))


@pledges.post("/<uuid:pledge_id>/mo-ky")
@policy(Policy.COORDINATOR)
def open_for_signing(pledge_id: uuid.UUID) -> Response:
    """Freeze the document and invite the signatures."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    try:
        date, date_policy = _chosen_date(page)
        deadline = deadline_field("deadline")
        open_signing(
            OpenSigning(
                actor=current_actor(),
                pledge_id=pledge_id,
                revision_number=number_field("revision_number"),
                revision_sha256=text_field("revision_sha256"),
                date=date,
                date_policy=date_policy,
                deadline=deadline,
            )
        )
    except (AlreadyDoneError, NotFoundError, TransitionRefusedError):
        raise
    except PledgeError as refusal:
        return _opening_page(_openable(pledge_id), refusal=refusal)
    remark_day_off(deadline)
    tell("ok", "Đã khóa nội dung và mở ký. Thư mời ký đang được gửi tới các cơ quan.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


def _openable(pledge_id: uuid.UUID) -> PledgePage:
    page = load_pledge_page(db.session(), current_viewer(), pledge_id, opened=opened_revision())
    if Action.OPEN_SIGNING not in page.actions:
        raise TransitionRefusedError(
            "not-agreed",
            "Chỉ mở ký được khi tất cả cơ quan đã thống nhất và chưa mở ký. Xem bước hiện tại trên trang này.",
            "Signing opens only from an agreed pledge. Open its page to see where it is.",
        )
    return page


def _chosen_date(page: PledgePage) -> tuple[DateLine, DatePolicy]:
    """The coordinator's answer: `fill` keeps the printed parts, `give` a whole day, `blank` leaves everything open."""
    drafted = page.text.date
    match request.form.get("date_choice", ""):
        case "fill":
            return drafted, DatePolicy.FILLED_AT_FINALISATION
        case "blank":
            return DateLine(), DatePolicy.FILLED_AT_FINALISATION
        case "give":
            day = optional_number_field("day", "Ngày")
            if day is None:
                raise _day_missing()
            given = DateLine(
                day,
                optional_number_field("month", "Tháng") or drafted.month,
                optional_number_field("year", "Năm") or drafted.year,
            )
            return given, DatePolicy.FIXED_AT_OPENING
    raise InvalidInputError(
        "date-choice-missing",
        "Chưa chọn cách ghi ngày của văn bản. Chọn một cách rồi gửi lại.",
        "Choose how the document's date is written, then send again.",
        field="date_choice",
    )


def _day_missing() -> InvalidInputError:
    return InvalidInputError(
        "day-missing",
        "Đã chọn ghi sẵn một ngày nhưng ô Ngày còn trống. Điền ô Ngày, hoặc chọn để trống cả ngày, tháng, năm.",
        "A day is to be given and the day is blank. Fill it in, or choose to leave day, month and year blank.",
        field="day",
    )


def _opening_page(page: PledgePage, *, refusal: PledgeError | None = None) -> Response:
    today = parts().clock.now().astimezone(VIETNAM).date()
    last_day = add_working_days(parts().clock.now(), SIGNING_WORKING_DAYS).date()
    moment = end_of_working_day(last_day)
    html = render_template(
        "pledges/open.html",
        page=page,
        items=signing_preflight(page.id),
        page_count=preview_page_count(page),
        today=today,
        fits_today=can_fall_in(page.text.date, today),
        default_deadline=f"{moment:%H:%M} {moment.day:02d}/{moment.month}/{moment.year}",
        reminders=coming_reminders(page.id, Stage.SIGNING),
        typed=request.form,
        refusal=refusal,
        changes=diff_since_opened(page),
    )
    return Response(html, status=status_of(refusal) if refusal else 200, mimetype="text/html")
