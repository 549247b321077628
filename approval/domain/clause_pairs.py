"""Which clause of one text has become which of another: by what they say, not by their numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from approval.domain.clause_parts import Phrase, parts_beside
from approval.domain.pledge_text import Clause

_WORD = re.compile(r"\w+")
_PHRASE_WORDS = 3
# Of their phrases of three words, edited clauses share more than half, unrelated ones of the same bloc hardly a tenth.
_ALIKE = 0.3
# Phrases that every clause of a pledge repeats ("tiếp tục đẩy mạnh") tell none from another, and cost most.
_COMMONPLACE = 20


@dataclass(frozen=True, slots=True)
class ClausePair:
    """A clause before and after. `olds` is empty where it was added, `new` None where it was removed.

    `olds` holds several clauses where they were merged into `new`. Where one clause was split, each of its parts makes
    a pair with it, and `parts` holds the numbers of all of them.
    `moved`: it stands at another place among the clauses that both texts have. A clause that only got another number,
    because one before it came or went, has not moved.
    """

    olds: tuple[Clause, ...]
    new: Clause | None
    moved: bool = False
    parts: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        """Its number now; of a removed clause the one it had."""
        standing = self.new or self.olds[0]
        return standing.number

    @property
    def added(self) -> bool:
        """Nothing of it stood in the old text."""
        return not self.olds

    @property
    def removed(self) -> bool:
        """Nothing of it stands in the new text."""
        return self.new is None

    @property
    def merged(self) -> bool:
        """Several clauses became this one."""
        return len(self.olds) > 1

    @property
    def split_off(self) -> bool:
        """It is a later part of a clause that was split."""
        return bool(self.parts) and self.number != self.parts[0]

    @property
    def renumbered(self) -> bool:
        """It has another number than before and nothing else happened to it as a whole."""
        whole = len(self.olds) == 1 and not self.moved and not self.parts
        return whole and not self.removed and self.olds[0].number != self.number


def pair_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClausePair, ...]:
    """Pairs in the order of the new text; a removed clause stands after the one it followed."""
    matched = _same_words(old, new)
    taken = set(matched.values())
    before = {place: _phrases(clause) for place, clause in enumerate(old) if place not in taken}
    after = {place: _phrases(clause) for place, clause in enumerate(new) if place not in matched}
    alike = _alike(before, after)
    came_of = {a: b for b, a in alike.items()}
    # A clause split in two looks like one edited and one added; merged ones like one edited and the others removed.
    split = parts_beside({a: before[a] - after[b] for b, a in alike.items()}, came_of, after)
    whole = {a: b for a, b in came_of.items() if a not in split.values()}
    merged = parts_beside({b: after[b] - before[a] for a, b in whole.items()}, alike, before)
    matched |= alike
    matched |= _rewritten(old, new, matched, gone=set(merged), come=set(split))
    return tuple(_in_printed_order(old, new, matched, split, merged))


def _same_words(old: Sequence[Clause], new: Sequence[Clause]) -> dict[int, int]:
    """New place → old place of clauses that say the same; of several, the first goes with the first."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, clause in enumerate(old):
        places[clause.paragraphs].append(place)
    return {place: waiting.pop(0) for place, clause in enumerate(new) if (waiting := places.get(clause.paragraphs))}


def _alike(before: dict[int, set[Phrase]], after: dict[int, set[Phrase]]) -> dict[int, int]:
    """Clauses that share enough of their phrases (Dice coefficient), the most alike first."""
    return _best_first(
        (2 * shared / (len(before[a]) + len(after[b])), a, b) for (a, b), shared in _shared(before, after).items()
    )


def _shared(before: dict[int, set[Phrase]], after: dict[int, set[Phrase]]) -> Counter[tuple[int, int]]:
    holders: dict[Phrase, list[int]] = defaultdict(list)
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


def _phrases(clause: Clause) -> set[Phrase]:
    words = _WORD.findall(" ".join(clause.paragraphs).lower())
    following = (words[start:] for start in range(_PHRASE_WORDS))
    return set(zip(*following, strict=False)) or {tuple(words)}


def _rewritten(
    old: Sequence[Clause], new: Sequence[Clause], matched: dict[int, int], *, gone: set[int], come: set[int]
) -> dict[int, int]:
    """Of what is left, a clause under the same number was written anew in its place."""
    taken = {*matched.values(), *gone}
    numbers = {clause.number: place for place, clause in enumerate(old) if place not in taken}
    return {
        place: numbers[clause.number]
        for place, clause in enumerate(new)
        if place not in matched and place not in come and clause.number in numbers
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


def _in_printed_order(
    old: Sequence[Clause],
    new: Sequence[Clause],
    matched: dict[int, int],
    split: dict[int, int],
    merged: dict[int, int],
) -> Iterator[ClausePair]:
    moved = _moved(matched)
    came_of = _gathered([*matched.items(), *split.items(), *((b, a) for a, b in merged.items())])
    became = _gathered((a, b) for b, olds in came_of.items() for a in olds)
    # All parts of a split clause have moved when the part that stands for it has.
    moved |= {b for a, parts in became.items() if len(parts) > 1 for b in parts if moved & set(parts)}
    removed = _removed_after(old, became, moved)
    yield from removed.get(None, ())
    for place, clause in enumerate(new):
        olds = came_of.get(place, [])
        parts = became[olds[0]] if len(olds) == 1 and len(became[olds[0]]) > 1 else []
        yield ClausePair(
            tuple(old[a] for a in olds),
            clause,
            moved=place in moved,
            parts=tuple(new[b].number for b in parts),
        )
        yield from removed.get(place, ())


def _gathered(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    gathered: dict[int, list[int]] = defaultdict(list)
    for one, other in links:
        gathered[one].append(other)
    return {one: sorted(others) for one, others in gathered.items()}


def _removed_after(
    old: Sequence[Clause], became: dict[int, list[int]], moved: set[int]
) -> dict[int | None, list[ClausePair]]:
    """Removed clauses by the new place they stand after (None: before all)."""
    removed: dict[int | None, list[ClausePair]] = defaultdict(list)
    last: int | None = None
    for place, clause in enumerate(old):
        if place not in became:
            removed[last].append(ClausePair((clause,), None))
        elif became[place][-1] not in moved:
            last = became[place][-1]
    return removed
