"""Kiểm tra văn bản: anybody brings a file and is told what it is worth; nothing of it is kept, nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, render_template, request
from werkzeug.datastructures import FileStorage

from approval.domain.bundle_verdict import is_bundle
from approval.domain.errors import BusyError
from approval.domain.upload_verdict import Part, ShownSignature, UploadKind, UploadVerdict, Word
from approval.extensions import db, limiter, parts
from approval.queries.checking_policy import load_checking_policy
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.labels import Label
from approval.web.upload_size import largest_upload

public_check = Blueprint("public_check", __name__)

LARGEST_MB = 20
# Each costs a second of a processor. Many people of one agency share an address.
_TRIES = "12 per minute; 120 per hour"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 120

WORDS = {
    Word.VALID: Label("Hợp lệ", "ok", "patch-check-fill"),
    Word.INVALID: Label("Không hợp lệ", "bad", "x-octagon-fill"),
    Word.UNKNOWN: Label("Không xác định", "unknown", "question-octagon-fill"),
}
CHIPS = {
    Word.VALID: Label("Hợp lệ", "ok", "check-circle-fill"),
    Word.INVALID: Label("Không hợp lệ", "late", "x-octagon-fill"),
    Word.UNKNOWN: Label("Không xác định", "change", "question-circle"),
}
KINDS = {
    UploadKind.PLEDGE: "Bản giao ước thi đua ký số",
    UploadKind.FOREIGN: "Văn bản PDF của nơi khác",
    UploadKind.BUNDLE: "Gói chứng cứ",
    UploadKind.OTHER: "Không nhận ra",
}
PARTS = {
    Part.OPENING: "Chữ ký mở ký, khóa nội dung",
    Part.SEAL: "Dấu niêm phong văn bản",
    Part.TIME_STAMP: "Dấu thời gian cuối",
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The file as the person knows it, and the verdict. `same` compares with the sheet's code, None without one."""

    name: str
    size: int
    sha256: str
    verdict: UploadVerdict
    same: bool | None


@public_check.get("/kiem-tra")
@policy(Policy.PUBLIC)
def show() -> str:
    """The form; `ma` is the SHA-256 that the QR code of a verification sheet carries."""
    return _page(code=_code())


@public_check.post("/kiem-tra")
@limiter.limit(_TRIES)
@largest_upload(LARGEST_MB)
@policy(Policy.PUBLIC)
def check() -> tuple[str, int]:
    """The result for the file sent, on the same page: it changes nothing, so there is nothing to be led on to."""
    code, upload = _code(), request.files.get("tep")
    content = upload.read() if upload else b""
    if upload is None or not content:
        return _page(code=code, refusal=_nothing_sent(upload)), 422
    try:
        # The very text that a reader downloads: the page and the command at home must say the same.
        verdict = parts().upload_judge.judge(content, load_checking_policy(db.session()) if is_bundle(content) else "")
    except BusyError as busy:
        return _page(code=code, refusal=busy.vi), status_of(busy)
    digest = sha256(content).hexdigest()
    # A sheet names the document; a bundle that holds the document is another file and no contradiction.
    same = None if not code or verdict.kind is UploadKind.BUNDLE else digest == code
    checked = CheckedFile((upload.filename or "")[:_LONGEST_NAME], len(content), digest, verdict, same)
    return _page(code=code, checked=checked), 200


def signature_count(signatures: Sequence[ShownSignature]) -> str:
    """How many signatures of whom, as the verdict counts them: the system's own marks are not people's signatures."""
    marks = sum(one.part in PARTS for one in signatures)
    people = f"{len(signatures) - marks:02d} chữ ký của cơ quan, người ký"
    return f"{people}; {marks:02d} dấu của hệ thống" if marks else f"{len(signatures):02d} chữ ký trong tệp"


def _page(*, code: str, checked: CheckedFile | None = None, refusal: str = "") -> str:
    return render_template(
        "public_check/show.html",
        code=code,
        checked=checked,
        refusal=refusal,
        largest_mb=LARGEST_MB,
        words=WORDS,
        chips=CHIPS,
        kinds=KINDS,
        parts=PARTS,
        signature_count=signature_count,
        now=parts().clock.now(),
    )


def _code() -> str:
    """The SHA-256 of a sheet, "" for anything that is none: it is only ever compared."""
    code = request.values.get("ma", "").strip().lower()
    return code if _DIGEST.fullmatch(code) else ""


def _nothing_sent(upload: FileStorage | None) -> str:
    if upload is None or not upload.filename:
        return "Chưa chọn tệp. Chọn tệp PDF hoặc gói chứng cứ .zip rồi bấm Kiểm tra."
    return "Tệp trống (0 byte): có lẽ tải về chưa xong. Tải lại tệp gốc rồi kiểm tra lại."
