"""Judges an evidence bundle whole: its archive, its history and the document inside. Command and page ask here."""

from __future__ import annotations

from collections.abc import Mapping

from approval.adapters.clock import Clock
from approval.adapters.evidence_pdf import check_pdf
from approval.adapters.evidence_verifier import verify_bundle
from approval.domain.bundle_verdict import BundleVerdict
from approval.domain.evidence_policy import EvidencePolicy


def judge_bundle(content: bytes, policy: EvidencePolicy, receipts: Mapping[str, bytes], clock: Clock) -> BundleVerdict:
    """The verdict; never raises for a bad bundle."""
    files, checks = verify_bundle(content, policy, receipts)
    if not files:
        return BundleVerdict(checks)
    check, document = check_pdf(files, policy.roots, clock)
    return BundleVerdict((*checks, check), document)
