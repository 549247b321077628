"""Parts of a text as comments name them: written, read back, in the order of the page, with their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.anchors import PARAGRAPH_BREAK, Anchor, AnchorPart, anchors_of, words_at
from tests.factories.pledge_texts import seed_text, small_text


def test_every_part_of_a_text_is_written_and_read_back() -> None:
    written = [str(anchor) for anchor in anchors_of(small_text())]
    assert written == ["whole", "title", "preamble", "clause:1", "clause:2", "closing", "party:1", "party:2"]
    assert tuple(map(Anchor.parse, written)) == anchors_of(small_text())


@pytest.mark.parametrize(
    "written", ["", "clause", "clause:0", "clause:01", "clause:1000", "closing:1", "whole:2", "Clause:1", "x", "party"]
)
def test_anything_else_is_no_anchor(written: str) -> None:
    with pytest.raises(ValueError):
        Anchor.parse(written)


@given(st.text(max_size=12))
def test_whatever_is_read_is_written_the_same(written: str) -> None:
    try:
        anchor = Anchor.parse(written)
    except ValueError:
        return
    assert str(anchor) == written


def test_parts_have_names_and_an_order() -> None:
    assert [anchor.label for anchor in anchors_of(small_text())] == [
        "Toàn văn",
        "Tên văn bản",
        "Phần mở đầu",
        "Khoản 1",
        "Khoản 2",
        "Phần kết",
        "Khối ký 1",
        "Khối ký 2",
    ]
    anchors = anchors_of(seed_text())
    backwards = list(reversed(anchors))
    assert sorted(backwards, key=lambda anchor: anchor.order) == list(anchors)


def test_the_words_of_each_part() -> None:
    text = seed_text()
    said = {str(anchor): words_at(text, anchor) for anchor in anchors_of(text)}
    assert said["whole"] == ""
    assert said["title"].split(PARAGRAPH_BREAK) == [text.title, text.subject]
    assert said["preamble"].split(PARAGRAPH_BREAK) == list(text.preamble)
    assert said["clause:2"].split(PARAGRAPH_BREAK) == list(text.clauses[1].paragraphs)
    assert said["closing"].split(PARAGRAPH_BREAK) == list(text.closing)
    assert said["party:5"] == text.parties[4].heading


@pytest.mark.parametrize("part", [AnchorPart.CLAUSE, AnchorPart.PARTY])
def test_a_part_the_text_lacks_has_no_words(part: AnchorPart) -> None:
    for number in (0, 3):
        with pytest.raises(LookupError):
            words_at(small_text(), Anchor(part, number))
