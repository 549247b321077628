"""Quản trị: work that hangs, with its cause in words and what can safely be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.adapters.broker import check_broker, count_waiting
from approval.adapters.mail_errors import START_MAIL_SERVER
from approval.domain.errors import BusyError, PledgeError
from approval.domain.reminder_commands import ResendMail, RetryOutbox
from approval.extensions import db, parts
from approval.queries.background_work import HealthItem, check_background
from approval.queries.calendar_days import load_calendar
from approval.queries.stuck_work import list_stuck_work
from approval.services.resend_mail import resend_mail
from approval.services.retry_outbox import retry_outbox
from approval.web.actor import current_actor
from approval.web.guards import Policy, policy
from approval.web.notices import tell

admin_stuck = Blueprint("admin_stuck", __name__, url_prefix="/quan-tri/viec-treo")


@admin_stuck.get("")
@policy(Policy.ADMINISTRATOR)
def index() -> str:
    """Beat, worker and mail, then every piece of work that hangs; `hoi=may-chu` asks broker and mail server too."""
    session, tools = db.session(), parts()
    now = tools.clock.now()
    calendar = load_calendar(session) if tools.settings.quiet_hours else None
    background = check_background(session, now=now, calendar=calendar, count_waiting=_count_waiting)
    stuck = list_stuck_work(session, now=now, calendar=calendar)
    # Asking a dead server takes seconds, in which no transaction may stay open.
    session.rollback()
    asks = request.args.get("hoi") == "may-chu" or not all(item.ok for item in background)
    servers = _ask_servers() if asks else ()
    return render_template("admin/stuck.html", background=(*background, *servers), stuck=stuck, asked=asks)


@admin_stuck.post("/<int:outbox_id>/thu-lai")
@policy(Policy.ADMINISTRATOR)
def retry(outbox_id: int) -> Response:
    """End the pause after a failure."""
    try:
        retry_outbox(RetryOutbox(current_actor(), outbox_id))
        tell("ok", "Sẽ thử lại ngay trong lượt tới; tải lại trang sau ít giây. Thư nhắc chỉ đi trong giờ làm việc.")
    except BusyError as answer:
        tell("note", answer.vi)
    return redirect(url_for("admin_stuck.index"), 303)


@admin_stuck.get("/<int:outbox_id>/gui-lai")
@policy(Policy.ADMINISTRATOR)
def ask_resend(outbox_id: int) -> str | Response:
    """What sending again may mean, before it is done."""
    items = list_stuck_work(db.session(), now=parts().clock.now())
    item = next((item for item in items if item.outbox_id == outbox_id and item.next_try_at is None), None)
    if item is None:
        tell("note", "Thư này không còn ở mục việc treo; có thể đã được gửi lại.")
        return redirect(url_for("admin_stuck.index"), 303)
    return render_template("admin/resend.html", item=item)


@admin_stuck.post("/<int:outbox_id>/gui-lai")
@policy(Policy.ADMINISTRATOR)
def resend(outbox_id: int) -> Response:
    """Hand the mail over once more, under its old Message-ID."""
    resend_mail(ResendMail(current_actor(), outbox_id))
    tell("ok", "Đã xếp thư để gửi lại, cùng mã thư cũ.")
    return redirect(url_for("admin_stuck.index"), 303)


def _count_waiting() -> int | None:
    settings = parts().settings
    return count_waiting(settings.broker_url, settings.data_dir)


def _ask_servers() -> tuple[HealthItem, ...]:
    tools = parts()
    settings = tools.settings
    queue = settings.broker_url, settings.data_dir
    broker = _ask("broker", lambda: check_broker(*queue), "Hàng đợi (broker) trả lời.")
    smtp = _ask("smtp", tools.mailer.check, "Máy chủ thư trả lời.")
    return broker, smtp if smtp.ok else replace(smtp, words=f"{smtp.words.rstrip('.')}. {START_MAIL_SERVER}")


def _ask(name: str, check: Callable[[], object], well: str) -> HealthItem:
    try:
        check()
    except PledgeError as error:
        return HealthItem(name, ok=False, words=error.vi, counts=False)
    return HealthItem(name, ok=True, words=well, counts=False)
