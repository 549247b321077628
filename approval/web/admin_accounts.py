"""Quản trị: what can be done to one account, each after its own page of confirmation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.adapters.key_store import generate_pin
from approval.adapters.passwords import generate_password
from approval.domain.commands import EditPerson, IssueSigningKey, LockAccount, ResetPassword, UnlockAccount
from approval.domain.errors import InvalidInputError, TransitionRefusedError
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.queries.people import PersonLine, load_person_line
from approval.services.edit_person import edit_person
from approval.services.issue_signing_key import issue_signing_key
from approval.services.lock_account import lock_account
from approval.services.reset_password import reset_password
from approval.services.unlock_account import unlock_account
from approval.web.actor import current_actor
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.shown_once import ShownOnce, show_once

admin_accounts = Blueprint("admin_accounts", __name__, url_prefix="/quan-tri/tai-khoan/<int:person_id>")

_KEPT = "Ý kiến và chữ ký đã có vẫn giữ nguyên."
_CONSEQUENCE_OF_LOCKING = {
    Role.REPRESENTATIVE: (
        f"{_KEPT} Văn bản đang lấy ý kiến hoặc đang ký sẽ chờ cơ quan này: một đại diện khác của cơ quan "
        "(tạo tài khoản mới nếu chưa có) cho ý kiến và ký được ngay."
    ),
    Role.COORDINATOR: "Văn bản đang làm dừng ở bước hiện tại cho đến khi khối có Thư ký khác.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A page of confirmation: heading (also the button's words), and what will happen, one sentence each."""

    heading: str
    sentences: tuple[str, ...]


@admin_accounts.get("/sua")
@policy(Policy.ADMINISTRATOR)
def edit_form(person_id: int) -> Response:
    """Name and address as they are."""
    line = _load(person_id)
    return _edit_page(line, line.display_name, line.email)


@admin_accounts.post("/sua")
@policy(Policy.ADMINISTRATOR)
def edit(person_id: int) -> Response:
    """Correct them; the typed words stay in the form when they are refused."""
    line = _load(person_id)
    name, email = request.form.get("display_name", ""), request.form.get("email", "")
    try:
        edit_person(EditPerson(current_actor(), person_id, name, email))
        tell("ok", f"Đã lưu tài khoản của {_load(person_id).display_name}; thư đang chờ sẽ gửi tới địa chỉ hiện tại.")
    except InvalidInputError as refusal:
        return _edit_page(line, name, email, refusal=refusal)
    except TransitionRefusedError as answer:
        tell("note", answer.vi)
    return _to_list()


@admin_accounts.get("/khoa-ky")
@policy(Policy.ADMINISTRATOR)
def ask_key(person_id: int) -> str:
    """Before a new signing key."""
    return _ask(
        person_id,
        "Cấp lại khóa ký",
        "Khóa ký và mã PIN hiện tại hết hiệu lực ngay, không ký được nữa.",
        "Chữ ký đã có bằng khóa cũ vẫn hợp lệ, kể cả trong văn bản đang ký.",
        "Mã PIN mới do hệ thống tạo và chỉ hiện một lần ở trang sau.",
    )


@admin_accounts.post("/khoa-ky")
@policy(Policy.ADMINISTRATOR)
def issue_key(person_id: int) -> Response:
    """A new key under a drawn PIN."""
    pin = generate_pin()
    issue_signing_key(IssueSigningKey(current_actor(), person_id, pin))
    line = _load(person_id)
    return show_once(ShownOnce("Đã cấp lại khóa ký", line.display_name, line.email, pin=pin))


@admin_accounts.get("/mat-khau")
@policy(Policy.ADMINISTRATOR)
def ask_password(person_id: int) -> str:
    """Before a new password."""
    return _ask(
        person_id,
        "Đặt lại mật khẩu",
        "Mật khẩu hiện tại hết hiệu lực và mọi phiên đăng nhập của người này kết thúc ngay.",
        "Khóa ký và mã PIN không thay đổi.",
        "Mật khẩu mới do hệ thống tạo và chỉ hiện một lần ở trang sau.",
    )


@admin_accounts.post("/mat-khau")
@policy(Policy.ADMINISTRATOR)
def give_password(person_id: int) -> Response:
    """A drawn password in place of the old one."""
    password = generate_password()
    reset_password(ResetPassword(current_actor(), person_id, password))
    line = _load(person_id)
    return show_once(ShownOnce("Đã đặt lại mật khẩu", line.display_name, line.email, password))


@admin_accounts.get("/khoa")
@policy(Policy.ADMINISTRATOR)
def ask_lock(person_id: int) -> str:
    """Before locking; what happens to pledges on their way depends on the role."""
    consequence = _CONSEQUENCE_OF_LOCKING.get(_load(person_id).role)
    return _ask(
        person_id,
        "Khóa tài khoản",
        "Người này bị đăng xuất ngay, không đăng nhập và không nhận thư của hệ thống nữa.",
        *([consequence] if consequence else []),
        "Có thể mở lại tài khoản bất cứ lúc nào.",
    )


@admin_accounts.post("/khoa")
@policy(Policy.ADMINISTRATOR)
def lock(person_id: int) -> Response:
    """Lock the account; twice is told, not a fault."""
    try:
        lock_account(LockAccount(current_actor(), person_id))
        tell("ok", f"Đã khóa tài khoản của {_load(person_id).display_name}.")
    except TransitionRefusedError as answer:
        tell("note", answer.vi)
    return _to_list()


@admin_accounts.get("/mo-lai")
@policy(Policy.ADMINISTRATOR)
def ask_unlock(person_id: int) -> str:
    """Before opening again."""
    return _ask(
        person_id,
        "Mở lại tài khoản",
        "Người này đăng nhập lại được bằng mật khẩu cũ. Nếu họ không nhớ, đặt lại mật khẩu sau khi mở.",
    )


@admin_accounts.post("/mo-lai")
@policy(Policy.ADMINISTRATOR)
def unlock(person_id: int) -> Response:
    """Open the account; twice is told, not a fault."""
    try:
        unlock_account(UnlockAccount(current_actor(), person_id))
        tell("ok", f"Đã mở lại tài khoản của {_load(person_id).display_name}.")
    except TransitionRefusedError as answer:
        tell("note", answer.vi)
    return _to_list()


def _load(person_id: int) -> PersonLine:
    return load_person_line(db.session(), person_id, now=parts().clock.now())


def _edit_page(line: PersonLine, name: str, email: str, *, refusal: InvalidInputError | None = None) -> Response:
    html = render_template(
        "admin/edit_person.html",
        line=line,
        display_name=name,
        email=email,
        refusal=refusal.vi if refusal else "",
        field_at_fault=(refusal.field or "display_name") if refusal else "",
    )
    return make_response(html, status_of(refusal) if refusal else 200)


def _ask(person_id: int, heading: str, *sentences: str) -> str:
    return render_template("admin/confirm.html", line=_load(person_id), question=Question(heading, sentences))


def _to_list() -> Response:
    return redirect(url_for("admin.index", _anchor="tai-khoan"), 303)
