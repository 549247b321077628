"""The clauses of two edits brought together: words, places, additions and removals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approval.domain.clause_pairs import pair_clauses
from approval.domain.merge_conflict import ORDER, Lines, MergeConflict, merge_values
from approval.domain.pledge_text import Clause

_SHOWN = 60
# A clause is known by the text it first stood in ("base", "theirs", "mine") and its number there.
_Name = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ClauseMerge:
    """The merged clauses, numbered from 1, and the conflicts among them; "order" comes last."""

    clauses: tuple[Clause, ...]
    conflicts: tuple[MergeConflict, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One edit: its clauses' names in its own order, and what each says."""

    order: tuple[_Name, ...]
    words: dict[_Name, Lines]


@dataclass(frozen=True, slots=True)
class _Merged:
    """What a clause says now; `conflict` has the three sides when both changed it."""

    words: Lines
    conflict: tuple[Lines, Lines, Lines] | None = None


def merge_clauses(base: Sequence[Clause], theirs: Sequence[Clause], mine: Sequence[Clause]) -> ClauseMerge:
    """Clauses are recognised by what they say, so a moved clause meets its own edit."""
    before = {("base", clause.number): clause.paragraphs for clause in base}
    a, b = _side("theirs", base, theirs), _side("mine", base, mine)
    b = _joined_additions(a, b)
    kept = _merge_words(before, a, b)
    common = [name for name in before if name in kept and name in a.words and name in b.words]
    orders = [_in_order(common, side) for side in (before, a.order, b.order)]
    chosen, agreed = merge_values(*orders)
    names = _placed(chosen, kept, a, b)
    conflicts = [_conflict(number, kept[name]) for number, name in enumerate(names, start=1) if kept[name].conflict]
    if not agreed:
        numbers = {name: number for number, name in enumerate(names, start=1)}
        lines = (_order_lines(_placed(order, kept, a, b), numbers, kept) for order in orders)
        conflicts.append(MergeConflict(ORDER, *lines))
    clauses = tuple(Clause(number, kept[name].words) for number, name in enumerate(names, start=1))
    return ClauseMerge(clauses, tuple(conflicts))


def _side(own: str, base: Sequence[Clause], clauses: Sequence[Clause]) -> _Side:
    # A clause that was split lives on in its first part; of merged ones the first does, and the others are gone.
    known = {
        pair.number: None if pair.added or pair.split_off else pair.olds[0]
        for pair in pair_clauses(base, clauses)
        if not pair.removed
    }
    names = {
        clause.number: (own, clause.number) if (old := known[clause.number]) is None else ("base", old.number)
        for clause in clauses
    }
    return _Side(
        tuple(names[clause.number] for clause in clauses),
        {names[clause.number]: clause.paragraphs for clause in clauses},
    )


def _joined_additions(theirs: _Side, mine: _Side) -> _Side:
    """A clause that both added word for word is one clause."""
    added: dict[Lines, list[_Name]] = {}
    for name in theirs.order:
        if name[0] != "base":
            added.setdefault(theirs.words[name], []).append(name)
    same = {name: name for name in mine.order}
    for name in mine.order:
        if name[0] != "base" and (waiting := added.get(mine.words[name])):
            same[name] = waiting.pop(0)
    return _Side(tuple(same[name] for name in mine.order), {same[name]: mine.words[name] for name in mine.order})


def _merge_words(before: dict[_Name, Lines], theirs: _Side, mine: _Side) -> dict[_Name, _Merged]:
    kept: dict[_Name, _Merged] = {}
    for name in (*before, *theirs.order, *mine.order):
        three = (before.get(name, ()), theirs.words.get(name, ()), mine.words.get(name, ()))
        words, agreed = merge_values(*three)
        if not agreed:
            # Removed by one and changed by the other: what there is to read stays until a person has chosen.
            kept[name] = _Merged(words or three[1], three)
        elif words:
            kept[name] = _Merged(words)
    return kept


def _in_order(common: Sequence[_Name], order: Iterable[_Name]) -> list[_Name]:
    chosen = set(common)
    return [name for name in order if name in chosen]


def _placed(order: Sequence[_Name], kept: dict[_Name, _Merged], *sides: _Side) -> list[_Name]:
    """The common clauses in this order; every other one after the clause it follows in its own text."""
    names = list(order)
    for side in sides:
        after: _Name | None = None
        for name in side.order:
            if name not in kept:
                continue
            if name not in names:
                names.insert(0 if after is None else names.index(after) + 1, name)
            after = name
    return names


def _conflict(number: int, merged: _Merged) -> MergeConflict:
    return MergeConflict(f"clause-{number}", *(merged.conflict or ((), (), ())))


def _order_lines(names: Sequence[_Name], numbers: dict[_Name, int], kept: dict[_Name, _Merged]) -> Lines:
    return tuple(f"{numbers[name]}\t{kept[name].words[0][:_SHOWN]}" for name in names)
