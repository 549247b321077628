"""The history of a pledge: every event in words, filtered, checked as it is shown, and to take away."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date

from flask import render_template, request
from werkzeug.wrappers import Response

from approval.domain.errors import InvalidInputError
from approval.domain.history_filter import EventGroup, HistoryFilter
from approval.domain.reading_commands import HandedFile
from approval.extensions import db
from approval.queries.history_export import load_history_export
from approval.queries.pledge_history import load_pledge_history
from approval.web.actor import current_viewer
from approval.web.downloads import attachment
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.recording import handing_out

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBER = re.compile(r"[0-9]{1,9}")
EVENT_GROUPS = {
    EventGroup.MAIN: "Mọi việc, trừ lượt xem và tải",
    EventGroup.ALL: "Tất cả",
    EventGroup.MOVES: "Chuyển trạng thái",
    EventGroup.DRAFTING: "Soạn thảo",
    EventGroup.OPINIONS: "Ý kiến",
    EventGroup.SIGNING: "Ký số, niêm phong",
    EventGroup.MAIL: "Thư và thời hạn",
    EventGroup.ACCESS: "Xem, tải, in, bị từ chối",
}
HANDED_FILES = {
    HandedFile.FINAL: "văn bản hoàn chỉnh",
    HandedFile.FINAL_TO_PRINT: "văn bản hoàn chỉnh",
    HandedFile.RENEWED: "văn bản đã gia hạn bằng chứng",
    HandedFile.OPENED: "bản mở ký",
    HandedFile.STOPPED: "tệp của phiên ký đã dừng",
    HandedFile.DRAFT: "bản in dự thảo",
    HandedFile.DRAFT_WORD: "bản Word",
    HandedFile.OPINIONS: "bảng tổng hợp ý kiến",
    HandedFile.VERIFICATION_SHEET: "phiếu xác thực",
    HandedFile.HISTORY: "nhật ký",
    HandedFile.EVIDENCE: "gói chứng cứ",
}
# Shown on the page for the reader to run; a test runs it as it stands there.
RECIPE = """\
import base64, hashlib, json
before, number = None, 0
for line in open("nhat-ky.jsonl", encoding="ascii"):
    payload = base64.b64decode(json.loads(line)["payload"])
    event = json.loads(payload)
    assert event["pseq"] == number and event["pprev"] == before, event["seq"]
    before, number = hashlib.sha256(b"\\0" + payload).hexdigest(), number + 1
print(number, "sự kiện, mã cuối", before)
"""


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """What stands in the form, also when it cannot be read."""

    group: EventGroup
    agency: int | None
    since: str
    until: str


@pledges.get("/<uuid:pledge_id>/nhat-ky")
@policy(Policy.SIGNED_IN)
def history(pledge_id: uuid.UUID) -> tuple[str, int]:
    """Events that were asked for, newest first; a day that cannot be read is told on the form."""
    typed, refusal = _typed(), ""
    try:
        wanted = HistoryFilter(typed.group, typed.agency, _day(typed.since), _day(typed.until))
    except InvalidInputError as error:
        wanted, refusal = HistoryFilter(typed.group, typed.agency), error.vi
    found = load_pledge_history(db.session(), current_viewer(), pledge_id, wanted)
    page = render_template(
        "pledges/history.html",
        history=found,
        typed=typed,
        refusal=refusal,
        groups=EVENT_GROUPS,
        recipe=RECIPE,
    )
    return page, 422 if refusal else 200


@pledges.get("/<uuid:pledge_id>/nhat-ky.jsonl")
@policy(Policy.SIGNED_IN)
def history_export(pledge_id: uuid.UUID) -> Response:
    """All events of the pledge with the exact bytes that were hashed; taking them is noted after the last of them."""
    content = load_history_export(db.session(), current_viewer(), pledge_id)
    handing_out(pledge_id, HandedFile.HISTORY)
    return attachment(content, "nhat-ky.jsonl", mimetype="application/jsonl")


@pledges.app_template_filter("handed_file")
def handed_file(code: str) -> str:
    """A file that left the system, in words."""
    return {file.value: words for file, words in HANDED_FILES.items()}.get(code, code)


def _typed() -> TypedFilter:
    group, agency = request.args.get("loai", ""), request.args.get("co-quan", "")
    return TypedFilter(
        group=next((one for one in EventGroup if one.value == group), EventGroup.MAIN),
        agency=int(agency) if _NUMBER.fullmatch(agency) else None,
        since=request.args.get("tu", "").strip()[:40],
        until=request.args.get("den", "").strip()[:40],
    )


def _day(typed: str) -> date | None:
    if not typed:
        return None
    found = _DAY.fullmatch(typed)
    try:
        if found is not None:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise InvalidInputError(
        "day-unreadable",
        f"Không hiểu ngày “{typed}”. Ghi ngày theo mẫu 21/5/2024 rồi lọc lại.",
        f"“{typed}” is no day. Write it as 21/5/2024 and filter again.",
    )
