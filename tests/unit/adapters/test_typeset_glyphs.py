"""Which characters may be printed, and how a refusal names the place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.typeset_glyphs import MissingGlyphError, check_printable, check_words_fit, is_printable


@pytest.mark.parametrize("character", list("aĐậỞữ₫–“”…0 \u00a0"))
def test_vietnamese_text_is_printable(character: str) -> None:
    assert is_printable(character)


@pytest.mark.parametrize(
    "character", ["\n", "\t", "\0", "\u200b", "\u202e", "\ufeff", "\u2028", "א", "漢", "😀", "\ue000"]
)
def test_what_prints_nothing_or_turns_the_line_is_not(character: str) -> None:
    assert not is_printable(character)


@given(st.characters())
def test_nothing_invisible_is_ever_printable(character: str) -> None:
    if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cn"}:
        assert not is_printable(character)


def test_the_place_is_named_in_both_languages() -> None:
    with pytest.raises(MissingGlyphError) as refused:
        check_printable({"title": "A", "body": [{"text": "được"}, {"text": "漢"}]})
    assert "“漢” (U+6F22) ở đoạn văn thứ 2" in refused.value.vi
    assert "U+6F22 in body 2" in refused.value.en


def test_an_invisible_character_is_shown_as_a_box_and_a_code() -> None:
    with pytest.raises(MissingGlyphError) as refused:
        check_printable({"title": "A\u202eB"})
    assert "“A□B”" in refused.value.vi
    assert "\u202e" not in refused.value.vi


def test_ordinary_data_passes() -> None:
    data = {
        "title": "Bản giao ước",
        "parties": [{"heading": "ĐẠI DIỆN SỞ Y TẾ", "authority": []}],
        "count": 3,
        "none": None,
    }
    check_printable(data)
    check_words_fit(data)
