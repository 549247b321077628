"""Reads both texts off a comparison, from nothing but what it shows: what a person would copy out by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from approval.domain.pledge_text import Clause, DateLine, PartyBlock, PledgeText
from approval.domain.text_diff import POLICY_WORDS, SectionDiff, TextDiff
from approval.domain.word_diff import DiffOp

_DATE_LINE = re.compile(r"(.*), ngày(?: (\d+))? tháng(?: (\d+))? năm(?: (\d+))?")
_POLICIES = {words: policy for policy, words in POLICY_WORDS.items()}


def old_text(diff: TextDiff) -> PledgeText:
    """The text before."""
    return _text(diff, DiffOp.INSERT, _old_clauses(diff))


def new_text(diff: TextDiff) -> PledgeText:
    """The text after."""
    clauses = [
        Clause(section.clause.number, tuple(lines(section, DiffOp.DELETE)))
        for section in diff.clause_sections
        if section.clause and not section.clause.removed
    ]
    return _text(diff, DiffOp.DELETE, clauses)


def read(section: SectionDiff, other: DiffOp) -> str:
    """One side of a part; `other` is what the other side has."""
    return "".join(run.text for run in section.runs if run.op is not other)


def lines(section: SectionDiff, other: DiffOp) -> list[str]:
    """The paragraphs of one side of a part."""
    words = read(section, other)
    return words.split("\n") if words else []


def _old_clauses(diff: TextDiff) -> list[Clause]:
    whole: dict[int, str] = {}
    counts: dict[int, list[tuple[int, int]]] = {}
    for section in diff.clause_sections:
        assert section.clause is not None
        if not section.clause.added:
            first = section.clause.olds[0].number
            whole[first] = whole.get(first, "") + read(section, DiffOp.INSERT)
            counts[first] = [(clause.number, len(clause.paragraphs)) for clause in section.clause.olds]
    clauses = []
    for first, words in whole.items():
        rest = words.split("\n")
        for number, count in counts[first]:
            clauses.append(Clause(number, tuple(rest[:count])))
            rest = rest[count:]
        assert not rest
    return sorted(clauses, key=lambda clause: clause.number)


def _text(diff: TextDiff, other: DiffOp, clauses: Sequence[Clause]) -> PledgeText:
    parts = {section.key: lines(section, other) for section in diff.sections}
    found = _DATE_LINE.fullmatch(parts["date_line"][0])
    assert found
    day, month, year = (int(part) if part else None for part in found.groups()[1:])
    names = parts["parties"]
    return PledgeText(
        place=found.group(1),
        date=DateLine(day, month, year),
        date_policy=_POLICIES[parts["date_policy"][0]],
        title=parts["title"][0],
        subject=parts["subject"][0],
        preamble=tuple(parts["preamble"]),
        clauses=tuple(clauses),
        closing=tuple(parts["closing"]),
        parties=tuple(PartyBlock(agency, heading) for heading, agency in zip(names[::2], names[1::2], strict=True)),
    )
