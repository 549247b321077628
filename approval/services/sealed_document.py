"""Makes the finished file from the head of a signing: judged before, dated, sealed, opened again and judged after."""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from datetime import date

from approval.adapters.clock import VIETNAM
from approval.adapters.failpoints import failpoint
from approval.adapters.file_store import FileDamagedError, FileMissingError
from approval.adapters.pdf_errors import SigningRefusedError
from approval.adapters.typesetter import TypesettingError
from approval.domain.date_line import DateMismatchError, DatePart, blank_parts, date_part_text, fill, render_date_line
from approval.domain.document import (
    DAY_FIELD,
    MONTH_FIELD,
    YEAR_FIELD,
    ExpectedDocument,
    FieldBox,
    Finding,
    ValidationReport,
)
from approval.domain.errors import WorkNotReadyError
from approval.domain.pledge_text import DateLine, PledgeText
from approval.domain.signing_layout import SigningLayout
from approval.extensions import parts

_log = logging.getLogger(__name__)
_FIELDS = {DatePart.DAY: DAY_FIELD, DatePart.MONTH: MONTH_FIELD, DatePart.YEAR: YEAR_FIELD}


@dataclass(frozen=True, slots=True)
class SealingWork:
    """What is to be sealed. `audit_size` and `audit_root` are the history's head, which the seal vouches for.

    `checkpoint` is the newest head that the log signer signed; it travels in the seal, None before the first.
    """

    head_sha256: str
    layout: SigningLayout
    printed: PledgeText
    audit_size: int
    audit_root: bytes
    checkpoint: bytes | None = None


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """The finished file in the store, the date line it shows, and the last trusted signing day it came from."""

    sha256: str
    date_line: DateLine
    last_signed_on: date


def seal_document(work: SealingWork) -> SealedDocument:
    """Make and store the finished file; touches no database row, so it may be repeated or thrown away.

    Raises WorkNotReadyError with the cause in `vi`.
    """
    head = _read_head(work.head_sha256)
    report = _require_sound(head, _expected(work.layout, final=False), "head-not-sound")
    failpoint("finalise:2")
    day = _last_day(report)
    filled = _filled_date(work.printed, day)
    pdf = _seal(work, head, filled)
    failpoint("finalise:3")
    _require_sound(pdf, _expected(work.layout, final=True), "sealed-not-sound")
    sha256 = parts().file_store.put(pdf)
    failpoint("finalise:4")
    return SealedDocument(sha256, filled, day)


def _read_head(sha256: str) -> bytes:
    try:
        return parts().file_store.get(sha256)
    except (FileMissingError, FileDamagedError) as error:
        raise WorkNotReadyError(
            "file-not-readable",
            "Tệp đã ký không đọc được trong kho tệp. Quản trị khôi phục tệp từ bản sao lưu; hệ thống sẽ tự làm tiếp.",
            f"The signed file {sha256} cannot be read from the file store. "
            "Restore it from a backup; work then goes on.",
        ) from error


def _expected(layout: SigningLayout, *, final: bool) -> ExpectedDocument:
    return layout.expected(frozenset(layout.signature_fields), final=final)


def _require_sound(pdf: bytes, expected: ExpectedDocument, code: str) -> ValidationReport:
    report = parts().worker_validator.validate(pdf, expected)
    if report.finding is Finding.SOUND:
        return report
    _log.error("%s: %s %s", code, report.finding.value, "; ".join(report.problems))
    cause = report.problems[0] if report.problems else "Không rõ nguyên nhân."
    raise WorkNotReadyError(
        code,
        f"Kiểm tra văn bản chưa đạt: {cause} Hệ thống sẽ kiểm tra lại; nếu kéo dài, báo Quản trị.",
        f"The document did not pass validation ({report.finding.value}). It is tried again; tell the administrator if "
        "it stays.",
    )


def _last_day(report: ValidationReport) -> date:
    if report.last_signed_at is None:
        raise WorkNotReadyError(
            "no-trusted-time",
            "Văn bản chưa có dấu thời gian tin cậy của chữ ký nào. Báo Quản trị kiểm tra.",
            "No signature carries a trusted time. Tell the administrator.",
        )
    return report.last_signed_at.astimezone(VIETNAM).date()


def _filled_date(printed: PledgeText, day: date) -> DateLine:
    if not blank_parts(printed.date):
        return printed.date
    try:
        return fill(printed.date, day)
    except DateMismatchError as error:
        raise WorkNotReadyError(error.code, error.vi, error.en) from error


def _seal(work: SealingWork, head: bytes, filled: DateLine) -> bytes:
    try:
        return parts().signer.finalise(
            head,
            date_stamps={box.name: _date_stamp(box, filled) for box in work.layout.date_boxes},
            seal_stamp=_seal_stamp(work, filled),
            reason=_reason(work),
            checkpoint=work.checkpoint,
        )
    except (SigningRefusedError, TypesettingError) as error:
        raise WorkNotReadyError(error.code, error.vi, error.en) from error


def _date_stamp(box: FieldBox, filled: DateLine) -> tuple[str, bytes]:
    """Value and one-page stamp of a blank part."""
    part = next(part for part, name in _FIELDS.items() if name == box.name)
    value = date_part_text(part, getattr(filled, part.value))
    return value, parts().typesetter.typeset_date_part(box, value)


def _seal_stamp(work: SealingWork, filled: DateLine) -> bytes:
    lines = (
        "ĐÃ HOÀN THIỆN VÀ NIÊM PHONG",
        render_date_line(work.printed.place, filled),
        f"Đủ {len(work.layout.signature_fields):02d} chữ ký số",
        f"Bản đã ký (SHA-256): {work.head_sha256[:16]}…",
    )
    return parts().typesetter.typeset_seal_stamp(
        work.layout.seal_box, lines=lines, test_notice=parts().authority.is_test
    )


def _reason(work: SealingWork) -> str:
    """The seal vouches for the history as it stood: whoever holds the PDF can hold the operator to that root."""
    root = base64.b64encode(work.audit_root).decode("ascii")
    return f"Niêm phong {work.printed.title}. Nhật ký: {work.audit_size} sự kiện, gốc {root}"
