"""Suggestions for the same words are found together, whatever their order; others are left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from approval.domain.overlaps import Span, overlapping

SPANS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(1, 10)), max_size=25)


def test_spans_that_share_a_character_stand_together() -> None:
    assert overlapping([Span(1, "a", 0, 5), Span(2, "a", 4, 9), Span(3, "a", 9, 12)]) == ((1, 2), (3,))


def test_a_long_span_holds_together_what_it_covers() -> None:
    assert overlapping([Span(1, "a", 0, 30), Span(2, "a", 2, 4), Span(3, "a", 20, 25)]) == ((1, 2, 3),)


def test_the_same_place_in_another_part_is_another_place() -> None:
    assert overlapping([Span(1, "a", 0, 5), Span(2, "b", 0, 5)]) == ((1,), (2,))


def test_members_stand_by_where_they_begin() -> None:
    assert overlapping([Span(7, "a", 3, 9), Span(8, "a", 0, 4)]) == ((8, 7),)


def test_nothing_has_no_groups() -> None:
    assert overlapping([]) == ()


@given(SPANS)
def test_groups_are_what_hangs_together_by_shared_characters(drawn: list[tuple[int, int, int]]) -> None:
    spans = [Span(number, part, start, start + length) for number, (part, start, length) in enumerate(drawn)]
    groups = overlapping(spans)
    place = {one: number for number, group in enumerate(groups) for one in group}
    assert sorted(place) == [span.id for span in spans]
    for a in spans:
        for b in spans:
            if a.part == b.part and a.start < b.stop and b.start < a.stop:
                assert place[a.id] == place[b.id]
    for group in groups:
        members = [span for span in spans if span.id in group]
        covered = set().union(*(range(span.start, span.stop) for span in members))
        assert covered == set(range(min(covered), max(covered) + 1)), "a group has no gap"
