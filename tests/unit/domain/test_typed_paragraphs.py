"""Paragraphs of a text area, and replacing words in them without touching the rest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.typed_paragraphs import read_paragraphs, replace_span

BODIES = st.text(st.sampled_from("ab ệ\n\t\u00a0"), max_size=40)


def texts(body: str) -> list[str]:
    return [paragraph.text for paragraph in read_paragraphs(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        (" \n \n", []),
        ("Một\nhai.\n\nBa.", ["Một hai.", "Ba."]),
        ("Một.\n \t\n\n  Hai  ba. ", ["Một.", "Hai ba."]),
    ],
)
def test_blank_lines_part_paragraphs(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


@given(BODIES)
def test_every_letter_stands_where_it_is_said_to(body: str) -> None:
    for paragraph in read_paragraphs(body):
        assert len(paragraph.origins) == len(paragraph.text) + 1
        for letter, origin in zip(paragraph.text, paragraph.origins, strict=False):
            assert body[origin] == letter or (letter == " " and body[origin].isspace())


@given(BODIES, st.data())
def test_replacing_changes_the_span_and_nothing_else(body: str, data: st.DataObject) -> None:
    found = read_paragraphs(body)
    if not found:
        return
    index = data.draw(st.integers(0, len(found) - 1))
    text = found[index].text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    after = texts(replace_span(body, paragraph=index, start=start, end=end, words="«x»"))
    changed = re.sub(r"\s+", " ", f"{text[:start]}«x»{text[end:]}").strip()
    assert after == [*texts(body)[:index], changed, *texts(body)[index + 1 :]]


def test_line_ends_around_the_span_stay_as_typed() -> None:
    body = "Tiếp tục\nđầy mạnh\nphong trào.\n\nHai."
    start = len("Tiếp tục ")
    mended = replace_span(body, paragraph=0, start=start, end=start + len("đầy mạnh"), words="đẩy mạnh")
    assert mended == "Tiếp tục\nđẩy mạnh\nphong trào.\n\nHai."


def test_words_can_be_put_at_the_very_end() -> None:
    assert replace_span("Một ", paragraph=0, start=3, end=3, words=".") == "Một. "


@pytest.mark.parametrize(("paragraph", "start", "end"), [(1, 0, 0), (-1, 0, 0), (0, 2, 1), (0, 0, 9), (0, -1, 0)])
def test_a_span_that_is_not_there_is_refused(paragraph: int, start: int, end: int) -> None:
    with pytest.raises(LookupError):
        replace_span("Một", paragraph=paragraph, start=start, end=end, words="x")
