"""What a proofreader notices: where, after which rule, how grave, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from approval.domain.date_line import render_date_line
from approval.domain.pledge_text import PledgeText


class Level(StrEnum):
    """An error breaks a rule of NĐ 30/2020 or of spelling; a warning asks a person to look."""

    ERROR = "error"
    WARN = "warn"


class Part(StrEnum):
    """The parts of a pledge a finding can stand in."""

    DATE = "date"
    TITLE = "title"
    SUBJECT = "subject"
    PREAMBLE = "preamble"
    CLAUSE = "clause"
    CLOSING = "closing"
    PARTY = "party"
    PARTIES = "parties"


_NAMES = {
    Part.DATE: "Dòng địa danh, ngày tháng",
    Part.TITLE: "Tên văn bản",
    Part.SUBJECT: "Trích yếu",
    Part.PREAMBLE: "Phần mở đầu",
    Part.CLAUSE: "Khoản {number}",
    Part.CLOSING: "Phần kết",
    Part.PARTY: "Khối ký {number}",
    Part.PARTIES: "Phần ký",
}
BODY = frozenset({Part.PREAMBLE, Part.CLAUSE, Part.CLOSING})
_ORDER = {part: index for index, part in enumerate(Part)}


@dataclass(frozen=True, slots=True)
class Place:
    """A span of characters [start, end) in one paragraph of one part.

    `number` is the clause's number or the block's place in protocol order, from 1; 0 elsewhere. `paragraph` counts
    from 0. An empty span stands for the whole paragraph.
    """

    part: Part
    number: int = 0
    paragraph: int = 0
    start: int = 0
    end: int = 0

    @property
    def label(self) -> str:
        """How people call the place: "Khoản 3", "Khoản 3, đoạn 2"."""
        name = _NAMES[self.part].format(number=self.number)
        return f"{name}, đoạn {self.paragraph + 1}" if self.paragraph else name

    @property
    def order(self) -> tuple[int, int, int, int, int]:
        """Sorts places as they stand on the page."""
        return (_ORDER[self.part], self.number, self.paragraph, self.start, self.end)


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """One remark. `found` is the text of the span, `suggestion` what to put there, None where only a person knows.

    `rule` is L01 … L13 (format, NĐ 30/2020), W01 … W05 (words) or Y01 … Y06 (references to another year); `vi` is a
    whole sentence.
    """

    rule: str
    level: Level
    place: Place
    found: str
    vi: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph and where it stands."""

    part: Part
    text: str
    number: int = 0
    paragraph: int = 0
    in_capitals: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "in_capitals", self.text == self.text.upper())

    @property
    def place(self) -> Place:
        """The whole paragraph."""
        return Place(self.part, self.number, self.paragraph)

    def error(self, rule: str, span: tuple[int, int], vi: str, suggestion: str | None = None) -> ProofFinding:
        """A finding of level error about the characters of `span`."""
        return self._finding(rule, Level.ERROR, span, vi, suggestion)

    def warning(self, rule: str, span: tuple[int, int], vi: str, suggestion: str | None = None) -> ProofFinding:
        """A finding of level warn about the characters of `span`."""
        return self._finding(rule, Level.WARN, span, vi, suggestion)

    def _finding(self, rule: str, level: Level, span: tuple[int, int], vi: str, suggestion: str | None) -> ProofFinding:
        start, end = span
        place = Place(self.part, self.number, self.paragraph, start, end)
        return ProofFinding(rule, level, place, self.text[start:end], vi, suggestion)


def passages_of(text: PledgeText) -> tuple[Passage, ...]:
    """Every paragraph in the order of the page."""
    return tuple(_passages(text))


def _passages(text: PledgeText) -> Iterator[Passage]:
    yield Passage(Part.DATE, render_date_line(text.place, text.date))
    yield Passage(Part.TITLE, text.title)
    yield Passage(Part.SUBJECT, text.subject)
    yield from (Passage(Part.PREAMBLE, line, 0, index) for index, line in enumerate(text.preamble))
    for clause in text.clauses:
        yield from (Passage(Part.CLAUSE, line, clause.number, index) for index, line in enumerate(clause.paragraphs))
    yield from (Passage(Part.CLOSING, line, 0, index) for index, line in enumerate(text.closing))
    yield from (Passage(Part.PARTY, party.heading, index) for index, party in enumerate(text.parties, start=1))
