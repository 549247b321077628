"""Asks both verifiers about a bundle: the product's own and the offline one. They must answer alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from approval.adapters.evidence_verifier import verify_bundle
from approval.adapters.offline import heads as offline_heads
from approval.adapters.offline import questions as offline
from approval.domain.evidence_policy import EvidencePolicy
from approval.domain.evidence_report import Outcome, exit_code

# The offline verifier writes these two shorter.
_OUTCOMES = {"?": Outcome.UNKNOWN.value, "-": Outcome.SKIPPED.value}


@dataclass(frozen=True)
class Judgement:
    """Outcome and words by the name of the check, and the exit code."""

    outcomes: Mapping[str, str]
    words: Mapping[str, str]
    code: int

    def failed(self) -> set[str]:
        """Names of the checks that found something."""
        good = {Outcome.PASS.value, Outcome.SKIPPED.value}
        return {name for name, outcome in self.outcomes.items() if outcome not in good}


def judge(data: bytes, policy: str, receipts: Mapping[str, bytes] | None = None) -> Judgement:
    """What both say; asserts that they say the same of every question."""
    kept = dict(receipts or {})
    _, checks = verify_bundle(data, EvidencePolicy.from_text(policy), kept)
    lines = offline.check_bundle(data, offline_heads.Policy(policy), kept)
    ours = {check.name: check.outcome.value for check in checks}
    theirs = {name: _OUTCOMES.get(outcome, outcome) for name, outcome, _ in lines}
    assert ours == theirs, [line for line in lines if ours.get(line[0]) != _OUTCOMES.get(line[1], line[1])]
    assert exit_code(checks) == offline.exit_code(lines)
    return Judgement(ours, {check.name: check.words for check in checks}, exit_code(checks))
