"""What checking an evidence bundle says: one line a check, and the verdict they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """How one check ended; `TAMPERED`, `INCOMPLETE` and `UNREADABLE` are failures of that kind.

    `UNKNOWN` was not checked because nobody said whom to believe, `SKIPPED` because there was nothing to check.
    """

    PASS = "PASS"  # noqa: S105 — a word of a report
    TAMPERED = "TAMPERED"
    INCOMPLETE = "INCOMPLETE"
    UNREADABLE = "UNREADABLE"
    UNKNOWN = "UNKNOWN"
    SKIPPED = "SKIPPED"

    @property
    def word(self) -> str:
        """As it stands at the beginning of a line: PASS, FAIL or NOT CHECKED."""
        if self in {Outcome.UNKNOWN, Outcome.SKIPPED}:
            return "NOT CHECKED"
        return "PASS" if self is Outcome.PASS else "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: the check's name, how it ended, and in words what was found, with the event or file at fault."""

    name: str
    outcome: Outcome
    words: str

    @property
    def line(self) -> str:
        """`PASS|FAIL|NOT CHECKED <name>: <words>`."""
        return f"{self.outcome.word} {self.name}: {self.words}"

    def as_dict(self) -> dict[str, str]:
        """The same for programs: `{name, outcome, words}`."""
        return {"name": self.name, "outcome": self.outcome.word, "words": self.words}


class EvidenceFault(Exception):  # noqa: N818 — it is a finding about somebody's file, not an error of the program
    """A check did not pass; `outcome` says in which way."""

    def __init__(self, outcome: Outcome, words: str) -> None:
        super().__init__(words)
        self.outcome = outcome
        self.words = words


# What the reader must hear first: nothing can be said, it was altered, it is not all there, nobody vouches for it.
_GRAVEST_FIRST = (
    (Outcome.UNREADABLE, 3),
    (Outcome.TAMPERED, 1),
    (Outcome.INCOMPLETE, 2),
    (Outcome.UNKNOWN, 4),
)


def exit_code(checks: Iterable[Check]) -> int:
    """0 sound, 1 tampered, 2 incomplete, 3 unreadable, 4 issuer unknown."""
    found = {check.outcome for check in checks}
    return next((code for outcome, code in _GRAVEST_FIRST if outcome in found), 0)


def tampered(words: str) -> EvidenceFault:
    """Something was changed."""
    return EvidenceFault(Outcome.TAMPERED, words)


def incomplete(words: str) -> EvidenceFault:
    """Something is not there."""
    return EvidenceFault(Outcome.INCOMPLETE, words)
