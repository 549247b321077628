"""One signature at a time: from pyHanko's status to the values and sentences this product shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import DocumentTimestampStatus, PdfSignatureStatus, SignatureCoverageLevel

from approval.domain.document import SignatureCheck

_FORBIDDEN_CHANGE = "Có thay đổi không được phép sau chữ ký này."
_NOT_COVERED = "Chữ ký không bao hết tệp tại thời điểm ký."
UNKNOWN_STAMPER = "Cơ quan cấp dấu thời gian không được tin cậy."
NOT_READABLE = "Không đọc được chữ ký; tệp đã bị thay đổi hoặc hỏng."


def signer_name(signature: EmbeddedPdfSignature) -> str:
    """Common name of the signer, or the whole subject."""
    subject = signature.signer_cert.subject
    names = subject.native
    return str(names.get("common_name") or subject.human_friendly)


def field_name_of(signature: EmbeddedPdfSignature) -> str:
    """The field's name without the file: pyHanko's is a PDF object that holds everything it was read from."""
    return str(signature.field_name)


def broken_check(field_name: str) -> SignatureCheck:
    """For a signature that could not even be examined."""
    return SignatureCheck(
        field_name=field_name,
        signer="",
        signed_at=None,
        intact=False,
        valid=False,
        trusted=False,
        modification_level="other",
        problems=(NOT_READABLE,),
    )


def signature_check(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus | None, *, long_term_ok: bool
) -> SignatureCheck:
    """From the status of a PAdES signature; `long_term_ok` is the AdES verdict where one was asked for."""
    if status is None:
        return broken_check(field_name_of(signature))
    stamp = status.timestamp_validity
    problems = _integrity_problems(status)
    # Trust is a matter of the chain and CRL; a signature that does not verify has no use for it.
    if not status.trusted:
        problems.append(_trust_problem(status))
    if stamp is None or not (stamp.intact and stamp.valid and stamp.trusted):
        problems.append("Dấu thời gian của chữ ký thiếu hoặc không hợp lệ.")
    if not problems and not (status.bottom_line and long_term_ok):
        problems.append("Chữ ký không đạt khi kiểm tra theo chuẩn PAdES.")
    return SignatureCheck(
        field_name=field_name_of(signature),
        signer=signer_name(signature),
        signed_at=_utc(stamp.timestamp) if stamp else None,
        intact=bool(status.intact),
        valid=bool(status.valid),
        trusted=bool(status.trusted),
        modification_level=_level(status.diff_result).name.lower(),
        problems=tuple(problems),
    )


def time_stamp_check(signature: EmbeddedPdfSignature, status: DocumentTimestampStatus) -> SignatureCheck:
    """From the status of a document time stamp, which says nothing of changes unless asked for its level."""
    problems = _integrity_problems(status)
    if not status.trusted:
        problems.append(UNKNOWN_STAMPER)
    return SignatureCheck(
        field_name=field_name_of(signature),
        signer=signer_name(signature),
        signed_at=_utc(status.timestamp),
        intact=bool(status.intact),
        valid=bool(status.valid),
        trusted=bool(status.trusted),
        modification_level=_level(status.diff_result).name.lower(),
        problems=tuple(problems),
    )


def tells_no_change(check: SignatureCheck) -> bool:
    """Whether the file is still what this signature was put on, allowed additions aside."""
    return check.intact and not {_FORBIDDEN_CHANGE, _NOT_COVERED} & set(check.problems)


def with_changes(known: SignatureCheck, signature: EmbeddedPdfSignature) -> SignatureCheck:
    """A signature found good before, with what is to be said of the file as it is now (integrity info is computed)."""
    facts = signature.summarise_integrity_info()
    problems = _coverage_problems(facts["coverage"], facts["diff_result"])
    if not problems and not facts["docmdp_ok"]:
        problems.append(_FORBIDDEN_CHANGE)
    level = _level(facts["diff_result"]).name.lower()
    return replace(known, field_name=field_name_of(signature), modification_level=level, problems=tuple(problems))


def _integrity_problems(status: PdfSignatureStatus | DocumentTimestampStatus) -> list[str]:
    problems = []
    if not status.intact:
        problems.append("Văn bản đã bị thay đổi sau khi ký.")
    if not status.valid:
        problems.append("Chữ ký số không đúng khóa.")
    return problems + _coverage_problems(status.coverage, status.diff_result)


def _coverage_problems(coverage: SignatureCoverageLevel | None, changes: Any) -> list[str]:
    problems = []
    if coverage is None or coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        problems.append(_NOT_COVERED)
    if _level(changes) > ModificationLevel.FORM_FILLING:
        problems.append(_FORBIDDEN_CHANGE)
    return problems


def _trust_problem(status: PdfSignatureStatus) -> str:
    if status.revocation_details or "REVOKED" in str(status.trust_problem_indic):
        return "Chứng thư chữ ký số đã bị thu hồi tại thời điểm ký."
    return "Chứng thư chữ ký số không được tin cậy hoặc không xác định được trạng thái tại thời điểm ký."


def _level(result: Any) -> ModificationLevel:
    return result.modification_level if isinstance(result, DiffResult) else ModificationLevel.OTHER


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
