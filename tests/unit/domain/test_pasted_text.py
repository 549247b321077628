"""What a word processor leaves in pasted text goes; words, order and what a person must see stay."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.pasted_text import Cleaning, clean_pasted, describe_cleaning

LETTERS = st.text(st.sampled_from("aạế ơ.;\n\r\t\v\u00a0\u00ad\u200b\u2028\u2029•–-\uf0b7e\u0301\0"), max_size=60)


@pytest.mark.parametrize(
    ("raw", "words", "cleaned"),
    [
        ("Thi đua\u00a0yêu nước", "Thi đua yêu nước", {Cleaning.BLANKS: 1}),
        ("a\tb\u2009c", "a b c", {Cleaning.BLANKS: 2}),
        ("phong\u00ad trào\u200b\ufeff", "phong trào", {Cleaning.HIDDEN: 3}),
        ("một\vhai\fba\u2028bốn\u2029năm", "một\nhai\n\nba\nbốn\n\nnăm", {Cleaning.BREAKS: 4}),
        ("e\u0302\u0301", "ế", {Cleaning.LETTERS: 2}),
        ("một\r\nhai\rba", "một\nhai\nba", {}),
        ("giữ\0sạch", "giữsạch", {Cleaning.HIDDEN: 1}),
        ("", "", {}),
    ],
)
def test_traces_of_a_word_processor_are_made_plain(raw: str, words: str, cleaned: dict[Cleaning, int]) -> None:
    found = clean_pasted(raw)
    assert (found.words, dict(found.cleaned)) == (words, cleaned)


@pytest.mark.parametrize("mark", ["•\t", "• ", "•", "\uf0b7\t", "▪ ", "-\t", "–\t", "o\t", "§\t", "Ø\t  "])
def test_list_marks_become_a_dash_and_a_paragraph_of_their_own(mark: str) -> None:
    found = clean_pasted(f"Nhiệm vụ:\n{mark}Một;\n{mark}Hai.")
    assert found.words == "Nhiệm vụ:\n\n- Một;\n\n- Hai."
    assert found.cleaned[Cleaning.LIST_MARKS] == 2


def test_a_long_dash_opens_an_item_only_after_a_finished_line() -> None:
    assert clean_pasted("– Một;\n– Hai.").words == "- Một;\n\n- Hai."
    assert clean_pasted("Một.\n\n– Hai").words == "Một.\n\n- Hai"
    wrapped = "Sở Lao động\n– Thương binh và Xã hội"
    assert clean_pasted(wrapped).words == wrapped


@pytest.mark.parametrize("typed", ["- Một.\n- Hai.", "a) Một", "ông ở nhà", "1. Một", "Hà Nội – Bắc Giang", "5•3"])
def test_what_a_person_types_stays(typed: str) -> None:
    assert clean_pasted(typed).words == typed
    assert not clean_pasted(typed).cleaned


def test_what_makes_a_text_read_otherwise_stays_to_be_refused() -> None:
    assert clean_pasted("a\u202eb\u200fc\x07").words == "a\u202eb\u200fc\x07"


@given(LETTERS)
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    once = clean_pasted(raw).words
    assert clean_pasted(once).words == once


@given(LETTERS)
def test_no_letter_is_lost_or_changed(raw: str) -> None:
    def letters(text: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] == "L")

    plain = raw.replace("\0", "").replace("\u00ad", "").replace("\u200b", "")
    assert letters(clean_pasted(raw).words) == letters(plain)


def test_people_are_told_what_was_made_plain() -> None:
    said = describe_cleaning(clean_pasted("•\tMột\u00a0hai\u00ad").cleaned)
    assert said == (
        "Đã làm sạch định dạng còn sót khi dán từ Word: 1 ký tự ẩn, 1 dấu đầu dòng, 1 dấu cách cứng hoặc dấu tab. "
        "Không chữ nào bị đổi."
    )
    assert describe_cleaning({}) == ""
