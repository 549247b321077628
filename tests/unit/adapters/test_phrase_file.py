"""The shipped phrase list is in order, and a user's own file adds to it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from approval.adapters.phrase_file import SHIPPED, load_phrases
from approval.domain.errors import InvalidInputError


def _shipped() -> list[str]:
    return [line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_list_holds_enough_phrases_of_two_to_four_syllables() -> None:
    assert sum(2 <= len(line.replace(" - ", " ").split()) <= 4 for line in _shipped()) >= 1500


def test_each_line_is_composed_small_and_there_once() -> None:
    lines = _shipped()
    assert [line for line in lines if line != unicodedata.normalize("NFC", line).lower().strip()] == []
    assert len(set(lines)) == len(lines)


def test_words_and_phrases_are_each_sorted() -> None:
    words = [line for line in _shipped() if " " not in line]
    phrases = [line for line in _shipped() if " " in line]
    assert words == sorted(words)
    assert phrases == sorted(phrases)
    assert _shipped() == words + phrases


def test_an_own_file_adds_phrases(tmp_path: Path) -> None:
    own = tmp_path / "cum-tu.txt"
    own.write_text("\ufeff# của cơ quan\nvải thiều Lục Ngạn\n", encoding="utf-8")
    phrases = load_phrases(own)
    assert phrases.knows(("vải", "thiều", "lục", "ngạn"))
    assert phrases.knows(("đẩy", "mạnh"))
    assert not load_phrases().knows(("vải", "thiều", "lục", "ngạn"))


@pytest.mark.parametrize("content", [b"\xff\xfev\x00", None])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "cum-tu.txt"
    if content:
        own.write_bytes(content)
    with pytest.raises(InvalidInputError, match="phrase_file"):
        load_phrases(own)
