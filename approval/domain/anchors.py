"""Where in a pledge a comment belongs: one part of a text, written "clause:3", and the words of that part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from approval.domain.pledge_text import PledgeText

# Between two paragraphs of one part; no paragraph holds a line break.
PARAGRAPH_BREAK = "\n"


class AnchorPart(StrEnum):
    """The parts people comment on, in the order of the page; `WHOLE` is the text as a whole."""

    WHOLE = "whole"
    TITLE = "title"
    PREAMBLE = "preamble"
    CLAUSE = "clause"
    CLOSING = "closing"
    PARTY = "party"


_NAMES = {
    AnchorPart.WHOLE: "Toàn văn",
    AnchorPart.TITLE: "Tên văn bản",
    AnchorPart.PREAMBLE: "Phần mở đầu",
    AnchorPart.CLAUSE: "Khoản",
    AnchorPart.CLOSING: "Phần kết",
    AnchorPart.PARTY: "Khối ký",
}
_NUMBERED = frozenset({AnchorPart.CLAUSE, AnchorPart.PARTY})
_ORDER = {part: place for place, part in enumerate(AnchorPart)}
_WRITTEN = re.compile(r"([a-z]+)(?::([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, order=False)
class Anchor:
    """One part of a text. `number` is the clause's number or the block's place in protocol order, 0 elsewhere."""

    part: AnchorPart
    number: int = 0

    @classmethod
    def parse(cls, written: str) -> Self:
        """The anchor behind "closing" or "clause:3". Raises ValueError for anything else."""
        match = _WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError(f"no anchor: {written!r}")
        part, number = AnchorPart(match[1]), int(match[2] or 0)
        if (part in _NUMBERED) != (number > 0):
            raise ValueError(f"no anchor: {written!r}")
        return cls(part, number)

    def __str__(self) -> str:
        return f"{self.part}:{self.number}" if self.number else self.part.value

    @property
    def label(self) -> str:
        """How people call the part: "Khoản 3"."""
        return f"{_NAMES[self.part]} {self.number}" if self.number else _NAMES[self.part]

    @property
    def order(self) -> tuple[int, int]:
        """Sorts anchors as their parts stand on the page; the whole text comes first."""
        return (_ORDER[self.part], self.number)


def anchors_of(text: PledgeText) -> tuple[Anchor, ...]:
    """Every part of this text that can be commented on, in the order of the page."""
    return (
        Anchor(AnchorPart.WHOLE),
        Anchor(AnchorPart.TITLE),
        Anchor(AnchorPart.PREAMBLE),
        *(Anchor(AnchorPart.CLAUSE, clause.number) for clause in text.clauses),
        Anchor(AnchorPart.CLOSING),
        *(Anchor(AnchorPart.PARTY, place) for place, _ in enumerate(text.parties, start=1)),
    )


def words_at(text: PledgeText, anchor: Anchor) -> str:
    """The words of one part, its paragraphs joined by PARAGRAPH_BREAK; empty for the whole text.

    Quotes and replacements of comments count characters in this string. Raises LookupError for a part the text lacks.
    """
    return PARAGRAPH_BREAK.join(_paragraphs(text, anchor))


def _paragraphs(text: PledgeText, anchor: Anchor) -> tuple[str, ...]:
    match anchor.part:
        case AnchorPart.WHOLE:
            return ()
        case AnchorPart.TITLE:
            return (text.title, text.subject)
        case AnchorPart.PREAMBLE:
            return text.preamble
        case AnchorPart.CLAUSE:
            return text.clauses[_place(anchor, len(text.clauses))].paragraphs
        case AnchorPart.CLOSING:
            return text.closing
        case _:
            return (text.parties[_place(anchor, len(text.parties))].heading,)


def _place(anchor: Anchor, count: int) -> int:
    if not 1 <= anchor.number <= count:
        raise LookupError(f"the text has no {anchor}")
    return anchor.number - 1
