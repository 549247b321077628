"""Codes to words, chip and icon (bootstrap-icons): what people see of a state, a verdict, a deadline, a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from approval.domain.deadline_state import Nearness, deadline_state
from approval.domain.states import AnswerKind, AuthorityKind, Role, State, VerdictKind
from approval.domain.transitions import STATE_LABELS
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.extensions import parts
from approval.queries.profile import AuthorityLine
from approval.web.calendar_of_request import calendar_of_request
from approval.web.formatting import vn_date


@dataclass(frozen=True, slots=True)
class Label:
    """Words, tone of the chip (neutral, ok, note, change, soon, late, wait) and icon, never colour alone."""

    words: str
    tone: str
    icon: str


_STATES: dict[State, tuple[str, str]] = {
    State.DRAFT: ("neutral", "file-earmark-text"),
    State.IN_REVIEW: ("note", "chat-left-text"),
    State.AGREED: ("ok", "check2-all"),
    State.SIGNING: ("note", "pen"),
    State.FINALISING: ("note", "gear-wide-connected"),
    State.FINALISED: ("ok", "patch-check-fill"),
    State.CANCELLED: ("late", "x-circle"),
}
_VERDICTS: dict[VerdictKind, Label] = {
    VerdictKind.AGREE: Label("Thống nhất", "ok", "check-circle-fill"),
    VerdictKind.AGREE_WITH_COMMENTS: Label("Thống nhất, có ý kiến", "note", "chat-left-text-fill"),
    VerdictKind.REQUEST_CHANGES: Label("Đề nghị sửa", "change", "pencil-square"),
}
SIGNED = Label("Đã ký", "ok", "pen-fill")
DECLINED = Label("Từ chối ký", "late", "x-octagon-fill")
VOID = Label("Không còn hiệu lực", "late", "x-circle")
_MARKS = {
    **{kind.value: label for kind, label in _VERDICTS.items()},
    "signed": SIGNED,
    "finalised": Label("Đã ban hành", "ok", "patch-check-fill"),
    "pending": Label("Chưa có ý kiến", "wait", "hourglass-split"),
    "overdue": Label("Không có ý kiến (quá hạn)", "late", "exclamation-triangle-fill"),
}
_SIGNING_MARKS = {
    **_MARKS,
    "pending": Label("Chờ ký", "wait", "hourglass-split"),
    "overdue": Label("Chờ ký, quá hạn", "late", "exclamation-triangle-fill"),
}
_MAILS = {
    "waiting": Label("Sắp gửi", "wait", "calendar-event"),
    "sent": Label("Đã gửi", "ok", "envelope-check"),
    "failed": Label("Chưa gửi được", "late", "envelope-exclamation"),
    "skipped": Label("Không cần gửi nữa", "neutral", "envelope"),
}
_OUTCOMES: dict[AnswerKind | None, Label] = {
    None: Label("Chờ trả lời", "change", "hourglass-split"),
    AnswerKind.ACCEPTED: Label("Tiếp thu", "ok", "check2-all"),
    AnswerKind.PARTLY_ACCEPTED: Label("Tiếp thu một phần", "ok", "check2"),
    AnswerKind.EXPLAINED: Label("Giải trình", "note", "reply"),
}
_ROLES: dict[Role, str] = {
    Role.COORDINATOR: "Thư ký Khối",
    Role.REPRESENTATIVE: "Đại diện cơ quan",
    Role.OBSERVER: "Người theo dõi",
    Role.ADMINISTRATOR: "Quản trị",
    Role.SYSTEM: "Hệ thống",
}
_AUTHORITIES: dict[AuthorityKind, str] = {
    AuthorityKind.HEAD: "Thủ trưởng cơ quan",
    AuthorityKind.KT: "KT. (ký thay)",
    AuthorityKind.Q: "Q. (quyền)",
    AuthorityKind.TUQ: "TUQ. (thừa ủy quyền)",
}


def register_labels(app: Flask) -> None:
    """Make the labels known to templates as functions."""
    app.jinja_env.globals.update(
        state_label=state_label,
        verdict_label=verdict_label,
        deadline_label=deadline_label,
        waiting_label=waiting_label,
        mail_label=mail_label,
        mark_label=mark_label,
        outcome_label=outcome_label,
        role_name=role_name,
        authority_name=authority_name,
        authority_label=authority_label,
        signed_label=SIGNED,
        declined_label=DECLINED,
        void_label=VOID,
    )


def state_label(state: State | str, *, round_number: int = 0, signed: int = 0, parties: int = 0) -> Label:
    """Label of a state; `round_number` and the counts complete "Đang lấy ý kiến lần n" and "Đang ký (k/n)"."""
    state = State(state)
    words = STATE_LABELS[state]
    if state is State.IN_REVIEW and round_number:
        words = f"{words} lần {round_number}"
    if state is State.SIGNING and parties:
        words = f"{words} ({signed}/{parties})"
    return Label(words, *_STATES[state])


def verdict_label(kind: VerdictKind | str) -> Label:
    """Label of a verdict."""
    return _VERDICTS[VerdictKind(kind)]


def deadline_label(deadline: datetime, now: datetime | None = None) -> Label:
    """Còn hạn / Sắp đến hạn / Quá hạn, with the working days that are left or over."""
    moment = now or parts().clock.now()
    found = deadline_state(deadline, moment, calendar_of_request())
    days = found.working_days
    # Between a Friday and a deadline on Saturday lies no working day either.
    today = deadline.astimezone(VIETNAM_TIME).date() == moment.astimezone(VIETNAM_TIME).date()
    match found.nearness:
        case Nearness.OPEN:
            return Label(f"Còn hạn: còn {days} ngày làm việc", "neutral", "calendar3")
        case Nearness.SOON:
            none_left = "Đến hạn hôm nay" if today else "Sắp đến hạn: vào ngày nghỉ tới"
            words = f"Sắp đến hạn: còn {days} ngày làm việc" if days else none_left
            return Label(words, "soon", "clock-history")
        case Nearness.OVERDUE:
            words = f"Quá hạn {days} ngày làm việc" if days else "Đã quá giờ hạn"
            return Label(words, "late", "exclamation-triangle-fill")


def waiting_label(deadline: datetime | None, *, for_signature: bool = False, now: datetime | None = None) -> Label:
    """Label of an agency that has not answered, or not signed, yet; a silent one past the deadline has no opinion."""
    moment = now or parts().clock.now()
    if deadline is None or moment <= deadline:
        return Label("Chờ ký" if for_signature else "Chưa có ý kiến", "wait", "hourglass-split")
    if not for_signature:
        return _MARKS["overdue"]
    days = deadline_state(deadline, moment, calendar_of_request()).working_days
    late = f"Chờ ký, quá hạn {days} ngày" if days else "Chờ ký, đã quá giờ hạn"
    return Label(late, "late", "exclamation-triangle-fill")


def mark_label(code: str, *, for_signature: bool = False) -> Label:
    """Label of an agency's mark: a verdict kind, signed, finalised, pending or overdue."""
    return (_SIGNING_MARKS if for_signature else _MARKS)[code]


def mail_label(code: str) -> Label:
    """Label of a mail: waiting, sent, failed or skipped."""
    return _MAILS[code]


def outcome_label(kind: AnswerKind | None) -> Label:
    """Label of what became of a comment; None while nobody has answered."""
    return _OUTCOMES[kind]


def role_name(role: Role | str) -> str:
    """A role in words."""
    return _ROLES[Role(role)]


def authority_name(kind: AuthorityKind | str) -> str:
    """A kind of signing authority in words."""
    return _AUTHORITIES[AuthorityKind(kind)]


def authority_label(line: AuthorityLine) -> Label:
    """Whether a recorded authority holds now."""
    if line.revoked_at is not None:
        return Label(f"Đã thu hồi {vn_date(line.revoked_at)}", "late", "x-circle")
    if line.is_current:
        return Label("Đang hiệu lực", "ok", "check-circle-fill")
    return Label("Ngoài thời hạn", "wait", "hourglass-split")
