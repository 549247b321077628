"""Judges the finished PDF inside an evidence bundle, with the roots that the reader chose and the bundle brings."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from approval.adapters.clock import Clock
from approval.adapters.evidence_chain import Chains
from approval.adapters.pdf_checkpoint import checkpoint_of
from approval.adapters.pdf_reading import read_pledge_file
from approval.adapters.pdf_verdict import PdfJudge
from approval.domain.document import SEAL_FIELD
from approval.domain.evidence_carried import carried_notes
from approval.domain.evidence_manifest import FINAL_PDF
from approval.domain.evidence_report import Check, EvidenceFault, Outcome
from approval.domain.pdf_verdict import PdfVerdict

_NAME = "pdf"
_OUTCOMES = {
    0: Outcome.PASS,
    1: Outcome.TAMPERED,
    2: Outcome.INCOMPLETE,
    # The history names this very file as the finished document: that it cannot be read is no reader's mistake.
    3: Outcome.TAMPERED,
    4: Outcome.UNKNOWN,
}
_WHOLE = frozenset({Outcome.PASS, Outcome.UNKNOWN})


def check_pdf(files: Mapping[str, bytes], roots: frozenset[str], clock: Clock) -> tuple[Check, PdfVerdict | None]:
    """One line about `document/final.pdf`, and all that is said of it; never raises for a bad file."""
    pdf = files.get(FINAL_PDF)
    if pdf is None:
        return Check(_NAME, Outcome.SKIPPED, "không có bản ban hành"), None
    verdict = PdfJudge(_chosen(files, roots), clock).judge(pdf)
    outcome = _OUTCOMES[verdict.code]
    if outcome in _WHOLE and not _carries_what_was_read(pdf):
        return Check(
            _NAME, Outcome.TAMPERED, "đầu nhật ký không nằm trong dấu niêm phong mà ở chỗ khác của tệp"
        ), verdict
    return Check(_NAME, outcome, _words(verdict)), verdict


def _chosen(files: Mapping[str, bytes], roots: frozenset[str]) -> tuple[x509.Certificate, ...]:
    try:
        brought = Chains.read(files).certificates
    except EvidenceFault:
        return ()
    return tuple(one for one in brought if sha256(one.public_bytes(Encoding.DER)).hexdigest() in roots)


def _carries_what_was_read(pdf: bytes) -> bool:
    """The bundle's other checks read the head off the file's bytes; it must be the one under the seal."""
    try:
        seal = next((one for one in read_pledge_file(pdf).signatures if one.field_name == SEAL_FIELD), None)
        note = None if seal is None else checkpoint_of(seal.sig_object)
    except Exception:  # noqa: BLE001 - what pyHanko cannot read here is not what was sealed
        return False
    return carried_notes(pdf) == (() if note is None else (note,))


def _words(verdict: PdfVerdict) -> str:
    faults = [one.words for one in verdict.checks if one.outcome not in {Outcome.PASS, Outcome.SKIPPED}]
    if faults:
        return "; ".join(faults)
    if not verdict.known:
        return "nguyên vẹn và đủ chữ ký, nhưng chưa biết ai phát hành"
    criteria = [criterion for signature in verdict.signatures for criterion in signature.criteria]
    open_ones = [one.words for one in criteria if one.outcome not in {Outcome.PASS, Outcome.SKIPPED}]
    count = len(verdict.signatures) + len(verdict.time_stamps)
    return "; ".join(dict.fromkeys(open_ones)) or f"{count} chữ ký và dấu thời gian đúng, văn bản đầy đủ"
