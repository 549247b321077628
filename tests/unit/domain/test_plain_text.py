"""From bytes to text: one spelling of every letter, nothing hidden."""

from __future__ import annotations

import unicodedata

import pytest

from approval.domain.import_errors import NotAPledgeError, shortened
from approval.domain.plain_text import DEFAULT_LIMIT, read_plain_text


def test_line_ends_and_page_breaks_become_line_feeds() -> None:
    assert read_plain_text("a\r\nb\rc\u2028d\fe".encode()) == "a\nb\nc\nd\n\ne"


def test_letters_are_composed_and_the_mark_at_the_start_dropped() -> None:
    assert read_plain_text(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", "Đẩy mạnh").encode()) == "Đẩy mạnh"


def test_windows_with_utf16_is_told_to_save_as_utf8() -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read_plain_text("Bản giao ước thi đua".encode("utf-16-le"))
    assert (caught.value.code, "UTF-8" in caught.value.vi) == ("utf16", True)


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff", "\x07", "\x7f", "\x85", "\ue000", "\U0010ffff"]
)
def test_hidden_characters_are_named_with_their_line(hidden: str) -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read_plain_text(f"một\nhai{hidden}".encode())
    assert caught.value.code == "control_characters"
    assert "Dòng 2" in caught.value.vi
    assert f"U+{ord(hidden):04X}" in caught.value.vi


def test_a_letter_may_carry_eight_marks_and_no_more() -> None:
    assert read_plain_text(("a" + "\u0316" * 8).encode())
    with pytest.raises(NotAPledgeError):
        read_plain_text(("a" + "\u0316\u0300" * 4 + "\u0323").encode())


def test_the_limit_counts_bytes() -> None:
    assert len(read_plain_text(b"a" * DEFAULT_LIMIT)) == DEFAULT_LIMIT
    with pytest.raises(NotAPledgeError) as caught:
        read_plain_text("ế".encode() * (DEFAULT_LIMIT // 3 + 1))
    assert caught.value.code == "too_large"


def test_quotations_are_cut() -> None:
    assert shortened("ngắn") == "ngắn"
    assert shortened("dài " * 100) == "dài " * 14 + "dài…"
    assert len(shortened("x" * 1000)) == 60
