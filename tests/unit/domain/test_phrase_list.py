"""The phrase list: what it knows, what it repairs, and how it refuses a file that is none."""

from __future__ import annotations

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.phrase_list import PhraseList, key_of, read_phrases


def test_comments_blank_lines_and_spaces_are_nothing() -> None:
    lines = ["# Cụm từ", "", "  đẩy   mạnh # động từ", "và", "thi đua, khen thưởng", "kinh tế - xã hội"]
    assert read_phrases(lines) == ("đẩy mạnh", "và", "thi đua, khen thưởng", "kinh tế - xã hội")


def test_decomposed_letters_are_composed() -> None:
    assert read_phrases(["\u0111a\u0302\u0309y ma\u0323nh"]) == ("đẩy mạnh",)


@pytest.mark.parametrize("line", ["34-CT/TW", "một; hai", "kết thúc.", ",", " ".join(["a"] * 13)])
def test_a_line_that_is_no_phrase_is_named(line: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_phrases(["và", line])
    assert caught.value.code == "phrase_list"
    assert "Dòng 2" in caught.value.vi


def test_phrases_words_and_parts_are_told_apart() -> None:
    phrases = PhraseList(["Đẩy mạnh", "và", "thi đua, khen thưởng", "thể dục, thi"])
    assert len(phrases) == 4
    assert phrases.longest == 2
    assert phrases.knows(key_of(["ĐẨY", "mạnh"]))
    assert phrases.knows(("khen", "thưởng"))
    assert phrases.knows_word("và")
    assert phrases.knows_word("thi")
    assert not phrases.knows_word("đẩy")
    assert not phrases.knows(("và",))


def test_both_tone_styles_are_one_word() -> None:
    assert PhraseList(["văn hoá"]).knows(key_of(["văn", "hóa"]))
    assert PhraseList(["văn hóa"]).knows(key_of(["Văn", "hoá"]))


def test_a_phrase_without_its_comma_is_recognised() -> None:
    phrases = PhraseList(["thi đua, khen thưởng"])
    assert phrases.marked(("thi", "đua", "khen", "thưởng")) == "thi đua, khen thưởng"
    assert phrases.marked(("thi", "đua")) is None


def test_a_phrase_also_known_without_its_comma_is_right_either_way() -> None:
    phrases = PhraseList(["phòng, chống dịch", "phòng chống dịch"])
    assert phrases.marked(("phòng", "chống", "dịch")) is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [(("đầy", "mạnh"), ("đẩy", "mạnh")), (("đẩy", "mnh"), ("đẩy", "mạnh")), (("cai", "cách", "sâu"), None)],
)
def test_one_slip_is_repaired(wrong: tuple[str, ...], right: tuple[str, ...] | None) -> None:
    assert PhraseList(["đẩy mạnh", "cải cách"]).repair(wrong) == right


def test_two_slips_are_not_repaired() -> None:
    assert PhraseList(["đẩy mạnh"]).repair(("đầy", "manh")) is None


def test_a_wrong_mark_is_likelier_than_a_lost_letter() -> None:
    assert PhraseList(["tổ chức", "tốt chức"]).repair(("tố", "chức")) == ("tổ", "chức")
