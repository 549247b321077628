"""Judges pledge files: signatures, changes between them, completeness. Whatever goes wrong inside counts as failure."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from cryptography import x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import (
    AdESWithTimeValidationResult,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from approval.adapters.clock import Clock
from approval.adapters.pdf_collector import collector_held
from approval.adapters.pdf_completeness import expectation_from, foreign_parts, missing_parts, out_of_order
from approval.adapters.pdf_diff import StepMemory, StepwiseDiffPolicy
from approval.adapters.pdf_library import prepare_library
from approval.adapters.pdf_memory import BoundedMemory, GoodCheck, digest_of
from approval.adapters.pdf_reading import PARTY_PREFIX, PledgeFile, read_pledge_file
from approval.adapters.pdf_signature_checks import broken_check, signature_check, time_stamp_check, with_changes
from approval.adapters.pdf_structure import coverage_end, fills_its_hole, nothing_loose
from approval.adapters.pdf_trust import Trust, timing
from approval.adapters.pki import TrustEvidence
from approval.adapters.pki_certificates import HOUSE_POLICY
from approval.domain.document import (
    CERTIFICATION_FIELD,
    SEAL_FIELD,
    ExpectedDocument,
    Finding,
    SignatureCheck,
    ValidationReport,
)

prepare_library()
_log = logging.getLogger(__name__)
_NO_REVOCATION_DATA = (
    "Tệp không mang theo danh sách chứng thư bị thu hồi (bản hoàn chỉnh có mang), nên chưa kiểm tra được việc thu hồi."
)
_UNREADABLE = "Tệp không phải PDF đọc được. Tải lại tệp gốc rồi kiểm tra lại."


class PdfValidator:
    """The careful judge: AdES validation with long-term evidence, pyHanko's default difference policy, offline.

    Takes about a second for five parties. Safe to share between threads.
    """

    def __init__(
        self,
        trust_roots: tuple[x509.Certificate, ...],
        clock: Clock,
        *,
        evidence: TrustEvidence | None = None,
        house_policy: str | None = HOUSE_POLICY.dotted_string,
    ) -> None:
        """`evidence`: current CRLs from outside the file; needed for files that are not finished.

        `house_policy`: certificate policy that certifying and sealing keys must carry; None accepts any trusted key.
        """
        self._trust = Trust(trust_roots, evidence)
        self._clock = clock
        self._house_policy = house_policy

    def validate(self, pdf: bytes, expected: ExpectedDocument) -> ValidationReport:
        """Judge a file against what it should hold now."""
        return self._judge(pdf, lambda _file: expected)

    def inspect(self, pdf: bytes) -> ValidationReport:
        """Judge a file of unknown origin as a finished document."""
        return self._judge(pdf, expectation_from)

    def _judge(self, pdf: bytes, expect: Callable[[PledgeFile], ExpectedDocument]) -> ValidationReport:
        if not pdf.startswith(b"%PDF-"):
            return _report(Finding.UNREADABLE, [_UNREADABLE])
        with collector_held():
            return self._judge_pdf(pdf, expect)

    def _judge_pdf(self, pdf: bytes, expect: Callable[[PledgeFile], ExpectedDocument]) -> ValidationReport:
        try:
            file = read_pledge_file(pdf)
            expected = expect(file)
        except Exception:  # noqa: BLE001 - damaged files make pyHanko raise many kinds; each means "cannot be read"
            _log.info("file not readable", exc_info=True)
            return _report(Finding.UNREADABLE, [_UNREADABLE])
        try:
            return asyncio.run(self._examine(file, expected))
        except Exception:  # noqa: BLE001 - fail closed: an error inside validation is a failed validation
            _log.info("validation failed", exc_info=True)
            return _report(Finding.TAMPERED, ["Không kiểm tra được hết tệp; tệp đã bị thay đổi hoặc hỏng."])

    async def _examine(self, file: PledgeFile, expected: ExpectedDocument) -> ValidationReport:
        checks = await self._check_all(file, self._trust.moment(file, self._clock.now()))
        tampering = [f"{check.field_name}: {problem}" for check in checks for problem in check.problems]
        tampering += self._structure_problems(file) + out_of_order(file) + foreign_parts(file, expected)
        tampering += self._signer_problems(file)
        missing = missing_parts(file, expected)
        if not self._trust.tells_revocation(file):
            missing.append(_NO_REVOCATION_DATA)
        finding = Finding.TAMPERED if tampering else Finding.INCOMPLETE if missing else Finding.SOUND
        return _report(finding, tampering + missing, tuple(checks))

    async def _check_all(self, file: PledgeFile, moment: datetime) -> list[SignatureCheck]:
        """A renewed file is judged backwards: its newest stamp as of the moment, what that covers as of the stamp."""
        *earlier, newest = file.time_stamps or (None,)
        if newest is None or not earlier:
            return await self._check_as_of(file, file.time_stamps, moment)
        last = await _guarded(newest.field_name, _check_time_stamp(newest, self._trust.context(file, moment)))
        stamped = last.signed_at if last.signed_at and not last.problems else moment
        return [*await self._check_as_of(file, earlier, min(moment, stamped)), last]

    async def _check_as_of(
        self, file: PledgeFile, stamps: Iterable[EmbeddedPdfSignature], moment: datetime
    ) -> list[SignatureCheck]:
        context = self._trust.context(file, moment)
        checks = [await _guarded(s.field_name, self._check_long_term(file, s, moment)) for s in file.signatures]
        return checks + [await _guarded(s.field_name, _check_time_stamp(s, context)) for s in stamps]

    async def _check_long_term(
        self, file: PledgeFile, signature: EmbeddedPdfSignature, moment: datetime
    ) -> SignatureCheck:
        signature.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY)
        spec = self._trust.long_term_spec(file)
        result: AdESWithTimeValidationResult
        if file.time_stamps:
            result = await ades_lta_validation(signature, spec, timing_info=timing(moment))
        else:
            # Long-term validation looks for a document time stamp; before sealing the signature's own is all there is.
            result = await ades_with_time_validation(
                signature.signed_data,
                spec.signature_validation_spec,
                timing_info=timing(moment),
                raw_digest=signature.compute_digest(),
                extra_status_kwargs=signature.summarise_integrity_info(),
                status_cls=PdfSignatureStatus,
            )
        status = result.api_status if isinstance(result.api_status, PdfSignatureStatus) else None
        return signature_check(signature, status, long_term_ok=result.ades_subindic == AdESPassed.OK)

    def _structure_problems(self, file: PledgeFile) -> list[str]:
        every = file.signatures + file.time_stamps
        problems = [
            f"{s.field_name}: có dữ liệu lạ trong vùng chữ ký." for s in every if not fills_its_hole(file.pdf, s)
        ]
        filled = sum(file.fields.values())
        if filled != len(every):
            problems.append("Có ô ký chứa dữ liệu không phải chữ ký hợp lệ.")
        newest = file.newest
        if newest is not None and coverage_end(newest) != len(file.pdf):
            problems.append("Có dữ liệu thêm vào sau chữ ký cuối cùng.")
        if file.time_stamps and not nothing_loose(file.time_stamps[-1], self._trust.authorities(file)):
            problems.append("Dấu thời gian cuối chứa dữ liệu không được xác nhận.")
        return problems

    def _signer_problems(self, file: PledgeFile) -> list[str]:
        parties = [s.signer_cert.sha256 for s in file.signatures if s.field_name.startswith(PARTY_PREFIX)]
        problems = []
        if len(set(parties)) != len(parties):
            problems.append("Một chứng thư ký cho nhiều bên.")
        house = [s for s in file.signatures if s.field_name in {CERTIFICATION_FIELD, SEAL_FIELD}]
        problems += [
            f"{s.field_name}: chứng thư không có quyền mở ký hoặc niêm phong." for s in house if not self._is_house(s)
        ]
        return problems

    def _is_house(self, signature: EmbeddedPdfSignature) -> bool:
        if self._house_policy is None:
            return True
        policies = signature.signer_cert.certificate_policies_value or ()
        return any(policy["policy_identifier"].dotted == self._house_policy for policy in policies)


class WorkerPdfValidator(PdfValidator):
    """The quick judge for files this product has just made: basic validation as of now, changes step by step.

    Whatever it does not find sound goes to the careful judge, whose verdict counts. Needs `evidence`.
    """

    def __init__(
        self,
        trust_roots: tuple[x509.Certificate, ...],
        clock: Clock,
        *,
        evidence: TrustEvidence,
        house_policy: str | None = HOUSE_POLICY.dotted_string,
    ) -> None:
        super().__init__(trust_roots, clock, evidence=evidence, house_policy=house_policy)
        self._careful = PdfValidator(trust_roots, clock, evidence=evidence, house_policy=house_policy)
        self._steps = StepMemory()
        self._good_checks: BoundedMemory[GoodCheck] = BoundedMemory()

    def validate(self, pdf: bytes, expected: ExpectedDocument) -> ValidationReport:
        """Judge a file against what it should hold now."""
        report = super().validate(pdf, expected)
        return report if report.finding is Finding.SOUND else self._careful.validate(pdf, expected)

    def inspect(self, pdf: bytes) -> ValidationReport:
        """Judge as the careful judge does; a file of unknown origin gets no short cuts."""
        return self._careful.inspect(pdf)

    async def _check_all(self, file: PledgeFile, moment: datetime) -> list[SignatureCheck]:
        context = self._trust.context(file, moment)
        ends = {s.signed_revision: coverage_end(s) for s in file.signatures + file.time_stamps}
        policy = StepwiseDiffPolicy(file.pdf, ends, self._steps)
        evidence = self._trust.outside_crls()
        checks = []
        for signature in file.signatures:
            key = digest_of(file.pdf, coverage_end(signature), (signature.field_name.encode(), *evidence))
            known = self._good_checks.get(key)
            if known and known.holds_at(moment):
                checks.append(await _guarded(signature.field_name, _check_again(signature, known.check, policy)))
                continue
            checks.append(await _guarded(signature.field_name, self._check_anew(key, signature, context, policy)))
        return checks + [await _guarded(s.field_name, _check_time_stamp(s, context)) for s in file.time_stamps]

    async def _check_anew(
        self, key: bytes, signature: EmbeddedPdfSignature, context: ValidationContext, policy: StepwiseDiffPolicy
    ) -> SignatureCheck:
        status = await async_validate_pdf_signature(signature, context, diff_policy=policy)
        check = signature_check(signature, status, long_term_ok=True)
        if not check.problems:
            self._good_checks.keep(key, GoodCheck(check, context.moment, self._trust.evidence_ends(status)))
        return check


async def _check_again(
    signature: EmbeddedPdfSignature, known: SignatureCheck, policy: StepwiseDiffPolicy
) -> SignatureCheck:
    """The signature itself was found good before; what came after it may be new."""
    signature.compute_integrity_info(diff_policy=policy)
    return with_changes(known, signature)


async def _check_time_stamp(signature: EmbeddedPdfSignature, context: ValidationContext) -> SignatureCheck:
    return time_stamp_check(signature, await async_validate_pdf_timestamp(signature, context))


async def _guarded(field_name: str, check: Awaitable[SignatureCheck]) -> SignatureCheck:
    try:
        return await check
    except Exception:  # noqa: BLE001 - fail closed, and go on: the other signatures still deserve their verdict
        _log.info("signature %s could not be examined", field_name, exc_info=True)
        return broken_check(field_name)


def _report(finding: Finding, problems: list[str], checks: tuple[SignatureCheck, ...] = ()) -> ValidationReport:
    times = [c.signed_at for c in checks if c.field_name.startswith(PARTY_PREFIX) and c.signed_at and c.valid]
    return ValidationReport(finding, checks, tuple(problems), max(times, default=None))
