"""What the rules about years say of one sentence."""

from __future__ import annotations

from approval.domain.proof_finding import Part, Passage, ProofFinding
from approval.domain.stale_references import looked_ahead, stale_references
from approval.domain.year_move import YearMove

Blamed = list[tuple[str, str, str | None]]


def findings_in(sentence: str, *, old: int = 2024, new: int = 2025) -> list[ProofFinding]:
    """Findings about a clause of one sentence, as the rules give them."""
    return list(stale_references((Passage(Part.CLAUSE, sentence, 3),), YearMove(old, new)))


def blamed(sentence: str, *, old: int = 2024, new: int = 2025) -> Blamed:
    """Rule, words found and suggestion, in the order of the sentence."""
    found = sorted(findings_in(sentence, old=old, new=new), key=lambda finding: finding.place.order)
    return [(finding.rule, finding.found, finding.suggestion) for finding in found]


def looked_ahead_in(sentence: str, *, old: int = 2024, new: int = 2025) -> Blamed:
    """The same for the rule about the year that was still to come."""
    found = looked_ahead((Passage(Part.CLAUSE, sentence, 3),), YearMove(old, new))
    return [(finding.rule, finding.found, finding.suggestion) for finding in found]
