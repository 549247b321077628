"""Reminders in words: what kind a mail was, what became of it, and why there is none today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from approval.domain.reminder_answer import TodaysAnswer
from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.states import State
from approval.queries.reminder_page import PartyReminders
from approval.web.formatting import vn_datetime, vn_time, vn_weekday
from approval.web.labels import Label
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.words import MAIL_KINDS, SKIP_REASONS

KINDS: dict[ReminderKind, str] = {
    ReminderKind.CADENCE: "nhắc định kỳ",
    ReminderKind.DAY_BEFORE: "nhắc trước hạn một ngày làm việc",
    ReminderKind.ON_THE_DAY: "nhắc trong ngày đến hạn",
    ReminderKind.LATE: "nhắc quá hạn",
    ReminderKind.ESCALATION: "báo cấp trên của cơ quan",
    ReminderKind.NUDGE: "nhắc theo yêu cầu của Thư ký Khối",
}
_OTHER_KINDS = {**MAIL_KINDS, "reminder-digest": "nhắc chung nhiều văn bản"}
_REASONS = {
    **SKIP_REASONS,
    "account-closed": "tài khoản người nhận đã khóa",
    "already-answered": "người nhận đã cho ý kiến",
    "already-signed": "người nhận đã ký",
    "pledge-moved-on": "văn bản đã sang bước khác",
    "paused": "Thư ký Khối đã tạm dừng nhắc",
    "person-replaced": "cơ quan đã cử người khác",
    "overtaken": "có thư nhắc mới hơn của cùng việc",
    "no-superior": "chưa ghi cấp trên của cơ quan",
}
_MAIL_STATES: dict[str, Label] = {
    "waiting": Label("Sắp gửi", "wait", "calendar-event"),
    "failed": Label("Chưa gửi được, đang thử lại", "change", "envelope-exclamation"),
    "sent": Label("Đã gửi", "ok", "envelope-check"),
    "refused": Label("Bị từ chối", "late", "envelope-exclamation"),
    "bounced": Label("Bị trả lại", "late", "envelope-exclamation"),
    "uncertain": Label("Chưa rõ kết quả", "change", "question-circle"),
    "skipped": Label("Không gửi", "neutral", "envelope"),
}
_ANSWERS: dict[TodaysAnswer, Label] = {
    TodaysAnswer.CLOSED: Label("Chưa đến bước nhắc", "neutral", "dash-circle"),
    TodaysAnswer.ACTED: Label("Đã xong, thôi nhắc", "ok", "check-circle-fill"),
    TodaysAnswer.REFUSED_ADDRESS: Label("Thư không tới nơi", "late", "envelope-exclamation"),
    TodaysAnswer.SENT: Label("Hôm nay đã nhắc", "ok", "envelope-check"),
    TodaysAnswer.PAUSED: Label("Tạm dừng nhắc", "change", "pause-circle"),
    TodaysAnswer.HOLIDAY: Label("Ngày nghỉ", "neutral", "calendar-x"),
    TodaysAnswer.WAITING: Label("Hôm nay có thư nhắc", "note", "clock-history"),
    TodaysAnswer.CAPPED: Label("Đã nhắc đủ số lần", "change", "slash-circle"),
    TodaysAnswer.NOT_DUE: Label("Chưa đến ngày nhắc", "wait", "hourglass-split"),
    TodaysAnswer.NOTHING_PLANNED: Label("Không còn lần nhắc nào", "neutral", "dash-circle"),
}
_ADVICE: dict[TodaysAnswer, str] = {
    TodaysAnswer.REFUSED_ADDRESS: "Hỏi cơ quan địa chỉ đúng rồi báo Quản trị.",
    TodaysAnswer.CAPPED: "Vẫn bấm Nhắc ngay được, hoặc tăng số lần trong cách nhắc.",
}
_CLOSED_WORDS: dict[State, str] = {
    State.DRAFT: "Văn bản đang soạn, chưa gửi lấy ý kiến nên chưa nhắc ai.",
    State.AGREED: "Các cơ quan đã thống nhất, chưa mở ký nên chưa nhắc ai.",
    State.FINALISING: "Các cơ quan đã ký xong; không còn gì để nhắc.",
    State.FINALISED: "Văn bản đã ban hành; không còn gì để nhắc.",
    State.CANCELLED: "Văn bản đã hủy; không nhắc nữa.",
}


@pledges.app_template_global("reminder_answer_label")
def reminder_answer_label(party: PartyReminders) -> Label:
    """Today's answer as a chip."""
    unsure = party.sent_today is not None and party.sent_today.state == "uncertain"
    return _MAIL_STATES["uncertain"] if unsure else _ANSWERS[party.answer]


@pledges.app_template_global("reminder_mail_label")
def reminder_mail_label(state: str) -> Label:
    """What became of a mail, as a chip."""
    return _MAIL_STATES[state]


@pledges.app_template_filter("reminder_kind")
def reminder_kind(code: str) -> str:
    """A kind of reminder or of mail in words."""
    bare = code.removeprefix("reminder-")
    return KINDS[ReminderKind(bare)] if bare in set(ReminderKind) else _OTHER_KINDS.get(code, code)


@pledges.app_template_filter("reminder_reason")
def reminder_reason(code: str) -> str:
    """Why a reminder did not leave, in words; a sentence of the mail server stays as it is."""
    return _REASONS.get(code, code)


@pledges.app_template_filter("weekday_moment")
def weekday_moment(moment: datetime) -> str:
    """`08:00 thứ Năm, 16/5/2024`, as inside a sentence."""
    time, _, day = vn_datetime(moment).partition(" ")
    return f"{time} {vn_weekday(moment).replace('Thứ', 'thứ')}, {day}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a sentence is made of."""

    party: PartyReminders
    state: State
    stage: Stage
    now: datetime


@pledges.app_template_global("why_no_reminder")
def why_no_reminder(party: PartyReminders, state: State, stage: Stage, now: datetime) -> str:
    """The whole answer to "why no reminder today?", and what comes next."""
    first = _WORDS[party.answer](_Seen(party, state, stage, now))
    tells_next = {TodaysAnswer.HOLIDAY, TodaysAnswer.NOT_DUE, TodaysAnswer.SENT}
    if party.answer in tells_next and party.next_due_at is not None and party.next_kind is not None:
        return f"{first} Lần nhắc tiếp theo: {weekday_moment(party.next_due_at)} ({KINDS[party.next_kind]})."
    return first


@pledges.app_template_global("reminder_advice")
def reminder_advice(party: PartyReminders) -> str:
    """What a coordinator can do about today's answer; "" when nothing is needed."""
    if party.answer is TodaysAnswer.SENT and party.sent_today is not None and party.sent_today.state == "uncertain":
        return "Hỏi cơ quan trước; nếu chưa nhận được thì báo Quản trị gửi lại."
    return _ADVICE.get(party.answer, "")


def _closed(seen: _Seen) -> str:
    return _CLOSED_WORDS.get(seen.state, "Bước này đã khép lại; không nhắc nữa.")


def _acted(seen: _Seen) -> str:
    done = "cho ý kiến" if seen.stage is Stage.REVIEW else "ký"
    at = f" lúc {vn_datetime(seen.party.acted_at)}" if seen.party.acted_at else ""
    return f"Không nhắc nữa vì cơ quan đã {done}{at}."


def _refused(seen: _Seen) -> str:
    line = seen.party.refused
    if line is None:
        return "Thư gửi cơ quan không tới nơi."
    how = "bị trả lại" if line.state == "bounced" else "bị máy chủ thư từ chối"
    return f"Không nhắc tới nơi được: thư {reminder_kind(line.kind)} {how} lúc {vn_datetime(line.at)}."


def _sent(seen: _Seen) -> str:
    line = seen.party.sent_today
    if line is not None and line.state == "uncertain":
        return f"Thư {reminder_kind(line.kind)} hôm nay lúc {vn_time(line.at)} chưa rõ đã tới nơi hay chưa."
    return f"Đã nhắc hôm nay lúc {vn_time(line.at)} ({reminder_kind(line.kind)})." if line else "Đã nhắc hôm nay."


def _paused(seen: _Seen) -> str:
    since = f" từ {vn_datetime(seen.party.pause.since)}" if seen.party.pause else ""
    return f"Hôm nay không nhắc vì Thư ký Khối đã tạm dừng nhắc cơ quan này{since}."


def _holiday(seen: _Seen) -> str:
    return f"Hôm nay không nhắc vì cơ quan nghỉ: {seen.party.holiday}."


def _waiting(seen: _Seen) -> str:
    due, kind = seen.party.next_due_at, seen.party.next_kind
    if due is None or kind is None:
        return "Hôm nay có thư nhắc, đang chờ gửi."
    if due <= seen.now:
        return f"Thư nhắc của hôm nay ({KINDS[kind]}) đã đến giờ, đang chờ gửi."
    return f"Hôm nay có thư nhắc lúc {vn_time(due)} ({KINDS[kind]})."


def _capped(seen: _Seen) -> str:
    most = "" if seen.party.counted == seen.party.cap else f"; cách nhắc mới cho nhiều nhất {seen.party.cap:02d} lần"
    return f"Hôm nay không nhắc vì đã nhắc đủ {seen.party.counted:02d} lần{most}."


_WORDS: dict[TodaysAnswer, Callable[[_Seen], str]] = {
    TodaysAnswer.CLOSED: _closed,
    TodaysAnswer.ACTED: _acted,
    TodaysAnswer.REFUSED_ADDRESS: _refused,
    TodaysAnswer.SENT: _sent,
    TodaysAnswer.PAUSED: _paused,
    TodaysAnswer.HOLIDAY: _holiday,
    TodaysAnswer.WAITING: _waiting,
    TodaysAnswer.CAPPED: _capped,
    TodaysAnswer.NOT_DUE: lambda _: "Hôm nay không nhắc vì chưa đến ngày nhắc.",
    TodaysAnswer.NOTHING_PLANNED: lambda _: "Hôm nay không nhắc vì cách nhắc đã chọn không còn lần nhắc nào.",
}
