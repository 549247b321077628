"""Judges a PDF of unknown origin for the public page: ours by our rules, anybody else's signature by signature."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from approval.adapters.clock import Clock
from approval.adapters.pdf_reading import PARTY_PREFIX, PledgeFile, read_pledge_file
from approval.adapters.pdf_text import title_of
from approval.adapters.pdf_unrooted import inspect_unrooted
from approval.adapters.pdf_validator import PdfValidator
from approval.adapters.upload_foreign import judge_foreign
from approval.adapters.upload_signature import describe, part_of
from approval.domain.document import (
    CERTIFICATION_FIELD,
    SEAL_FIELD,
    Finding,
    SignatureCheck,
    ValidationReport,
)
from approval.domain.upload_verdict import FileKind, JudgedSignature, Part, UploadVerdict, Word

UNREADABLE = UploadVerdict(
    Word.UNKNOWN,
    FileKind.OTHER,
    ("Không đọc được tệp: tệp đã hỏng hoặc tải về chưa hết. Tải lại tệp gốc rồi kiểm tra lại.",),
)
_LOCKED = UploadVerdict(
    Word.UNKNOWN,
    FileKind.OTHER,
    ("Tệp PDF bị khóa bằng mật khẩu nên không kiểm tra được. Đề nghị bên gửi cung cấp tệp gốc không đặt mật khẩu.",),
)
_NOBODY_KNOWN = (
    "Văn bản nguyên vẹn và đủ chữ ký, nhưng chứng thư không dẫn tới chứng thư gốc nào hệ thống này tin cậy, "
    "nên chưa biết ai phát hành. Hãy hỏi cơ quan gửi văn bản."
)
_ALTERED = "Văn bản đã bị thay đổi sau khi ký, hoặc có chữ ký sai. Không sử dụng tệp này."
_UNFINISHED = "Văn bản chưa đủ chữ ký hoặc niêm phong: đây là bản ký dở, hoặc đã bị cắt bớt."


def judge_pdf(pdf: bytes, roots: tuple[x509.Certificate, ...], clock: Clock) -> UploadVerdict:
    """The verdict; never raises for a bad file (MemoryError apart)."""
    try:
        file = read_pledge_file(pdf)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - damaged files make pyHanko raise many kinds; each means "cannot be read"
        return _LOCKED if _is_locked(pdf) else UNREADABLE
    if file.reader.encrypted:
        return _LOCKED
    if not _is_ours(file):
        return judge_foreign(file, roots, clock.now())
    report, known = _inspect(pdf, roots, clock)
    return _verdict(file, report, known=known)


def _is_locked(pdf: bytes) -> bool:
    # A reader without the password cannot say more; the entry stands in clear in the last trailer.
    return b"/Encrypt" in pdf[-4096:] or b"/Encrypt" in pdf[:4096]


def _is_ours(file: PledgeFile) -> bool:
    house = {CERTIFICATION_FIELD, SEAL_FIELD}
    return any(name in house or name.startswith(PARTY_PREFIX) for name in file.fields)


def _inspect(pdf: bytes, roots: tuple[x509.Certificate, ...], clock: Clock) -> tuple[ValidationReport, bool]:
    """Whom to believe is asked last: a file that is altered or cut back is that, whoever issued its keys."""
    report = PdfValidator(roots, clock).inspect(pdf)
    checks = report.signatures
    strangers = all(one.intact and one.valid for one in checks) and not any(one.trusted for one in checks)
    return (inspect_unrooted(pdf, clock), False) if strangers and checks else (report, True)


def _verdict(file: PledgeFile, report: ValidationReport, *, known: bool) -> UploadVerdict:
    word, sentence = _word(file, report, known=known)
    signatures = tuple(_signatures(file, report, known=known))
    title = title_of(file.pdf) if word is Word.VALID else ""
    # What concerns one signature stands beside it.
    own = {f"{check.field_name}: {problem}" for check in report.signatures for problem in check.problems}
    reasons = tuple(problem for problem in report.problems if problem not in own)
    return UploadVerdict(word, FileKind.PLEDGE, (sentence, *reasons), title, signatures)


def _word(file: PledgeFile, report: ValidationReport, *, known: bool) -> tuple[Word, str]:
    match report.finding:
        case Finding.SOUND if known:
            parties = sum(name.startswith(PARTY_PREFIX) for name in file.fields)
            return Word.VALID, (
                f"{parties:02d} chữ ký và dấu niêm phong đều hợp lệ. Nội dung không thay đổi kể từ khi ký."
            )
        case Finding.SOUND:
            return Word.UNKNOWN, _NOBODY_KNOWN
        case Finding.TAMPERED:
            return Word.INVALID, _ALTERED
        case Finding.INCOMPLETE:
            return Word.INVALID, _UNFINISHED
        case Finding.UNREADABLE:
            return UNREADABLE.word, UNREADABLE.reasons[0]


def _signatures(file: PledgeFile, report: ValidationReport, *, known: bool) -> list[JudgedSignature]:
    found: dict[str, EmbeddedPdfSignature] = {str(one.field_name): one for one in (*file.signatures, *file.time_stamps)}
    stamps = {str(one.field_name) for one in file.time_stamps}
    judged = []
    for check in report.signatures:
        part = Part.TIME_STAMP if check.field_name in stamps else part_of(check.field_name)
        signed_at = check.signed_at.astimezone(UTC) if check.signed_at else None
        judged.append(_judged(found.get(check.field_name), check, part, signed_at, known=known))
    return judged


def _judged(
    signature: EmbeddedPdfSignature | None,
    check: SignatureCheck,
    part: Part,
    signed_at: datetime | None,
    *,
    known: bool,
) -> JudgedSignature:
    good = Word.VALID if known else Word.UNKNOWN
    return describe(
        signature,
        part=part,
        signed_at=signed_at,
        intact=check.intact,
        word=Word.INVALID if check.problems else good,
        problems=check.problems,
    )
