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
from approval.adapters.pdf_unrooted import inspect_unrooted
from approval.adapters.pdf_validator import PdfValidator
from approval.domain.document import SEAL_FIELD, Finding, ValidationReport
from approval.domain.evidence_carried import carried_notes
from approval.domain.evidence_manifest import FINAL_PDF
from approval.domain.evidence_report import Check, EvidenceFault, Outcome

_NAME = "pdf"
_OUTCOMES = {
    Finding.SOUND: Outcome.PASS,
    Finding.TAMPERED: Outcome.TAMPERED,
    Finding.INCOMPLETE: Outcome.INCOMPLETE,
    # The history names this very file as the finished document: that it cannot be read is no reader's mistake.
    Finding.UNREADABLE: Outcome.TAMPERED,
}


def check_pdf(files: Mapping[str, bytes], roots: frozenset[str], clock: Clock) -> Check:
    """One line about all signatures of `document/final.pdf`; never raises for a bad file."""
    pdf = files.get(FINAL_PDF)
    if pdf is None:
        return Check(_NAME, Outcome.SKIPPED, "không có bản ban hành")
    chosen = _chosen(files, roots)
    report = PdfValidator(chosen, clock).inspect(pdf) if chosen else inspect_unrooted(pdf, clock)
    outcome = _OUTCOMES[report.finding]
    if outcome is Outcome.PASS and not _carries_what_was_read(pdf):
        return Check(_NAME, Outcome.TAMPERED, "đầu nhật ký không nằm trong dấu niêm phong mà ở chỗ khác của tệp")
    if outcome is Outcome.PASS and not chosen:
        return Check(_NAME, Outcome.UNKNOWN, "nguyên vẹn và đủ chữ ký, nhưng chưa biết ai phát hành")
    return Check(_NAME, outcome, _words(report))


def _chosen(files: Mapping[str, bytes], roots: frozenset[str]) -> tuple[x509.Certificate, ...]:
    try:
        brought = Chains.read(files).certificates
    except EvidenceFault:
        return ()
    return tuple(one for one in brought if sha256(one.public_bytes(Encoding.DER)).hexdigest() in roots)


def _carries_what_was_read(pdf: bytes) -> bool:
    """The bundle's other checks read the head off the file's bytes; it must be the one under the seal."""
    seal = next((one for one in read_pledge_file(pdf).signatures if one.field_name == SEAL_FIELD), None)
    note = None if seal is None else checkpoint_of(seal.sig_object)
    return carried_notes(pdf) == (() if note is None else (note,))


def _words(report: ValidationReport) -> str:
    good = f"{len(report.signatures)} chữ ký và dấu thời gian đúng, văn bản đầy đủ"
    return "; ".join(report.problems) or good
