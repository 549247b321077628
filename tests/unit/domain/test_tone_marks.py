"""Tone marks in two styles, and syllables that are one slip apart."""

from __future__ import annotations

import pytest

from approval.domain.tone_marks import (
    CAPITAL,
    SMALL,
    differ_by_letter,
    differ_by_marks,
    in_new_style,
    in_old_style,
    without_marks,
)


@pytest.mark.parametrize(
    ("old", "new"), [("hoá", "hóa"), ("Toả", "Tỏa"), ("HOÀ", "HÒA"), ("khoẻ", "khỏe"), ("uỷ", "ủy"), ("thuỵ", "thụy")]
)
def test_each_style_is_turned_into_the_other(old: str, new: str) -> None:
    assert in_new_style(old) == new
    assert in_old_style(new) == old
    assert in_new_style(new) == new


@pytest.mark.parametrize("word", ["hoàn", "quý", "Quý", "toàn", "khoảng", "xã", "huyện"])
def test_words_with_one_spelling_stay(word: str) -> None:
    assert in_new_style(word) == in_old_style(word) == word


def test_marks_come_off_every_letter() -> None:
    assert without_marks("Đẩy mạnh ừ") == "Day manh u"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("đầy", "đẩy"), ("chuyên", "chuyển"), ("day", "đay"), ("nang", "nâng"), ("viec", "việc"), ("tóan", "toán")],
)
def test_one_letter_with_other_marks_is_a_slip(wrong: str, right: str) -> None:
    assert differ_by_marks(wrong, right)
    assert not differ_by_letter(wrong, right)


@pytest.mark.parametrize(("left", "right"), [("đẩy", "đẩy"), ("duong", "đường"), ("mạnh", "mạng"), ("tán", "toàn")])
def test_more_than_one_letter_with_other_marks_is_another_word(left: str, right: str) -> None:
    assert not differ_by_marks(left, right)


@pytest.mark.parametrize(("wrong", "right"), [("âng", "nâng"), ("phng", "phong"), ("thhi", "thi"), ("cải", "cả")])
def test_one_letter_missing_or_too_much_is_a_slip(wrong: str, right: str) -> None:
    assert differ_by_letter(wrong, right)


@pytest.mark.parametrize(("left", "right"), [("ng", "nâng"), ("kinh", "kính"), ("bang", "nâng"), ("đua", "đưao")])
def test_other_differences_are_no_slip_of_a_letter(left: str, right: str) -> None:
    assert not differ_by_letter(left, right)


def test_small_and_capital_letters_do_not_mix() -> None:
    assert "ỹ" in SMALL
    assert "Ỹ" in CAPITAL
    assert not set(SMALL[4:]) & set(CAPITAL[4:])
