"""What nobody can see is refused, with its name and its place."""

from __future__ import annotations

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.hidden_characters import find_hidden, refuse_hidden

HIDDEN = ["\u200b", "\u200d", "\u202e", "\u2066", "\u00ad", "\ufeff", "\x07", "\x85", "\ue000", "\ud800", "\U0010ffff"]


@pytest.mark.parametrize("hidden", [*HIDDEN, "\n", "\t", "\u2028", "\u2029"])
def test_a_hidden_character_is_found_where_it_stands(hidden: str) -> None:
    assert find_hidden(f"Nội dung{hidden} thi đua{hidden}") == 8


def test_what_is_seen_or_allowed_is_not_found() -> None:
    assert find_hidden("Đẩy mạnh “phong trào”\u00a0– 100 % 漢 😀") is None
    assert find_hidden("Một\nhai", allowed="\n") is None
    assert find_hidden("Một\nhai\u202e", allowed="\n") == 7


@pytest.mark.parametrize("hidden", HIDDEN)
def test_the_refusal_names_field_code_point_and_place_but_does_not_repeat_the_character(hidden: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        refuse_hidden(f"Thi đua{hidden} tốt", field="clause-2", label="khoản 2")
    assert (refused.value.code, refused.value.field) == ("strange_characters", "clause-2")
    for sentence, place in ((refused.value.vi, "khoản 2"), (refused.value.en, "clause-2")):
        assert place in sentence
        assert f"U+{ord(hidden):04X}" in sentence
        assert "“Thi đua”" in sentence
        assert hidden not in sentence


def test_a_hidden_character_before_the_first_word_is_said_to_be_there() -> None:
    with pytest.raises(InvalidInputError) as refused:
        refuse_hidden("\u202eThi đua", field="title", label="tên văn bản", code="name-length")
    assert "(ở đầu)" in refused.value.vi
    assert refused.value.code == "name-length"


def test_clean_words_pass() -> None:
    refuse_hidden("Thi đua", field="title", label="tên văn bản")
