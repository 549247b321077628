"""The coordinator's order of work: by part, overlapping suggestions together, what waits first, page by page."""

from __future__ import annotations

from typing import Any

from approval.domain.anchors import Anchor
from approval.domain.worklist_order import (
    Entry,
    EntryGroup,
    PartEntries,
    cut,
    in_working_order,
    next_waiting,
    only_waiting,
    sizes,
)

C1, C2, CLOSING = (Anchor.parse(written) for written in ("clause:1", "clause:2", "closing"))


def entry(number: int, here: Anchor | None = C1, **more: Any) -> Entry:
    """A remark without suggestion that waits; `span` makes it a suggestion."""
    span = more.pop("span", None)
    start, stop = span or (None, 0)
    values = {"revision_number": 1, "anchor": here or C1, "position": number, "waits": True, **more}
    return Entry(id=number, here=here, start=start, stop=stop, suggests=span is not None, **values)


def ids(parts: tuple[PartEntries, ...]) -> list[list[int]]:
    return [[one.id for one in part.entries] for part in parts]


def test_parts_stand_as_on_the_page_and_lost_ones_last() -> None:
    parts = in_working_order([entry(1, None, anchor=C2), entry(2, CLOSING), entry(3, C2), entry(4, C1)], in_focus=None)
    assert [part.here for part in parts] == [C1, C2, CLOSING, None]


def test_what_waits_comes_first() -> None:
    parts = in_working_order([entry(1, waits=False), entry(2), entry(3, waits=False), entry(4)], in_focus=None)
    assert ids(parts) == [[2, 4, 1, 3]]


def test_the_comment_just_answered_keeps_its_place() -> None:
    entries = [entry(1, waits=False), entry(2), entry(3, waits=False)]
    assert ids(in_working_order(entries, in_focus=1)) == [[1, 2, 3]]


def test_suggestions_for_the_same_words_are_one_group() -> None:
    entries = [entry(1, span=(10, 20)), entry(2), entry(3, span=(15, 25)), entry(4, span=(30, 35))]
    (part,) = in_working_order(entries, in_focus=None)
    assert [[one.id for one in group.entries] for group in part.groups] == [[2], [1, 3], [4]]


def test_a_group_waits_while_one_of_it_does() -> None:
    entries = [entry(1, span=(0, 9), waits=False), entry(2, span=(5, 8)), entry(3, waits=False)]
    parts = in_working_order(entries, in_focus=None)
    assert [group.waits for group in parts[0].groups] == [True, False]
    assert ids(only_waiting(parts, also=None)) == [[1, 2]]


def test_places_of_different_revisions_are_not_compared() -> None:
    entries = [entry(1, span=(0, 9)), entry(2, span=(0, 9), revision_number=2)]
    (part,) = in_working_order(entries, in_focus=None)
    assert len(part.groups) == 2


def test_quoted_words_without_suggestion_stand_alone() -> None:
    quoting = Entry(1, 1, C1, C1, 1, start=3, stop=9, suggests=False, waits=True)
    (part,) = in_working_order([quoting, entry(2, span=(3, 9))], in_focus=None)
    assert len(part.groups) == 2


def test_only_what_waits_is_left_and_what_was_just_answered() -> None:
    parts = in_working_order([entry(1, waits=False), entry(2), entry(3, C2, waits=False)], in_focus=None)
    assert ids(only_waiting(parts, also=None)) == [[2]]
    assert ids(only_waiting(parts, also=3)) == [[2], [3]]


def test_the_next_to_answer_is_the_one_behind_then_from_the_top() -> None:
    parts = in_working_order([entry(1), entry(2), entry(3, C2, waits=False), entry(4, C2)], in_focus=None)
    found = {after: next_waiting(parts, after=after) for after in (None, 1, 2, 4, 99)}
    assert {after: one.id if one else None for after, one in found.items()} == {None: 1, 1: 2, 2: 4, 4: 1, 99: 1}
    assert next_waiting(in_working_order([entry(1, waits=False)], in_focus=None), after=None) is None


def test_pages_cut_through_groups_and_lose_nothing() -> None:
    groups = [EntryGroup((entry(1), entry(2), entry(3))), EntryGroup((entry(4),)), EntryGroup((entry(5), entry(6)))]
    pages = [cut(groups, first=first, size=2) for first in (0, 2, 4, 6)]
    shown = [[[one.id for one in group.entries] for group in page] for page in pages]
    assert shown == [[[1, 2]], [[3], [4]], [[5, 6]], []]


def test_every_member_knows_how_many_stand_together() -> None:
    parts = in_working_order([entry(1, span=(0, 5)), entry(2, span=(1, 3)), entry(3)], in_focus=None)
    assert dict(sizes(parts)) == {1: 2, 2: 2, 3: 1}
