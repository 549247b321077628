"""What changed between two texts of a pledge, word by word and clause by clause, as plain data for pages and mails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from approval.domain.clause_pairs import ClausePair, pair_clauses
from approval.domain.date_line import render_date_line
from approval.domain.pledge_text import Clause, DatePolicy, PledgeText
from approval.domain.word_alignment import PARAGRAPH_BREAK
from approval.domain.word_diff import DiffOp, DiffRun, diff_words, merged

PARAGRAPH_MARK = "¶"
"""Stands in a shown run for a paragraph break that is only in the old or only in the new text."""

Paragraphs = tuple[tuple[DiffRun, ...], ...]

POLICY_WORDS = {
    DatePolicy.FILLED_AT_FINALISATION: "Ngày còn trống được điền khi hoàn thiện văn bản",
    DatePolicy.FIXED_AT_OPENING: "Ngày được ghi khi mở ký",
}


@dataclass(frozen=True, slots=True)
class SectionDiff:
    """One part of the pledge. `key` is unique ("clause:3", "removed:3"), `label` is for people ("Khoản 3").

    `runs` are exact: without the inserted ones they are the old text of the part, without the deleted ones the new,
    paragraphs parted by line ends. `clause`: the clause before and after, when it is one.
    """

    key: str
    label: str
    runs: tuple[DiffRun, ...]
    clause: ClausePair | None = None

    @property
    def paragraphs(self) -> Paragraphs:
        """For reading: the new text's paragraphs with the deleted runs at their places."""
        return tuple(_paragraphs(self.runs, other=DiffOp.DELETE))

    @property
    def old_paragraphs(self) -> Paragraphs:
        """For reading: the old text's paragraphs alone, with what was deleted marked."""
        return tuple(_paragraphs(_without(self.runs, DiffOp.INSERT), other=DiffOp.INSERT))

    @property
    def new_paragraphs(self) -> Paragraphs:
        """For reading: the new text's paragraphs alone, with what was inserted marked."""
        return tuple(_paragraphs(_without(self.runs, DiffOp.DELETE), other=DiffOp.DELETE))

    @property
    def word_changes(self) -> int:
        """Number of places where words changed; a replacement counts once."""
        kept = [run.op is DiffOp.KEEP for run in _seen(self.runs, other=DiffOp.DELETE)]
        return sum(1 for same, _ in groupby(kept) if not same)

    @property
    def changes(self) -> int:
        """Word changes, and one more for a clause that moved, was split off or merged; another number is none."""
        pair = self.clause
        return self.word_changes + (pair is not None and (pair.moved or pair.split_off or pair.merged))

    @property
    def note(self) -> str:
        """What became of a clause as a whole, for people; empty when nothing did."""
        return _note(self.clause) if self.clause else ""

    @property
    def changed(self) -> bool:
        """Whether there is anything to read again; of a split clause all parts."""
        return self.changes > 0 or (self.clause is not None and bool(self.clause.parts))


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

    @property
    def summary(self) -> str:
        """What became of clauses, counted: "2 khoản mới, 1 khoản chuyển chỗ"; "" when nothing did."""
        counts = {
            words: sum(1 for section in self.sections if section.clause and rule(section.clause))
            for words, rule in _SUMMARY.items()
        }
        return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def diff_texts(old: PledgeText, new: PledgeText) -> TextDiff:
    """Compares part with part; a clause with the one it has become, wherever that stands."""
    before, after = _sections(old), _sections(new)
    parts = {key: SectionDiff(key, label, _diff(before[key], after[key])) for key, label in _LABELS.items()}
    last = [parts.pop("closing"), parts.pop("parties")]
    clauses = _clause_sections(pair_clauses(old.clauses, new.clauses))
    return TextDiff((*parts.values(), *clauses, *last))


def _diff(old: Sequence[str], new: Sequence[str]) -> tuple[DiffRun, ...]:
    return diff_words(PARAGRAPH_BREAK.join(old), PARAGRAPH_BREAK.join(new))


def _clause_sections(pairs: Iterable[ClausePair]) -> Iterator[SectionDiff]:
    for split, group in groupby(pairs, key=lambda pair: pair.olds if pair.parts else None):
        if not split:
            yield from (_clause_section(pair, _diff(_lines(pair.olds), _lines((pair.new,)))) for pair in group)
            continue
        parts = list(group)
        texts = [PARAGRAPH_BREAK.join(_lines((pair.new,))) for pair in parts]
        runs = diff_words(PARAGRAPH_BREAK.join(_lines(split)), PARAGRAPH_BREAK.join(texts))
        yield from map(_clause_section, parts, _cut(runs, [len(text) for text in texts]))


def _clause_section(pair: ClausePair, runs: tuple[DiffRun, ...]) -> SectionDiff:
    kind = "removed" if pair.removed else "clause"
    return SectionDiff(f"{kind}:{pair.number}", f"Khoản {pair.number}", runs, pair)


def _lines(clauses: Iterable[Clause | None]) -> list[str]:
    return [paragraph for clause in clauses if clause for paragraph in clause.paragraphs]


def _cut(runs: Iterable[DiffRun], lengths: Sequence[int]) -> Iterator[tuple[DiffRun, ...]]:
    """Runs of a whole new text → those of its parts, which are `lengths` long and one paragraph break apart.

    A break that the old text has as well is deleted there: on the new side it is the border of two clauses.
    """
    borders = list(accumulate(length + 1 for length in lengths[:-1]))
    part: list[DiffRun] = []
    at = 0
    for run in runs:
        text = run.text
        while run.op is not DiffOp.DELETE and borders and at + len(text) >= borders[0]:
            cut = borders.pop(0) - at
            part.append(DiffRun(run.op, text[: cut - 1]))
            if run.op is DiffOp.KEEP:
                part.append(DiffRun(DiffOp.DELETE, PARAGRAPH_BREAK))
            yield tuple(merged(part))
            part, text, at = [], text[cut:], at + cut
        part.append(DiffRun(run.op, text))
        at += 0 if run.op is DiffOp.DELETE else len(text)
    yield tuple(merged(part))


def _without(runs: Iterable[DiffRun], op: DiffOp) -> tuple[DiffRun, ...]:
    return tuple(run for run in runs if run.op is not op)


def _seen(runs: Sequence[DiffRun], *, other: DiffOp) -> Iterator[DiffRun]:
    """Without changes of blanks alone, which come where paragraphs are joined or parted, and the break after a part."""
    for place, run in enumerate(runs):
        is_break = PARAGRAPH_BREAK in run.text and place < len(runs) - 1
        if run.op is DiffOp.KEEP or run.text.strip() or is_break:
            yield run
        elif run.op is not other and PARAGRAPH_BREAK not in run.text:
            yield DiffRun(DiffOp.KEEP, run.text)


def _paragraphs(runs: Sequence[DiffRun], *, other: DiffOp) -> Iterator[tuple[DiffRun, ...]]:
    """Cuts at the breaks of the text read; runs of the `other` stand in it, their breaks as marks."""
    current: list[DiffRun] = []
    for run in _seen(runs, other=other):
        if run.op is other:
            current.append(DiffRun(run.op, run.text.replace(PARAGRAPH_BREAK, PARAGRAPH_MARK)))
            continue
        mark = "" if run.op is DiffOp.KEEP else PARAGRAPH_MARK
        *finished, last = run.text.split(PARAGRAPH_BREAK)
        for text in finished:
            yield tuple(merged([*current, DiffRun(run.op, text + mark)]))
            current = []
        current.append(DiffRun(run.op, last))
    yield tuple(merged(current))


def _note(pair: ClausePair) -> str:
    number = pair.number
    here = " và chuyển đến đây" if pair.moved else ""
    if pair.added:
        return "Khoản mới"
    if pair.removed:
        return f"Đã bỏ khoản {number}"
    if pair.merged:
        return f"Gộp từ khoản {_listed(clause.number for clause in pair.olds)}{here}"
    before = pair.olds[0].number
    if pair.parts:
        return f"Tách từ khoản {before}{here}" if before != number else f"Đã tách thành khoản {_listed(pair.parts)}"
    if pair.moved:
        return f"Chuyển đến đây từ khoản {before}"
    return f"Trước là khoản {before}" if pair.renumbered else ""


def _listed(numbers: Iterable[int]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} và {last}"


_SUMMARY: dict[str, Callable[[ClausePair], bool]] = {
    "khoản mới": lambda pair: pair.added,
    "khoản bỏ": lambda pair: pair.removed,
    "khoản chuyển chỗ": lambda pair: pair.moved and not pair.split_off,
    "khoản tách ra": lambda pair: pair.split_off,
    "khoản gộp": lambda pair: pair.merged,
    "khoản đổi số": lambda pair: pair.renumbered,
}

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
        "date_policy": (POLICY_WORDS[text.date_policy],),
        "title": (text.title,),
        "subject": (text.subject,),
        "preamble": text.preamble,
        "closing": text.closing,
        "parties": [line for party in text.parties for line in (party.heading, party.agency)],
    }
