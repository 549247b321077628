"""The order of the coordinator's work: part by part, suggestions for the same words together, what waits first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from approval.domain.anchors import Anchor
from approval.domain.overlaps import Span, overlapping


class Entry(NamedTuple):
    """What the order needs to know of one comment. `here` is its part in the draft now, None when that is gone."""

    id: int
    revision_number: int
    anchor: Anchor
    here: Anchor | None
    position: int
    start: int | None
    stop: int
    suggests: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """Comments to be weighed together; one alone, or several suggestions for the same words."""

    entries: tuple[Entry, ...]

    @property
    def waits(self) -> bool:
        """Whether one of them has no answer."""
        return any(entry.waits for entry in self.entries)


@dataclass(frozen=True, slots=True)
class PartEntries:
    """All comments of one part of the draft in working order."""

    here: Anchor | None
    groups: tuple[EntryGroup, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The same without their grouping."""
        return tuple(entry for group in self.groups for entry in group.entries)


def in_working_order(entries: Iterable[Entry], *, in_focus: int | None) -> tuple[PartEntries, ...]:
    """Parts as they stand on the page, the lost ones last; within a part what waits comes first.

    `in_focus` keeps the place it had while it waited: what a person has before them does not jump away.
    """
    by_part: dict[Anchor | None, list[Entry]] = {}
    for entry in entries:
        by_part.setdefault(entry.here, []).append(entry)
    parts = [PartEntries(here, _groups(found, in_focus)) for here, found in by_part.items()]
    return tuple(sorted(parts, key=lambda part: page_order(part.here)))


def only_waiting(parts: Iterable[PartEntries], *, also: int | None) -> tuple[PartEntries, ...]:
    """Without the groups that are settled, but for the one that holds `also`."""
    left = [
        PartEntries(part.here, tuple(group for group in part.groups if group.waits or _holds(group, also)))
        for part in parts
    ]
    return tuple(part for part in left if part.groups)


def next_waiting(parts: Sequence[PartEntries], *, after: int | None) -> Entry | None:
    """The first comment without an answer behind `after`, else from the top."""
    entries = [entry for part in parts for entry in part.entries]
    place = next((index for index, entry in enumerate(entries) if entry.id == after), -1)
    return next((entry for entry in (*entries[place + 1 :], *entries[: place + 1]) if entry.waits), None)


def _groups(entries: list[Entry], in_focus: int | None) -> tuple[EntryGroup, ...]:
    known = {entry.id: entry for entry in entries}
    spans = [
        Span(entry.id, (entry.revision_number, entry.anchor), entry.start, entry.stop)
        for entry in entries
        if entry.suggests and entry.start is not None
    ]
    together = overlapping(spans)
    grouped = {one for ids in together for one in ids}
    alone = [(entry.id,) for entry in entries if entry.id not in grouped]
    groups = [EntryGroup(tuple(known[one] for one in ids)) for ids in (*together, *alone)]
    return tuple(sorted(groups, key=lambda group: _group_order(group, in_focus)))


def _group_order(group: EntryGroup, in_focus: int | None) -> tuple[bool, int, int, int]:
    first = group.entries[0]
    waits = group.waits or _holds(group, in_focus)
    return (not waits, first.start if first.start is not None else -1, first.position, first.id)


def _holds(group: EntryGroup, comment_id: int | None) -> bool:
    return any(entry.id == comment_id for entry in group.entries)


def page_order(here: Anchor | None) -> tuple[bool, tuple[int, int]]:
    """Sorts parts as they stand on the page, what is gone last."""
    return (here is None, (0, 0) if here is None else here.order)


def cut(groups: Sequence[EntryGroup], *, first: int, size: int) -> tuple[EntryGroup, ...]:
    """The groups as far as their comments are number `first` (from 0) to `first + size` of all."""
    kept: list[EntryGroup] = []
    place = 0
    for group in groups:
        low, high = max(first - place, 0), max(first + size - place, 0)
        entries = group.entries[low:high]
        if entries:
            kept.append(EntryGroup(entries))
        place += len(group.entries)
    return tuple(kept)


def sizes(parts: Iterable[PartEntries]) -> Mapping[int, int]:
    """How many comments stand together with each comment, itself included."""
    return {entry.id: len(group.entries) for part in parts for group in part.groups for entry in group.entries}
