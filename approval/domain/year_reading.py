"""What a rule read in a passage: a span it understood and, when that has gone stale, the finding about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from approval.domain.proof_finding import Passage, ProofFinding
from approval.domain.year_move import YearMove


@dataclass(frozen=True, slots=True)
class Reading:
    """One place a rule understood. Without a finding the place is in order, and no later rule may blame it."""

    start: int
    end: int
    finding: ProofFinding | None = None


Rule = Callable[[Passage, YearMove], Iterable[Reading]]


def in_order(match: re.Match[str]) -> Reading:
    """The match was understood and may stay."""
    return Reading(*match.span())


def stale(passage: Passage, match: re.Match[str], rule: str, vi: str, suggestion: str | None = None) -> Reading:
    """The match belongs to another year."""
    return Reading(*match.span(), passage.warning(rule, match.span(), vi, suggestion))


def read_once(passage: Passage, move: YearMove, rules: Sequence[Rule]) -> Iterator[ProofFinding]:
    """The findings of all rules, each character judged by the first rule that understands it."""
    understood = bytearray(len(passage.text))
    for rule in rules:
        for reading in list(rule(passage, move)):
            if not any(understood[reading.start : reading.end]):
                understood[reading.start : reading.end] = b"\1" * (reading.end - reading.start)
                if reading.finding:
                    yield reading.finding
