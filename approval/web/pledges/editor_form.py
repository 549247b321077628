"""The clause-by-clause editor's fields: read as typed, kept whole, turned into a pledge text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request

from approval.domain.errors import InvalidInputError
from approval.domain.merge_conflict import clause_index
from approval.domain.pasted_text import Cleaning, clean_pasted
from approval.domain.pledge_text import Clause, DateLine, PartyBlock, PledgeText
from approval.domain.typed_paragraphs import read_paragraphs
from approval.web.pledges.fields import whole_number
from approval.web.pledges.merge_form import MergeChoice, choices_of_fields

Fields = Mapping[str, Sequence[str]]
SPLIT_LINE = "---"
# Everything the editor's form holds; autosave keeps these fields and no others.
FIELD_NAMES = (
    "place",
    "day",
    "month",
    "year",
    "title",
    "subject",
    "preamble",
    "clause",
    "closing",
    "party_agency",
    "party_heading",
    "removed",
    "removed_from",
    "conflict_part",
    "conflict_base",
    "conflict_theirs",
    "conflict_mine",
)


_WORDS = frozenset({"place", "title", "subject", "preamble", "closing"})
_PARTY = re.compile(r"party-([1-9][0-9]?)")


@dataclass(frozen=True, slots=True)
class RemovedClause:
    """A clause taken out and not yet let go of: its text and the place (from 0) it stood at."""

    body: str
    place: int


@dataclass(frozen=True, slots=True)
class DraftForm:
    """What the editor shows: everything as typed, nothing lost when it cannot be saved yet.

    `conflicts` are the places of a merge that still ask for a choice; `cleaned` is what a word processor had left.
    """

    place: str
    day: str
    month: str
    year: str
    title: str
    subject: str
    preamble: str
    clauses: tuple[str, ...]
    closing: str
    parties: tuple[PartyBlock, ...]
    removed: tuple[RemovedClause, ...] = ()
    conflicts: tuple[MergeChoice, ...] = ()
    cleaned: Mapping[Cleaning, int] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, text: PledgeText) -> DraftForm:
        """The fields of a stored text."""
        return cls(
            place=text.place,
            day=_shown(text.date.day),
            month=_shown(text.date.month),
            year=_shown(text.date.year),
            title=text.title,
            subject=text.subject,
            preamble=joined(text.preamble),
            clauses=tuple(joined(clause.paragraphs) for clause in text.clauses),
            closing=joined(text.closing),
            parties=text.parties,
        )

    @classmethod
    def of_request(cls) -> DraftForm:
        """The fields as typed."""
        return cls.of_fields(request.form.to_dict(flat=False))

    @classmethod
    def of_fields(cls, fields: Fields) -> DraftForm:
        """The fields as typed, wherever they were kept: composed, without what a word processor leaves behind."""
        typed = _Typed(fields)
        agencies, headings = typed.lines("party_agency"), typed.lines("party_heading")
        removed = zip(typed.bodies("removed"), typed.lines("removed_from"), strict=False)
        return cls(
            place=typed.line("place"),
            day=typed.line("day"),
            month=typed.line("month"),
            year=typed.line("year"),
            title=typed.line("title"),
            subject=typed.line("subject"),
            preamble=typed.body("preamble"),
            clauses=typed.bodies("clause"),
            closing=typed.body("closing"),
            parties=tuple(PartyBlock(*names) for names in zip(agencies, headings, strict=False)),
            removed=tuple(RemovedClause(body, int(place)) for body, place in removed if place.isdecimal()),
            conflicts=choices_of_fields(fields),
            cleaned=typed.cleaned,
        )

    def to_text(self, base: PledgeText) -> PledgeText:
        """The text to save; the date policy stays that of `base`, so do the parties of a form that holds none.

        Raises InvalidInputError naming the field.
        """
        date = DateLine(
            whole_number(self.day, "day", "Ngày"),
            whole_number(self.month, "month", "Tháng"),
            whole_number(self.year, "year", "Năm"),
        )
        return replace(
            base,
            place=_required(self.place, "place", "Địa danh"),
            date=date,
            title=_required(self.title, "title", "Tên văn bản"),
            subject=self.subject,
            preamble=paragraphs_of(_required(self.preamble, "preamble", "Phần mở đầu")),
            clauses=tuple(_clause(number, body) for number, body in enumerate(self.clauses, start=1)),
            closing=paragraphs_of(_required(self.closing, "closing", "Phần kết")),
            parties=self._party_blocks() or base.parties,
        )

    def _party_blocks(self) -> tuple[PartyBlock, ...]:
        for position, party in enumerate(self.parties, start=1):
            _required(party.heading, f"party-{position}", f"Khối ký {position}")
        return self.parties

    def words_of(self, part: str) -> str:
        """The words in one part: "title", "preamble", "clause-3", "party-2". Raises LookupError for what has none."""
        if (index := clause_index(part)) is not None:
            return self.clauses[index]
        if match := _PARTY.fullmatch(part):
            return self.parties[int(match[1]) - 1].heading
        if part not in _WORDS:
            raise LookupError(part)
        return str(getattr(self, part))

    def with_words(self, part: str, words: str) -> DraftForm:
        """The form with other words in one part. Raises LookupError as `words_of`."""
        self.words_of(part)
        changed: dict[str, Any] = {part: words}
        if (index := clause_index(part)) is not None:
            changed = {"clauses": (*self.clauses[:index], words, *self.clauses[index + 1 :])}
        elif match := _PARTY.fullmatch(part):
            place = int(match[1]) - 1
            party = replace(self.parties[place], heading=words)
            changed = {"parties": (*self.parties[:place], party, *self.parties[place + 1 :])}
        return replace(self, **changed)


class _Typed:
    """Reads fields and counts what had to be made plain."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.cleaned: Counter[Cleaning] = Counter()

    def bodies(self, name: str) -> tuple[str, ...]:
        return tuple(self._plain(raw).strip() for raw in self._fields.get(name, ()))

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(" ".join(body.split()) for body in self.bodies(name))

    def body(self, name: str) -> str:
        return next(iter(self.bodies(name)), "")

    def line(self, name: str) -> str:
        return next(iter(self.lines(name)), "")

    def _plain(self, raw: str) -> str:
        clean = clean_pasted(raw)
        self.cleaned.update(clean.cleaned)
        return clean.words


def joined(paragraphs: Sequence[str]) -> str:
    """Paragraphs as they stand in a text area."""
    return "\n\n".join(paragraphs)


def paragraphs_of(body: str) -> tuple[str, ...]:
    """Blank lines part paragraphs; single line ends are only how the text was pasted."""
    return tuple(paragraph.text for paragraph in read_paragraphs(body))


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def _clause(number: int, body: str) -> Clause:
    field_name = f"clause-{number}"
    _required(body, field_name, f"Khoản {number}")
    if any(line.strip() == SPLIT_LINE for line in body.split("\n")):
        raise InvalidInputError(
            "split-unfinished",
            f"Khoản {number} còn dòng “{SPLIT_LINE}”. Bấm “Tách khoản” ở khoản này, hoặc xóa dòng đó, rồi lưu lại.",
            f"Clause {number} still holds a line “{SPLIT_LINE}”. Split it or remove that line, then save.",
            field=field_name,
        )
    return Clause(number, paragraphs_of(body))


def _required(value: str, field_name: str, label: str) -> str:
    removable = field_name.startswith("clause")
    if not value:
        raise InvalidInputError(
            "field-required",
            f"{label} đang để trống. Nhập nội dung{' (hoặc bỏ khoản này)' if removable else ''} rồi lưu lại.",
            f"Field {field_name} is empty. Fill it in{', or remove the clause,' if removable else ''} and save again.",
            field=field_name,
        )
    return value
