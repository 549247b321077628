"""Judges a PDF of any origin for an outsider: ours by our rules, anybody else's signature by signature."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cryptography import x509

from approval.adapters.clock import Clock
from approval.adapters.pdf_described import Describer, authorities_of, described_stamp, foreign_facts, pledge_facts
from approval.adapters.pdf_evidence import carried_checkpoint, carried_record, has_script
from approval.adapters.pdf_reading import PARTY_PREFIX, PledgeFile, read_pledge_file
from approval.adapters.pdf_text import title_of
from approval.adapters.pdf_trust import named_authorities
from approval.adapters.pdf_validator import PdfValidator
from approval.adapters.pki import TrustEvidence
from approval.domain.document import CERTIFICATION_FIELD, SEAL_FIELD, Finding, ValidationReport
from approval.domain.evidence_report import Check, Outcome, exit_code
from approval.domain.pdf_verdict import FileKind, JudgedStamp, PdfVerdict, criteria_code, signature_check

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
_EMPTY = "Tệp trống (0 byte): có lẽ tải về chưa xong. Tải lại tệp gốc rồi kiểm tra lại."
_NO_PDF = "Tệp không phải PDF hay gói chứng cứ .zip. Chọn đúng tệp đã nhận rồi kiểm tra lại."
_NOT_READABLE = "Không đọc được tệp: tệp đã hỏng hoặc tải về chưa hết. Tải lại tệp gốc rồi kiểm tra lại."
_NOT_SIGNED = "tệp không có chữ ký số nào"
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
            return unreadable(_NO_PDF if pdf else _EMPTY)
        try:
            file = read_pledge_file(pdf)
            ours = is_pledge(file)
        except Exception:  # noqa: BLE001 - damaged files make pyHanko raise many kinds; each means "cannot be read"
            _log.info("file not readable", exc_info=True)
            return unreadable(_LOCKED if _is_locked(pdf) else _NOT_READABLE)
        if file.reader.encrypted:
            return unreadable(_LOCKED)
        if ours:
            return self._judge_pledge(file)
        return self._judge_foreign(file) if file.signatures else _unsigned(file)

    def _judge_pledge(self, file: PledgeFile) -> PdfVerdict:
        report, roots, known = self._inspect(file)
        describer = Describer(roots, authorities_of(file, self._evidence), self._clock.now())
        by_name = {str(one.field_name): one for one in file.signatures}
        signatures = tuple(
            describer.describe(by_name[check.field_name], pledge_facts(check), check.problems)
            for check in report.signatures
            if check.field_name in by_name
        )
        stamps = tuple(_stamps(file, report))
        record, facts = carried_record(file)
        head, note = carried_checkpoint(file)
        checks = (*_report_checks(report, stamps), record, head, _script_check(file, Outcome.TAMPERED))
        code = exit_code(checks) or criteria_code(signatures) or (0 if known else EXIT_UNKNOWN)
        title = _quietly(lambda: title_of(file.pdf), otherwise="") if code == 0 else ""
        kind, problems = FileKind.PLEDGE, report.problems
        return PdfVerdict(kind, code, known, checks, signatures, stamps, problems, facts, note, title)

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
            facts = asyncio.run(foreign_facts(file, self._roots, now))
        except Exception:  # noqa: BLE001 - fail closed: an error inside validation is a failed validation
            _log.info("validation failed", exc_info=True)
            words = "không kiểm tra được hết tệp; tệp đã bị thay đổi hoặc hỏng"
            check = Check("signatures", Outcome.TAMPERED, words)
            return PdfVerdict(FileKind.FOREIGN, 1, known=False, checks=(check,), problems=(words,))
        describer = Describer(self._roots, authorities_of(file, self._evidence), now)
        signatures = tuple(describer.describe(one, found) for one, found in facts.signatures)
        # What is shown may then differ from what was signed: nobody may be told that it is sound.
        stamped = tuple(stamp.check for stamp in facts.stamps)
        checks = (_foreign_check(file), *stamped, _script_check(file, Outcome.UNKNOWN))
        code = min(filter(None, (exit_code(checks), criteria_code(signatures))), default=0)
        known = all(one.code != "2.3" or one.outcome is Outcome.PASS for each in signatures for one in each.criteria)
        return PdfVerdict(FileKind.FOREIGN, code, known, checks, signatures, facts.stamps)


def unreadable(words: str) -> PdfVerdict:
    """Nothing can be said of the file."""
    check = Check("file", Outcome.UNREADABLE, words)
    return PdfVerdict(FileKind.OTHER, 3, known=False, checks=(check,), problems=(words,))


def is_pledge(file: PledgeFile) -> bool:
    """Whether the file has the fields of a pledge: then it is judged as one, complete or not."""
    house = {CERTIFICATION_FIELD, SEAL_FIELD}
    return any(name in house or name.startswith(PARTY_PREFIX) for name in file.fields)


def _unsigned(file: PledgeFile) -> PdfVerdict:
    checks = (Check("signatures", Outcome.INCOMPLETE, _NOT_SIGNED), _script_check(file, Outcome.UNKNOWN))
    return PdfVerdict(FileKind.FOREIGN, exit_code(checks), known=False, checks=checks, problems=(_NOT_SIGNED,))


def _stamps(file: PledgeFile, report: ValidationReport) -> Iterator[JudgedStamp]:
    found = {str(one.field_name): one for one in file.time_stamps}
    for check in report.signatures:
        if check.field_name in found:
            yield described_stamp(found[check.field_name], check)


def _report_checks(report: ValidationReport, stamps: Sequence[JudgedStamp]) -> Iterator[Check]:
    outcome, named = _OUTCOMES[report.finding], {stamp.field_name for stamp in stamps}
    told = {f"{one.field_name}: {problem}" for one in report.signatures for problem in one.problems}
    for one in report.signatures:
        if one.field_name not in named:
            yield from (signature_check(one.field_name, problem) for problem in one.problems)
    yield from (stamp.check for stamp in stamps)
    if outcome is Outcome.PASS:
        yield Check("document", outcome, f"{len(report.signatures)} chữ ký và dấu thời gian đúng, văn bản đầy đủ")
    for problem in report.problems:
        if problem not in told:
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
