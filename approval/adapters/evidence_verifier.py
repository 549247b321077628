"""Judges the bytes of an evidence bundle: archive and contents, everything but the PDF's own signatures."""

from __future__ import annotations

from collections.abc import Mapping

from approval.adapters.ed25519 import verify_ed25519
from approval.adapters.evidence_judge import CmsJudge
from approval.adapters.evidence_zip import read_bundle
from approval.domain.evidence_check import EvidenceTools, check_bundle
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import Check

_TOOLS = EvidenceTools(verify_ed25519, CmsJudge())


def verify_bundle(
    data: bytes, policy: EvidencePolicy, receipts: Mapping[str, bytes]
) -> tuple[dict[str, bytes], tuple[Check, ...]]:
    """The files that could be read, and one line a question; never raises for a bad bundle."""
    files, archive = read_bundle(data)
    if not files:
        return files, (archive,)
    return files, (archive, *check_bundle(files, policy, receipts, _TOOLS))
