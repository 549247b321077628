"""Judges a PDF of any origin for an outsider: ours by our rules, anybody else's signature by signature."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Container, Iterator
from typing import TypeVar

from cryptography import x509

from approval.adapters.clock import Clock
from approval.adapters.pdf_described import Describer, authorities_of, foreign_facts, pledge_facts
from approval.adapters.pdf_evidence import carried_checkpoint, carried_record, has_script
from approval.adapters.pdf_reading import PARTY_PREFIX, PledgeFile, read_pledge_file
from approval.adapters.pdf_text import title_of
from approval.adapters.pdf_trust import named_authorities
from approval.adapters.pdf_validator import PdfValidator
from approval.adapters.pki import TrustEvidence
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD, Finding, ValidationReport
from approval.domain.evidence_report import Check, Outcome, exit_code
from approval.domain.pdf_verdict import FileKind, PdfVerdict, criteria_code

Roots = tuple[x509.Certificate, ...]
T = TypeVar("T")
LARGEST_PDF = 128 * 1024 * 1024
EXIT_UNKNOWN = 4
_OUTCOMES = {
    Finding.SOUND: Outcome.PASS,
    Finding.TAMPERED: Outcome.TAMPERED,
    Finding.INCOMPLETE: Outcome.INCOMPLETE,
    Finding.UNREADABLE: Outcome.UNREADABLE,
}
_NOT_READABLE = "Tệp không phải PDF đọc được. Tải lại tệp gốc rồi kiểm tra lại."
_LOCKED = "Tệp PDF bị khóa bằng mật khẩu nên không kiểm tra được. Đề nghị bên gửi cung cấp tệp gốc không đặt mật khẩu."
_TOO_LARGE = "Tệp lớn hơn 128 MB nên không kiểm tra. Đề nghị bên gửi cung cấp tệp gốc."
_log = logging.getLogger(__name__)


class PdfJudge:
    """Judges with chosen roots (none: nobody's keys are known); `evidence`: CRLs known from outside the file."""

    def __init__(self, roots: Roots, clock: Clock, *, evidence: TrustEvidence | None = None) -> None:
        self._roots = roots
        self._clock = clock
        self._evidence = evidence

    def judge(self, pdf: bytes) -> PdfVerdict:
        """The verdict; never raises for a bad file."""
        if len(pdf) > LARGEST_PDF:
            return unreadable(_TOO_LARGE)
        if not pdf.startswith(b"%PDF-"):
            return unreadable(_NOT_READABLE)
        try:
            file = read_pledge_file(pdf)
            ours = is_pledge(file)
        except Exception:  # noqa: BLE001 - damaged files make pyHanko raise many kinds; each means "cannot be read"
            _log.info("file not readable", exc_info=True)
            return unreadable(_LOCKED if _is_locked(pdf) else _NOT_READABLE)
        if file.reader.encrypted:
            return unreadable(_LOCKED)
        if ours or not file.signatures:
            return self._judge_pledge(file, FileKind.PLEDGE if ours else FileKind.OTHER)
        return self._judge_foreign(file)

    def _judge_pledge(self, file: PledgeFile, kind: FileKind) -> PdfVerdict:
        report, roots, known = self._inspect(file)
        describer = Describer(roots, authorities_of(file, self._evidence), self._clock.now())
        by_name = {str(one.field_name): one for one in file.signatures}
        signatures = tuple(
            describer.describe(by_name[check.field_name], pledge_facts(check), check.problems)
            for check in report.signatures
            if check.field_name in by_name
        )
        record, facts = carried_record(file)
        head, note = carried_checkpoint(file)
        checks = (*_report_checks(report, by_name), record, head, _script_check(file, Outcome.TAMPERED))
        found = exit_code(checks) or criteria_code(signatures)
        code = found or (0 if known else EXIT_UNKNOWN)
        title = _quietly(lambda: title_of(file.pdf), otherwise="") if code == 0 else ""
        return PdfVerdict(kind, code, known, checks, signatures, report.problems, facts, note, title)

    def _inspect(self, file: PledgeFile) -> tuple[ValidationReport, Roots, bool]:
        """The report, the roots it was made with, and whether these are the chosen ones.

        Whom to believe is asked last: a file that is altered or cut back is that, whoever issued its keys.
        """
        if self._roots:
            report = PdfValidator(self._roots, self._clock, evidence=self._evidence).inspect(file.pdf)
            if not _only_untrusted(report):
                return report, self._roots, True
        named: Roots = _quietly(lambda: named_authorities(file), otherwise=())
        return PdfValidator(named, self._clock).inspect(file.pdf), (), False

    def _judge_foreign(self, file: PledgeFile) -> PdfVerdict:
        now = self._clock.now()
        try:
            examined = asyncio.run(foreign_facts(file, self._roots, now))
        except Exception:  # noqa: BLE001 - fail closed: an error inside validation is a failed validation
            _log.info("validation failed", exc_info=True)
            words = "không kiểm tra được hết tệp; tệp đã bị thay đổi hoặc hỏng"
            check = Check("signatures", Outcome.TAMPERED, words)
            return PdfVerdict(FileKind.FOREIGN, 1, known=False, checks=(check,), problems=(words,))
        describer = Describer(self._roots, authorities_of(file, self._evidence), now)
        signatures = tuple(describer.describe(one, facts) for one, facts in examined)
        # What is shown may then differ from what was signed: nobody may be told that it is sound.
        checks = (_foreign_check(file), _script_check(file, Outcome.UNKNOWN))
        code = exit_code(checks) or criteria_code(signatures)
        known = all(one.code != "2.3" or one.outcome is Outcome.PASS for each in signatures for one in each.criteria)
        return PdfVerdict(FileKind.FOREIGN, code, known, checks, signatures)


def unreadable(words: str) -> PdfVerdict:
    """Nothing can be said of the file."""
    check = Check("file", Outcome.UNREADABLE, words)
    return PdfVerdict(FileKind.OTHER, 3, known=False, checks=(check,), problems=(words,))


def is_pledge(file: PledgeFile) -> bool:
    """Whether the file has the fields of a pledge: then it is judged as one, complete or not."""
    house = {CERTIFICATION_FIELD, SEAL_FIELD}
    return any(name in house or name.startswith(PARTY_PREFIX) for name in file.fields)


def _report_checks(report: ValidationReport, signatures: Container[str]) -> Iterator[Check]:
    outcome = _OUTCOMES[report.finding]
    for stamp in report.signatures:
        if stamp.field_name not in signatures and not stamp.problems and stamp.signed_at:
            yield Check(f"time-stamp {stamp.field_name}", Outcome.PASS, stamp.signed_at.isoformat())
    if outcome is Outcome.PASS:
        yield Check("document", outcome, f"{len(report.signatures)} chữ ký và dấu thời gian đúng, văn bản đầy đủ")
    for problem in report.problems:
        yield Check("document", outcome, problem)


def _foreign_check(file: PledgeFile) -> Check:
    count = len(file.signatures)
    words = f"văn bản ngoài hệ thống, {count} chữ ký; không biết văn bản cần bao nhiêu chữ ký"
    return Check("complete", Outcome.SKIPPED, words)


def _script_check(file: PledgeFile, found: Outcome) -> Check:
    if _quietly(lambda: has_script(file), otherwise=True):
        words = "tệp có mã lệnh (JavaScript) nên nội dung hiển thị có thể khác nội dung đã ký"
        return Check("script", found, words)
    return Check("script", Outcome.PASS, "không có mã lệnh")


def _only_untrusted(report: ValidationReport) -> bool:
    """Whether whole signatures all lead to another root: then nobody may be told that the file was altered."""
    checks = report.signatures
    return bool(checks) and all(one.intact and one.valid for one in checks) and not any(one.trusted for one in checks)


def _is_locked(pdf: bytes) -> bool:
    # A reader without the password cannot say more; the entry stands in clear in the last trailer.
    return b"/Encrypt" in pdf[-4096:] or b"/Encrypt" in pdf[:4096]


def _quietly(read: Callable[[], T], *, otherwise: T) -> T:
    try:
        return read()
    except Exception:  # noqa: BLE001 - damaged input makes libraries raise many kinds; the caller names the worst
        _log.info("part of the file not readable", exc_info=True)
        return otherwise
