"""A Word file exported by us: each paragraph's style says what it is, its words are whatever they are now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from approval.domain.clause_paragraphs import CLAUSE_START, check_numbers, empty_clause
from approval.domain.import_errors import NotAPledgeError, refusal, shortened
from approval.domain.import_text import ImportedPledge
from approval.domain.party_blocks import name_parties
from approval.domain.pledge_heading import no_date_line, no_subject, no_title, read_date_heading
from approval.domain.pledge_text import Clause, DatePolicy, PledgeText
from approval.domain.text_findings import letterhead_left_out
from approval.domain.word_paragraph import WordParagraph, WordPart
from approval.domain.word_signatures import read_signatures

_NEEDED = frozenset({WordPart.DATE, WordPart.TITLE, WordPart.CLAUSE, WordPart.PARTY})
_NUMBER = re.compile(r"(\d+)\.?")
_ABOVE_BODY = frozenset({WordPart.DATE, WordPart.TITLE, WordPart.SUBJECT})


def is_marked(paragraphs: Sequence[WordParagraph]) -> bool:
    """Whether enough of our styles are left to go by them."""
    return {paragraph.part for paragraph in paragraphs} >= _NEEDED


def read_marked(paragraphs: Sequence[WordParagraph], agencies: Mapping[str, str]) -> ImportedPledge:
    """The pledge; `agencies` are the names recorded by heading, used only for a heading that still reads the same.

    Raises NotAPledgeError.
    """
    found = _Sections()
    for paragraph in paragraphs:
        found.take(paragraph)
    heading = read_date_heading(found.joined(WordPart.DATE))
    if heading is None:
        raise no_date_line(found.joined(WordPart.DATE) or paragraphs[0].words)
    if not found.joined(WordPart.TITLE):
        raise no_title()
    if not found.joined(WordPart.SUBJECT):
        raise no_subject()
    blocks = read_signatures(found.signatures)
    parties = name_parties(blocks.headings, preamble=found.preamble, place=heading.place, recorded=agencies)
    text = PledgeText(
        place=heading.place,
        date=heading.date,
        date_policy=DatePolicy.FILLED_AT_FINALISATION,
        title=found.joined(WordPart.TITLE),
        subject=found.joined(WordPart.SUBJECT),
        preamble=tuple(found.preamble),
        clauses=found.numbered_clauses(),
        closing=tuple(found.closing),
        parties=parties.blocks,
    )
    remarks = [letterhead_left_out(found.letterhead)] if found.letterhead else []
    return ImportedPledge(text, (*remarks, *heading.findings, *blocks.findings, *parties.findings))


class _NumberedClause:
    """A clause under the number it carries in the file; `paragraphs` stays empty while there are no words."""

    def __init__(self, label: str, words: str) -> None:
        self.label = label
        self.paragraphs = [words] if words else []


@dataclass(slots=True)
class _Sections:
    """Paragraphs by the part they belong to. What has no style of ours goes where its neighbour above went."""

    above: dict[WordPart, list[str]] = field(default_factory=lambda: {part: [] for part in _ABOVE_BODY})
    letterhead: list[str] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)
    clauses: list[_NumberedClause] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    signatures: list[WordParagraph] = field(default_factory=list)

    def take(self, paragraph: WordParagraph) -> None:
        """Put one paragraph, in reading order, where it belongs."""
        if self.signatures or paragraph.part is WordPart.PARTY:
            self.signatures.append(paragraph)
        elif paragraph.part is WordPart.LETTERHEAD:
            return  # printed anew from what is known of the bloc
        elif self.preamble or self.clauses or self.closing:
            self._take_body(paragraph)
        else:
            self._take_above_body(paragraph)

    def _take_above_body(self, paragraph: WordParagraph) -> None:
        if paragraph.part in self.above:
            self.above[paragraph.part].append(paragraph.words)
        elif paragraph.part is None and not self.above[WordPart.TITLE]:
            self.letterhead.append(paragraph.words)
        elif paragraph.part is None and not self.above[WordPart.SUBJECT]:
            self.above[WordPart.SUBJECT].append(paragraph.words)
        else:
            self._take_body(paragraph)

    def _take_body(self, paragraph: WordParagraph) -> None:
        clause = self._opened_clause(paragraph)
        if clause and self.closing:
            raise _clause_after_closing(paragraph.words)
        if clause:
            self.clauses.append(clause)
        elif self.closing or paragraph.part is WordPart.CLOSING:
            self.closing.append(_text(paragraph))
        elif self.clauses:
            self.clauses[-1].paragraphs.append(_text(paragraph))
        else:
            self.preamble.append(_text(paragraph))

    def _opened_clause(self, paragraph: WordParagraph) -> _NumberedClause | None:
        """A clause by its style; or, in no style of ours, by a number that is the next."""
        expected = str(len(self.clauses) + 1)
        if paragraph.part is WordPart.CLAUSE and (number := _NUMBER.fullmatch(paragraph.label)):
            return _NumberedClause(number[1], paragraph.words)
        if paragraph.part not in (WordPart.CLAUSE, None):
            return None
        text = _text(paragraph)
        start = CLAUSE_START.match(text)
        if start and (paragraph.part is WordPart.CLAUSE or start[1] == expected):
            return _NumberedClause(start[1], text[start.end() :])
        return _NumberedClause(expected, text) if paragraph.part is WordPart.CLAUSE else None

    def joined(self, part: WordPart) -> str:
        """The words of a part above the body; a person may have broken them over paragraphs."""
        return " ".join(self.above[part])

    def numbered_clauses(self) -> tuple[Clause, ...]:
        """The clauses. Raises NotAPledgeError (clause_numbers, too_many_clauses, empty_clause)."""
        check_numbers([clause.label for clause in self.clauses])
        for number, clause in enumerate(self.clauses, start=1):
            if not clause.paragraphs:
                raise empty_clause(number)
        return tuple(Clause(n, tuple(clause.paragraphs)) for n, clause in enumerate(self.clauses, start=1))


def _text(paragraph: WordParagraph) -> str:
    return " ".join(paragraph.numbered_lines)


def _clause_after_closing(words: str) -> NotAPledgeError:
    return refusal(
        "clause_after_closing",
        f"Khoản “{shortened(words)}” đứng sau phần kết; hãy đưa khoản này lên trước phần kết trong Word rồi tải lại.",
        f"The clause “{shortened(words)}” stands below the closing; move it above the closing in Word and try again.",
    )
