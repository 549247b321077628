"""What changed between two texts of a pledge, word by word, as plain data for pages and mails."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from approval.domain.clause_pairs import ClausePair, pair_clauses
from approval.domain.date_line import render_date_line
from approval.domain.pledge_text import DatePolicy, PledgeText

PARAGRAPH_MARK = "¶"
"""Stands in a run for a paragraph break that is only in the old or only in the new text."""

# A word or mark takes the white space before it along, so that blanks alone never line two places up.
_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
# difflib compares every pair of equal words, and starts over for each match it finds. Beyond these bounds a section
# is shown as replaced whole, so that no text can hold a worker (the real pledge's longest clause: 400 words, 1 400
# pairs).
_MOST_PAIRS = 100_000
_MOST_WORDS = 2_000
_POLICY_WORDS = {
    DatePolicy.FILLED_AT_FINALISATION: "Ngày còn trống được điền khi hoàn thiện văn bản",
    DatePolicy.FIXED_AT_OPENING: "Ngày được ghi khi mở ký",
}


class DiffOp(StrEnum):
    """What happened to a run of text; the values of the last two are the HTML elements for them."""

    KEEP = "keep"
    INSERT = "ins"
    DELETE = "del"


@dataclass(frozen=True, slots=True)
class DiffRun:
    """A stretch of text, white space included; kept and inserted runs together are the new text, exactly."""

    op: DiffOp
    text: str


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """One part of the pledge. `key` is unique ("clause:3", "removed:3"), `label` is for people ("Khoản 3").

    `paragraphs` are the new text's paragraphs with the deleted runs at their places; deletions stand before insertions.
    `clause`: the clause before and after, when it is one.
    """

    key: str
    label: str
    paragraphs: tuple[tuple[DiffRun, ...], ...]
    clause: ClausePair | None = None

    @property
    def changes(self) -> int:
        """Number of places that changed; a replacement counts once, a move once more, another number not at all."""
        runs = [run.op is DiffOp.KEEP for paragraph in self.paragraphs for run in (*paragraph, _STOP)]
        return sum(1 for kept, _ in groupby(runs) if not kept) + (self.clause is not None and self.clause.moved)

    @property
    def note(self) -> str:
        """What became of a clause as a whole, for people; empty when nothing did."""
        pair = self.clause
        if pair is None:
            return ""
        if pair.old is None:
            return "Khoản mới"
        if pair.new is None:
            return f"Đã bỏ khoản {pair.old.number}"
        if pair.moved:
            return f"Chuyển đến đây từ khoản {pair.old.number}"
        return f"Trước là khoản {pair.old.number}" if pair.old.number != pair.new.number else ""

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return self.changes > 0


@dataclass(frozen=True, slots=True)
class TextDiff:
    """All parts of both texts, in printed order."""

    sections: tuple[SectionDiff, ...]

    @property
    def changed_sections(self) -> tuple[SectionDiff, ...]:
        """The parts that differ."""
        return tuple(section for section in self.sections if section.changed)

    @property
    def clause_sections(self) -> tuple[SectionDiff, ...]:
        """The clauses of the new text in their order, removed ones where they stood."""
        return tuple(section for section in self.sections if section.clause)

    @property
    def changes(self) -> int:
        """Number of places that changed in the whole pledge."""
        return sum(section.changes for section in self.sections)


_STOP = DiffRun(DiffOp.KEEP, "")


def diff_texts(old: PledgeText, new: PledgeText) -> TextDiff:
    """Compares part with part; a clause with the one it has become, wherever that stands."""
    before, after = _sections(old), _sections(new)
    parts = {key: _diff_section(key, _LABELS[key], before[key], after[key]) for key in _LABELS}
    clauses = [_diff_clause(pair) for pair in pair_clauses(old.clauses, new.clauses)]
    last = [parts.pop("closing"), parts.pop("parties")]
    return TextDiff((*parts.values(), *clauses, *last))


def diff_words(old: str, new: str) -> tuple[DiffRun, ...]:
    """Compares two strings; words stay whole and punctuation marks are words of their own."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    runs: list[DiffRun] = []
    for tag, i, j, k, m in _opcodes(a, b):
        kept = DiffRun(DiffOp.KEEP, "".join(a[i:j]))
        runs.extend((kept,) if tag == "equal" else _replaced("".join(a[i:j]), "".join(b[k:m])))
    return tuple(_merged(runs))


def _merged(runs: Sequence[DiffRun]) -> Iterator[DiffRun]:
    for op, group in groupby(runs, key=lambda run: run.op):
        if text := "".join(run.text for run in group):
            yield DiffRun(op, text)


def _opcodes(a: Sequence[str], b: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    left, right = Counter(a), Counter(b)
    pairs = sum(count * right[token] for token, count in left.items())
    if a == b or pairs > _MOST_PAIRS or max(len(a), len(b)) > _MOST_WORDS:
        return [("equal" if a == b else "replace", 0, len(a), 0, len(b))]
    return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()


def _replaced(old: str, new: str) -> tuple[DiffRun, ...]:
    """The blank before both sides has not changed and stays outside the marks."""
    shared = " " if old.startswith(" ") and new.startswith(" ") else ""
    old, new = old[len(shared) :], new[len(shared) :]
    return DiffRun(DiffOp.KEEP, shared), DiffRun(DiffOp.DELETE, old), DiffRun(DiffOp.INSERT, new)


def _diff_section(key: str, label: str, old: Sequence[str], new: Sequence[str]) -> SectionDiff:
    runs = diff_words("\n".join(old), "\n".join(new))
    return SectionDiff(key, label, tuple(_paragraphs(runs)))


def _diff_clause(pair: ClausePair) -> SectionDiff:
    kind = "clause" if pair.new else "removed"
    old = pair.old.paragraphs if pair.old else ()
    new = pair.new.paragraphs if pair.new else ()
    section = _diff_section(f"{kind}:{pair.number}", f"Khoản {pair.number}", old, new)
    return replace(section, clause=pair)


def _paragraphs(runs: Sequence[DiffRun]) -> Iterator[tuple[DiffRun, ...]]:
    """Cuts at the breaks of the new text; a break that came or went stays visible as a mark."""
    current: list[DiffRun] = []
    for run in runs:
        if run.op is DiffOp.DELETE:
            current.append(DiffRun(run.op, run.text.replace("\n", PARAGRAPH_MARK)))
            continue
        mark = PARAGRAPH_MARK if run.op is DiffOp.INSERT else ""
        *finished, last = run.text.split("\n")
        for text in finished:
            yield tuple(_not_empty([*current, DiffRun(run.op, text + mark)]))
            current = []
        current.append(DiffRun(run.op, last))
    yield tuple(_not_empty(current))


def _not_empty(runs: Sequence[DiffRun]) -> Iterator[DiffRun]:
    return (run for run in runs if run.text)


_LABELS = {
    "date_line": "Địa danh, ngày tháng",
    "date_policy": "Cách ghi ngày",
    "title": "Tên văn bản",
    "subject": "Trích yếu",
    "preamble": "Phần mở đầu",
    "closing": "Phần kết",
    "parties": "Phần ký",
}


def _sections(text: PledgeText) -> dict[str, Sequence[str]]:
    return {
        "date_line": (render_date_line(text.place, text.date),),
        "date_policy": (_POLICY_WORDS[text.date_policy],),
        "title": (text.title,),
        "subject": (text.subject,),
        "preamble": text.preamble,
        "closing": text.closing,
        "parties": tuple(f"{party.heading} ({party.agency})" for party in text.parties),
    }
