"""Words and small shapes that only the pledge pages need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from approval.adapters.clock import VIETNAM
from approval.domain.anchors import Anchor
from approval.domain.audit_event import EventType
from approval.domain.date_line import DatePart, date_part_text
from approval.domain.pledge_text import PledgeText
from approval.domain.spoken_title import spoken_title
from approval.domain.text_diff import SectionDiff, TextDiff
from approval.queries.pledge_history import HistoryEntry
from approval.web.labels import SIGNED, Label, waiting_label
from approval.web.pledges.blueprint import pledges

_BLANK = "\N{NO-BREAK SPACE}" * 5
# Each event tag in a sentence that begins with the actor's name. Not all concern one pledge, yet a tag without words
# must not be possible: a test compares this table with the list of tags.
EVENT_SENTENCES: dict[EventType, str] = {
    EventType.BLOC_CREATED: "lập khối thi đua",
    EventType.ACCOUNT_CREATED: "tạo tài khoản",
    EventType.SESSION_OPENED: "đăng nhập",
    EventType.SESSION_REFUSED: "đăng nhập không thành công",
    EventType.SESSION_CLOSED: "đăng xuất",
    EventType.PASSWORD_CHANGED: "đổi mật khẩu",
    EventType.KEY_ISSUED: "cấp khóa ký số",
    EventType.PIN_CHANGED: "đổi mã PIN",
    EventType.PIN_REFUSED: "nhập sai mã PIN",
    EventType.PICTURE_CHANGED: "đổi mẫu chữ ký",
    EventType.AUTHORITY_GRANTED: "ghi nhận thẩm quyền ký",
    EventType.AUTHORITY_REVOKED: "thu hồi thẩm quyền ký",
    EventType.DRAFT_IMPORTED: "tạo dự thảo từ tệp",
    EventType.DRAFT_STARTED: "soạn dự thảo từ văn bản của năm trước",
    EventType.DRAFT_SAVED: "lưu dự thảo",
    EventType.REVIEW_OPENED: "gửi lấy ý kiến",
    EventType.COMMENT_ADDED: "góp ý",
    EventType.COMMENT_WITHDRAWN: "rút một góp ý",
    EventType.COMMENT_REPLIED: "trao đổi về một góp ý",
    EventType.COMMENT_ANSWERED: "trả lời một góp ý",
    EventType.FINDING_DISMISSED: "bỏ qua một lưu ý soát lỗi",
    EventType.FINDING_RESTORED: "xem lại một lưu ý soát lỗi đã bỏ qua",
    EventType.VERDICT_GIVEN: "cho ý kiến",
    EventType.DRAFT_REOPENED: "mở lại văn bản để sửa",
    EventType.SIGNING_OPENED: "khóa nội dung và mở ký",
    EventType.SIGNATURE_ADDED: "ký số",
    EventType.SIGNING_DECLINED: "từ chối ký; các chữ ký đã có không còn hiệu lực và được giữ làm chứng cứ",
    EventType.DOCUMENT_FINALISED: "kiểm tra các chữ ký, điền ngày, niêm phong và ban hành văn bản",
    EventType.PROOF_RENEWED: "gia hạn bằng chứng của văn bản bằng một dấu thời gian mới",
    EventType.PLEDGE_CANCELLED: "hủy văn bản",
    EventType.MAIL_SENT: "gửi thư",
    EventType.MAIL_SKIPPED: "không gửi thư vì không còn cần",
    EventType.MAIL_REFUSED: "không gửi được thư: máy chủ thư từ chối",
    EventType.MAIL_UNCERTAIN: "chuyển thư nhưng mất kết nối, chưa rõ thư có đến hay không",
    EventType.MAIL_BOUNCED: "nhận báo thư không đến được người nhận",
    EventType.MAIL_RESENT: "cho gửi lại một thư",
    EventType.PASSWORD_RESET: "đặt lại mật khẩu của một tài khoản",
    EventType.ACCOUNT_CHANGED: "sửa tên hoặc địa chỉ của một tài khoản",
    EventType.ACCOUNT_LOCKED: "khóa tài khoản",
    EventType.ACCOUNT_UNLOCKED: "mở lại tài khoản",
    EventType.REMINDERS_CHANGED: "đổi lịch nhắc",
    EventType.DEADLINE_MOVED: "đổi thời hạn",
    EventType.REMINDERS_PAUSED: "tạm dừng nhắc một cơ quan",
    EventType.REMINDERS_RESUMED: "cho nhắc lại một cơ quan",
    EventType.PARTY_NUDGED: "nhắc một cơ quan",
    EventType.REPRESENTATIVE_REPLACED: "đổi người đại diện của một cơ quan",
    EventType.CALENDAR_DAY_SET: "đặt một ngày làm việc hoặc ngày nghỉ",
    EventType.SUPERIOR_SET: "ghi cấp trên của một cơ quan",
    EventType.PRIVATE_ERASED: "xóa địa chỉ mạng và trình duyệt đã lưu của một người",
    EventType.LOG_KEY_REGISTERED: "ghi nhận khóa ký nhật ký",
    EventType.LOG_KEY_ROTATED: "thay khóa ký nhật ký",
    EventType.DOCUMENT_VIEWED: "xem văn bản (ghi một lần mỗi ngày)",
    EventType.FILE_DOWNLOADED: "tải một tệp",
    EventType.FILE_PRINTED: "mở bản in",
    EventType.FILE_REFUSED: "bị từ chối khi mở văn bản này (ghi một lần mỗi ngày)",
}
_EVENT_TONES = {
    EventType.SIGNATURE_ADDED: "is-sign",
    EventType.DOCUMENT_FINALISED: "is-ok",
    EventType.SIGNING_DECLINED: "is-late",
    EventType.PLEDGE_CANCELLED: "is-late",
    EventType.PIN_REFUSED: "is-late",
    EventType.SESSION_REFUSED: "is-late",
    EventType.FILE_REFUSED: "is-late",
}
# What the hash of an event is the hash of: four different things must never share one name.
_FILE_CODE_NAMES = {
    # Of the text while it is discussed, of the file once there is one.
    EventType.DOCUMENT_VIEWED: "mã",
    EventType.SIGNING_OPENED: "mã bản mở ký",
    EventType.SIGNATURE_ADDED: "mã tệp sau khi ký",
    EventType.SIGNING_DECLINED: "mã tệp sắp ký",
    EventType.DOCUMENT_FINALISED: "mã tệp hoàn chỉnh",
    EventType.PROOF_RENEWED: "mã tệp đã gia hạn",
}
MAIL_KINDS = {
    "review-invitation": "mời cho ý kiến",
    "signing-invitation": "mời ký",
    "reminder-cadence": "nhắc định kỳ",
    "reminder-day-before": "nhắc trước hạn",
    "reminder-on-the-day": "nhắc đúng ngày hạn",
    "reminder-late": "nhắc quá hạn",
    "reminder-escalation": "báo cấp trên",
    "reminder-nudge": "nhắc theo yêu cầu của Thư ký Khối",
    "reminder-digest": "nhắc nhiều văn bản",
    "deadline-moved": "báo đổi thời hạn",
    "person-named": "mời người đại diện mới",
    "person-relieved": "báo thôi đại diện",
    "text-changed": "báo văn bản thay đổi",
    "comment-answered": "trả lời góp ý",
    "declined": "báo từ chối ký",
    "finished": "gửi văn bản hoàn chỉnh",
    "cancelled": "báo hủy",
    "account-changed": "báo tài khoản thay đổi",
}
SKIP_REASONS = {
    "account-closed": "tài khoản người nhận đã khóa",
    "already-answered": "người nhận đã cho ý kiến",
    "already-signed": "người nhận đã ký",
    "pledge-moved-on": "văn bản đã sang bước khác",
    "deadline-moved": "thời hạn đã đổi",
    "no-superior": "chưa ghi cấp trên của cơ quan",
    "invitation-waiting": "thư mời chưa gửi được",
    "never-invited": "người nhận chưa được mời",
    "overtaken": "đã có thư mới hơn",
    "paused": "Thư ký Khối tạm dừng nhắc",
    "person-replaced": "cơ quan đã đổi người đại diện",
    "replanned": "lịch nhắc đã đổi",
}


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """The events of one Vietnamese day."""

    day: date
    entries: tuple[HistoryEntry, ...]


@pledges.app_template_filter("groupby_day")
def groupby_day(entries: Iterable[HistoryEntry]) -> list[HistoryDay]:
    """Events day by day, in the order given."""
    days = groupby(entries, key=lambda entry: entry.at.astimezone(VIETNAM).date())
    return [HistoryDay(day, tuple(group)) for day, group in days]


@pledges.app_template_filter("sentence")
def sentence(words: str) -> str:
    """A title in capitals as a heading on a page: "BẢN GIAO ƯỚC" → "Bản giao ước"; mixed case stays as drafted."""
    return spoken_title(words)


@pledges.app_template_filter("date_line_spaced")
def date_line_spaced(text: PledgeText) -> str:
    """The date line with room where a part is blank, as on paper."""
    date = text.date
    day = date_part_text(DatePart.DAY, date.day) or _BLANK
    month = date_part_text(DatePart.MONTH, date.month) or _BLANK
    year = date_part_text(DatePart.YEAR, date.year) or _BLANK
    return f"{text.place}, ngày {day} tháng {month} năm {year}"


@pledges.app_template_filter("event_sentence")
def event_sentence(tag: EventType) -> str:
    """What happened, after the actor's name."""
    return EVENT_SENTENCES[tag]


@pledges.app_template_filter("event_tone")
def event_tone(tag: EventType) -> str:
    """Class of the timeline's mark."""
    return _EVENT_TONES.get(tag, "")


@pledges.app_template_filter("file_code_name")
def file_code_name(tag: EventType) -> str:
    """What the hash named by an event of this kind is called: of the text, unless the event concerns a file."""
    return _FILE_CODE_NAMES.get(tag, "mã nội dung")


@pledges.app_template_filter("anchor_label")
def anchor_label(written: str) -> str:
    """A part of a pledge as people call it: "clause:3" → "Khoản 3"."""
    return Anchor.parse(written).label


@pledges.app_template_filter("mail_kind")
def mail_kind(code: str) -> str:
    """A kind of mail in words."""
    return MAIL_KINDS.get(code, code)


@pledges.app_template_filter("skip_reason")
def skip_reason(code: str) -> str:
    """Why a planned mail was not sent, in words."""
    return SKIP_REASONS.get(code, code)


@pledges.app_template_global("diff_sections")
def diff_sections(diff: TextDiff) -> dict[str, SectionDiff]:
    """Sections of a comparison by key."""
    return {section.key: section for section in diff.sections}


@pledges.app_template_global("signature_label")
def signature_label(signed_at: datetime | None, deadline: datetime | None) -> Label:
    """Signed, or waiting (since when late)."""
    return SIGNED if signed_at else waiting_label(deadline, for_signature=True)
