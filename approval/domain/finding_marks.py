"""How a finding is recognised again: by its rule and its words, not by where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from approval.domain.pledge_text import PledgeText
from approval.domain.proof_finding import Part, Place, ProofFinding, passages_of

_NEIGHBOURS = 3
_SEPARATOR = "\x1f"
_BETWEEN = "\x1e"


@dataclass(frozen=True, slots=True)
class MarkedFinding:
    """A finding, the three words `before` and `after` it, and its `fingerprint` (64 hex digits).

    The fingerprint holds the rule, the words found and those on either side: it stays when the clause moves or is
    edited elsewhere, and two places that read alike have the same.
    """

    finding: ProofFinding
    before: str
    after: str
    fingerprint: str


def mark_findings(text: PledgeText, findings: Sequence[ProofFinding]) -> tuple[MarkedFinding, ...]:
    """The findings of this text with what surrounds them."""
    words = {(passage.part, passage.number, passage.paragraph): passage.text for passage in passages_of(text)}
    return tuple(_mark(found, words.get(_key(found.place), "")) for found in findings)


def _key(place: Place) -> tuple[Part, int, int]:
    return place.part, place.number, place.paragraph


def _mark(finding: ProofFinding, passage: str) -> MarkedFinding:
    start, end = finding.place.start, finding.place.end
    before = passage[:start].split()[-_NEIGHBOURS:]
    after = passage[end:].split()[:_NEIGHBOURS]
    row = _SEPARATOR.join([finding.rule, finding.found, *before, _BETWEEN, *after])
    return MarkedFinding(finding, " ".join(before), " ".join(after), hashlib.sha256(row.encode()).hexdigest())
