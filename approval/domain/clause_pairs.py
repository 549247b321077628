"""Which clause of one text has become which of another: by what they say, not by their numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from approval.domain.pledge_text import Clause

_WORD = re.compile(r"\w+")
_PHRASE_WORDS = 3
# Of their phrases of three words, edited clauses share more than half, unrelated ones of the same bloc hardly a tenth.
_ALIKE = 0.3
# Phrases that every clause of a pledge repeats ("tiếp tục đẩy mạnh") tell none from another, and cost most.
_COMMONPLACE = 20


@dataclass(frozen=True, slots=True)
class ClausePair:
    """A clause before and after; one side is None where it was added or removed.

    `moved`: it stands at another place among the clauses that both texts have. A clause that only got another number,
    because one before it came or went, has not moved.
    """

    old: Clause | None
    new: Clause | None
    moved: bool = False

    @property
    def number(self) -> int:
        """Its number now; of a removed clause the one it had."""
        standing = self.new or self.old
        if standing is None:
            raise ValueError("a pair of no clauses")
        return standing.number


def pair_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClausePair, ...]:
    """Pairs in the order of the new text; a removed clause stands after the one it followed."""
    matched = _same_words(old, new)
    matched |= _alike(old, new, matched)
    matched |= _rewritten(old, new, matched)
    moved = _moved(matched)
    removed = _removed_after(len(old), matched, moved)
    return tuple(_in_printed_order(old, new, matched, moved, removed))


def _same_words(old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """New place → old place of clauses that say the same; of several, the first goes with the first."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, clause in enumerate(old):
        places[clause.paragraphs].append(place)
    return {place: waiting.pop(0) for place, clause in enumerate(new) if (waiting := places.get(clause.paragraphs))}


def _alike(old: Sequence[Clause], new: Sequence[Clause], matched: dict[int, int]) -> dict[int, int]:
    """Clauses that share enough of their phrases (Dice coefficient), the most alike first."""
    taken = set(matched.values())
    before = {place: _phrases(clause) for place, clause in enumerate(old) if place not in taken}
    after = {place: _phrases(clause) for place, clause in enumerate(new) if place not in matched}
    return _best_first(
        (2 * shared / (len(before[a]) + len(after[b])), a, b) for (a, b), shared in _shared(before, after).items()
    )


def _shared(before: dict[int, set[str]], after: dict[int, set[str]]) -> Counter[tuple[int, int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, phrases in before.items():
        for phrase in phrases:
            holders[phrase].append(place)
    return Counter(
        (holder, place)
        for place, phrases in after.items()
        for phrase in phrases
        if len(found := holders.get(phrase, ())) <= _COMMONPLACE
        for holder in found
    )


def _best_first(scores: Iterator[tuple[float, int, int]]) -> dict[int, int]:
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    enough = [(-score, abs(a - b), a, b) for score, a, b in scores if score >= _ALIKE]
    for _, _, a, b in sorted(enough):
        if a not in taken and b not in chosen:
            chosen[b] = a
            taken.add(a)
    return chosen


def _phrases(clause: Clause) -> set[str]:
    words = [word.lower() for paragraph in clause.paragraphs for word in _WORD.findall(paragraph)]
    last = max(len(words) - _PHRASE_WORDS + 1, 1)
    return {" ".join(words[start : start + _PHRASE_WORDS]) for start in range(last)}


def _rewritten(old: Sequence[Clause], new: Sequence[Clause], matched: dict[int, int]) -> dict[int, int]:
    """Of what is left, a clause under the same number was written anew in its place."""
    taken = set(matched.values())
    numbers = {clause.number: place for place, clause in enumerate(old) if place not in taken}
    return {
        place: numbers[clause.number]
        for place, clause in enumerate(new)
        if place not in matched and clause.number in numbers
    }


def _moved(matched: dict[int, int]) -> set[int]:
    """New places outside a longest series of clauses that kept their order."""
    order = sorted(matched)
    ends: list[int] = []
    series: list[int] = []
    before: dict[int, int | None] = {}
    for place in order:
        length = bisect_left(ends, matched[place])
        before[place] = series[length - 1] if length else None
        ends[length : length + 1] = [matched[place]]
        series[length : length + 1] = [place]
    kept: set[int] = set()
    step = series[-1] if series else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return set(order) - kept


def _removed_after(count: int, matched: dict[int, int], moved: set[int]) -> dict[int | None, list[int]]:
    """Old places of removed clauses by the new place they stand after (None: before all)."""
    now_at = {a: b for b, a in matched.items()}
    removed: dict[int | None, list[int]] = defaultdict(list)
    last: int | None = None
    for place in range(count):
        if place not in now_at:
            removed[last].append(place)
        elif now_at[place] not in moved:
            last = now_at[place]
    return removed


def _in_printed_order(
    old: Sequence[Clause],
    new: Sequence[Clause],
    matched: dict[int, int],
    moved: set[int],
    removed: dict[int | None, list[int]],
) -> Iterator[ClausePair]:
    yield from (ClausePair(old[place], None) for place in removed.get(None, ()))
    for place, clause in enumerate(new):
        before = old[matched[place]] if place in matched else None
        yield ClausePair(before, clause, moved=place in moved)
        yield from (ClausePair(old[gone], None) for gone in removed.get(place, ()))
