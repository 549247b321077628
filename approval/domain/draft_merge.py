"""Two edits of one draft brought together on the text both began with; a person chooses where both changed the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from approval.domain.agency_names import name_key
from approval.domain.clause_merge import merge_clauses
from approval.domain.merge_conflict import Lines, MergeConflict, merge_values
from approval.domain.pledge_text import DateLine, PartyBlock, PledgeText

BLANK_DATE_PART = "…"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DraftMerge:
    """The text with every edit that met no other, `mine` where both changed the same part, and those parts.

    A clause that one side removed and the other changed is in `text` as changed. Nothing either side wrote is missing
    from `text` and `conflicts` together.
    """

    text: PledgeText
    conflicts: tuple[MergeConflict, ...]


def merge_drafts(base: PledgeText, theirs: PledgeText, mine: PledgeText) -> DraftMerge:
    """`base` is what both sides saw; clauses of each text are numbered from 1."""
    conflicts: list[MergeConflict] = []

    def merged(part: str, read: Callable[[PledgeText], Value], lines: Callable[[Value], Lines]) -> Value:
        before, a, b = read(base), read(theirs), read(mine)
        value, agreed = merge_values(before, a, b)
        if not agreed:
            conflicts.append(MergeConflict(part, lines(before), lines(a), lines(b)))
        return value

    text = replace(
        mine,
        place=merged("place", lambda text: text.place, _one_line),
        date=merged("date", lambda text: text.date, date_lines),
        date_policy=merge_values(base.date_policy, theirs.date_policy, mine.date_policy)[0],
        title=merged("title", lambda text: text.title, _one_line),
        subject=merged("subject", lambda text: text.subject, _one_line),
        preamble=merged("preamble", lambda text: text.preamble, tuple),
    )
    clauses = merge_clauses(base.clauses, theirs.clauses, mine.clauses)
    conflicts.extend(clauses.conflicts)
    closing = merged("closing", lambda text: text.closing, tuple)
    parties, agreed = _merge_parties(base.parties, theirs.parties, mine.parties)
    if not agreed:
        three = (party_lines(text.parties) for text in (base, theirs, mine))
        conflicts.append(MergeConflict("parties", *three))
    return DraftMerge(replace(text, clauses=clauses.clauses, closing=closing, parties=parties), tuple(conflicts))


def date_lines(date: DateLine) -> Lines:
    """A date line as one line: "…/5/2024"."""
    parts = (date.day, date.month, date.year)
    return ("/".join(BLANK_DATE_PART if part is None else str(part) for part in parts),)


def party_lines(parties: tuple[PartyBlock, ...]) -> Lines:
    """Signature blocks, one a line: heading, tab, agency."""
    return tuple(f"{party.heading}\t{party.agency}" for party in parties)


def _one_line(words: str) -> Lines:
    return (words,)


def _merge_parties(
    base: tuple[PartyBlock, ...], theirs: tuple[PartyBlock, ...], mine: tuple[PartyBlock, ...]
) -> tuple[tuple[PartyBlock, ...], bool]:
    """Order and headings are merged apart, as long as all three name the same agencies."""
    whole, agreed = merge_values(base, theirs, mine)
    if agreed:
        return whole, True
    before, a, b = (_by_agency(parties) for parties in (base, theirs, mine))
    if not before.keys() == a.keys() == b.keys():
        return mine, False
    order, agreed = merge_values(tuple(before), tuple(a), tuple(b))
    blocks = {key: merge_values(before[key], a[key], b[key]) for key in order}
    if agreed and all(same for _, same in blocks.values()):
        return tuple(block for block, _ in blocks.values()), True
    return mine, False


def _by_agency(parties: tuple[PartyBlock, ...]) -> dict[str, PartyBlock]:
    return {name_key(party.agency): party for party in parties}
