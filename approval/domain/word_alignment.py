"""Which words of one text stand in another, laid out as an editor would mark them: whole phrases, not crumbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import NamedTuple

from rapidfuzz.distance import Indel

from approval.domain.tone_marks import differ_by_letter, differ_by_marks

PARAGRAPH_BREAK = "\n"

# A word or mark takes the white space before it along, so that blanks alone never line two places up.
_TOKEN = re.compile(r"\n|[^\S\n]*(?:\w+|[^\w\s])|[^\S\n]+")
_WORD = re.compile(r"\s*\w")
# The library needs a bit of memory and a step of 1/64 for each pair of words: here 50 MB and 0.1 s. Only what two texts
# of 20 000 words have between their first and last difference ever comes near; it is then shown as replaced whole.
_MOST_PAIRS = 400_000_000
# Kept words worth at most half of the changes on both sides of them, and no more than this, are taken into the change.
_LONGEST_CRUMB = 4
# A mark parts phrases, so a kept one is worth as much as three words.
_MARK = 3
_CLOSING_MARKS = ".;:!?…"


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words, marks and paragraph breaks; `keys` are what is compared.

    The first word of a paragraph is compared as if a blank stood before it: where a paragraph is cut in two, the word
    after the cut has not changed.
    """

    tokens: tuple[str, ...]
    keys: tuple[str, ...]
    counts: tuple[int, ...]
    """How many words stand before each token, and at last how many there are."""

    @classmethod
    def of(cls, text: str) -> Words:
        """Cut `text`; the tokens together are the text."""
        tokens = tuple(_TOKEN.findall(text))
        keys = list(tokens)
        for start in (0, *(place + 1 for place, token in enumerate(tokens) if token == PARAGRAPH_BREAK)):
            keys[start : start + 1] = map(_with_blank, tokens[start : start + 1])
        counts = accumulate((_WORD.match(token) is not None for token in tokens), initial=0)
        return cls(tokens, tuple(keys), tuple(counts))

    def count(self, start: int, end: int) -> int:
        """Number of words, marks not counted, in the stretch [start, end)."""
        return self.counts[end] - self.counts[start]

    def text(self, start: int, end: int) -> str:
        """The stretch [start, end) as written."""
        return "".join(self.tokens[start:end])


class Change(NamedTuple):
    """Tokens [old_start, old_end) became [new_start, new_end)."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def align(old: Words, new: Words) -> list[Change]:
    """The changes from `old` to `new` in order; what stands between two of them has equal keys on both sides."""
    changes = _raw_changes(old.keys, new.keys)
    for place in range(len(changes)):
        changes[place] = _at_phrase_border(old, new, changes, place)
    return _without_crumbs(old, new, changes)


def _with_blank(token: str) -> str:
    return token if token[0].isspace() else f" {token}"


def _raw_changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    found = _changes_between(*middle)
    return [Change(*(place + head for place in change)) for change in found]


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _changes_between(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    if not old and not new:
        return []
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [Change(0, len(old), 0, len(new))]
    # Numbers, because the library compares hashes, and two words might share one.
    numbers: dict[str, int] = {}
    a, b = ([numbers.setdefault(key, len(numbers)) for key in keys] for keys in (old, new))
    changes: list[Change] = []
    for step in Indel.opcodes(a, b):
        if step.tag == "equal":
            continue
        if changes and changes[-1].old_end == step.src_start and changes[-1].new_end == step.dest_start:
            last = changes.pop()
            changes.append(Change(last.old_start, step.src_end, last.new_start, step.dest_end))
        else:
            changes.append(Change(step.src_start, step.src_end, step.dest_start, step.dest_end))
    return changes


def _at_phrase_border(old: Words, new: Words, changes: Sequence[Change], place: int) -> Change:
    """Of the places where the same words could have been added or removed, the one that makes a whole phrase.

    "a b; [a c;] a d" rather than "a [b; a] c; a d".
    """
    change = changes[place]
    if change.old_start != change.old_end and change.new_start != change.new_end:
        return change
    words, start, end = (
        (new, change.new_start, change.new_end)
        if change.old_start == change.old_end
        else (old, change.old_start, change.old_end)
    )
    back = _slide_back(words.keys, start, end, _kept_before(changes, place))
    ahead = _slide_ahead(words.keys, start, end, _kept_after(old, changes, place))
    best = max(range(-back, ahead + 1), key=lambda by: (_worth(words.tokens, start + by, end + by), -abs(by)))
    return Change(*(at + best for at in change))


def _kept_before(changes: Sequence[Change], place: int) -> int:
    return changes[place].old_start - (changes[place - 1].old_end if place else 0)


def _kept_after(old: Words, changes: Sequence[Change], place: int) -> int:
    following = changes[place + 1].old_start if place + 1 < len(changes) else len(old.keys)
    return following - changes[place].old_end


def _slide_back(keys: Sequence[str], start: int, end: int, most: int) -> int:
    return _shared(keys[start - most : start][::-1], keys[end - most : end][::-1] if end >= most else keys[:end][::-1])


def _slide_ahead(keys: Sequence[str], start: int, end: int, most: int) -> int:
    return _shared(keys[start : start + most], keys[end : end + most])


def _worth(tokens: Sequence[str], start: int, end: int) -> int:
    return _border(tokens, start) + _border(tokens, end)


def _border(tokens: Sequence[str], place: int) -> int:
    """How clearly one phrase ends and another begins before this token."""
    if place in {0, len(tokens)} or PARAGRAPH_BREAK in tokens[place - 1 : place + 1]:
        return 4
    if tokens[place - 1].strip() in _CLOSING_MARKS:
        return 3
    if not _WORD.match(tokens[place - 1]):
        return 2
    return 0 if _WORD.match(tokens[place]) else 1


def _without_crumbs(old: Words, new: Words, changes: Sequence[Change]) -> list[Change]:
    """Changes with only a crumb between them become one: a phrase replaced is read as a phrase."""
    whole: list[Change] = []
    for change in changes:
        current = change
        while whole and _is_crumb(old, new, whole[-1], current):
            before = whole.pop()
            current = Change(before.old_start, current.old_end, before.new_start, current.new_end)
        whole.append(current)
    return whole


def _is_crumb(old: Words, new: Words, before: Change, after: Change) -> bool:
    start, end = before.old_end, after.old_start
    words = old.count(start, end)
    worth = words + _MARK * (end - start - words)
    sizes = _size(old, new, before), _size(old, new, after)
    if worth > _LONGEST_CRUMB or 2 * worth > min(sizes) + 1 or PARAGRAPH_BREAK in old.tokens[start:end]:
        return False
    return worth == 0 or not (_is_correction(old, new, before) or _is_correction(old, new, after))


def _size(old: Words, new: Words, change: Change) -> int:
    return max(old.count(change.old_start, change.old_end), new.count(change.new_start, change.new_end))


def _is_correction(old: Words, new: Words, change: Change) -> bool:
    """A slip put right in one word ("không", "khống") is looked for by itself."""
    if change.old_end - change.old_start != 1 or change.new_end - change.new_start != 1:
        return False
    before, after = old.tokens[change.old_start].strip().lower(), new.tokens[change.new_start].strip().lower()
    return differ_by_marks(before, after) or differ_by_letter(before, after)
