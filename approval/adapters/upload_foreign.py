"""Judges the signatures of a PDF that this product did not make (PAdES or plain CMS), fail-closed and offline."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from cryptography import x509
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from approval.adapters.pdf_reading import PledgeFile
from approval.adapters.pdf_trust import Trust
from approval.adapters.upload_signature import describe
from approval.domain.upload_verdict import FileKind, JudgedSignature, Part, UploadVerdict, Word, gravest

_NOT_SIGNED = UploadVerdict(
    Word.INVALID,
    FileKind.FOREIGN,
    ("Tệp không có chữ ký số nào: đây không phải văn bản đã ký số. Đề nghị bên gửi cung cấp bản ký số gốc.",),
)
_SENTENCES = {
    Word.VALID: "Mọi chữ ký trong tệp đều hợp lệ. Nội dung không thay đổi kể từ khi ký.",
    Word.INVALID: "Văn bản đã bị thay đổi sau khi ký, hoặc có chữ ký sai. Không sử dụng tệp này.",
    Word.UNKNOWN: (
        "Chữ ký khớp với nội dung tệp, nhưng chưa xác định được nơi cấp hoặc trạng thái chứng thư tại thời điểm ký. "
        "Hãy hỏi cơ quan gửi văn bản."
    ),
}
_ALTERED = "Văn bản đã bị thay đổi sau khi ký."
_WRONG_KEY = "Chữ ký số không đúng khóa."
_CHANGED_LATER = "Có thay đổi sau chữ ký này ngoài những gì được phép thêm."
_NOT_READABLE = "Không đọc được chữ ký; tệp đã bị thay đổi, hỏng, hoặc dùng thuật toán không còn được phép."
_UNKNOWN_ISSUER = "Không nhận ra nơi cấp chứng thư, hoặc chứng thư không dùng được để ký văn bản."
_UNKNOWN_STATE = "Tệp không mang theo dữ liệu thu hồi nên không xác định được trạng thái chứng thư tại thời điểm ký."
_OWN_CLOCK = "Thời điểm do máy của người ký khai, không có dấu thời gian."


def judge_foreign(file: PledgeFile, roots: tuple[x509.Certificate, ...], now: datetime) -> UploadVerdict:
    """Each signature on its own, the gravest word for the whole; never raises for a bad file (MemoryError apart)."""
    if not file.signatures:
        return _NOT_SIGNED
    trust = Trust(roots, None)
    context, known = trust.context(file, trust.moment(file, now)), trust.tells_revocation(file)
    judged = asyncio.run(_judge_all(file.signatures, context, tells_revocation=known))
    word = gravest([one.word for one in judged])
    return UploadVerdict(word, FileKind.FOREIGN, (_SENTENCES[word],), signatures=judged)


async def _judge_all(
    signatures: tuple[EmbeddedPdfSignature, ...], context: ValidationContext, *, tells_revocation: bool
) -> tuple[JudgedSignature, ...]:
    return tuple([await _judge(one, context, tells_revocation=tells_revocation) for one in signatures])


async def _judge(
    signature: EmbeddedPdfSignature, context: ValidationContext, *, tells_revocation: bool
) -> JudgedSignature:
    try:
        status = await async_validate_pdf_signature(
            signature, signer_validation_context=context, ts_validation_context=context
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - fail closed: an error inside validation is a failed validation
        return describe(
            signature, part=Part.OTHER, signed_at=None, intact=False, word=Word.INVALID, problems=(_NOT_READABLE,)
        )
    faults, doubts = _faults(status), _doubts(status, tells_revocation=tells_revocation)
    word = Word.INVALID if faults else Word.UNKNOWN if doubts else Word.VALID
    signed_at, remark = _moment(status)
    return describe(
        signature,
        part=Part.OTHER,
        signed_at=signed_at,
        intact=bool(status.intact),
        word=word,
        problems=(*faults, *doubts, *remark),
    )


def _faults(status: PdfSignatureStatus) -> list[str]:
    """What proves that the file is not what was signed."""
    faults = [] if status.intact else [_ALTERED]
    if not status.valid:
        faults.append(_WRONG_KEY)
    coverage = status.coverage
    unchanged = coverage == SignatureCoverageLevel.ENTIRE_FILE
    allowed = coverage == SignatureCoverageLevel.ENTIRE_REVISION and _level(status) <= ModificationLevel.FORM_FILLING
    return faults if unchanged or allowed else [*faults, _CHANGED_LATER]


def _doubts(status: PdfSignatureStatus, *, tells_revocation: bool) -> list[str]:
    doubts = [] if status.trusted else [_UNKNOWN_ISSUER]
    return doubts if tells_revocation else [*doubts, _UNKNOWN_STATE]


def _level(status: PdfSignatureStatus) -> ModificationLevel:
    result = status.diff_result
    return result.modification_level if isinstance(result, DiffResult) else ModificationLevel.OTHER


def _moment(status: PdfSignatureStatus) -> tuple[datetime | None, tuple[str, ...]]:
    """The stamped moment; without a good stamp what the signer's machine said, and a remark that it did."""
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid:
        return stamp.timestamp.astimezone(UTC), ()
    said = status.signer_reported_dt
    return (said.astimezone(UTC), (_OWN_CLOCK,)) if said else (None, ())
