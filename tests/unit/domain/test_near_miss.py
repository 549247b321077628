"""Near-miss words: slips are found, and words that only look like slips are left alone."""

from __future__ import annotations

import pytest

from approval.domain.near_miss import near_misses
from approval.domain.phrase_list import PhraseList

_WORDS = "cao và không của tăng mạnh cơ số"
_PHRASES = (
    "đẩy mạnh|nâng cao|chuyển đổi số|khống chế|cùng cấp|cung cấp|văn hóa|phong trào|tổ chức|ủy ban nhân dân"
    "|cải cách hành chính|cơ sở"
)
PHRASES = PhraseList([*_WORDS.split(), *_PHRASES.split("|")])


def repaired(text: str) -> str:
    for slip in reversed(near_misses(text, PHRASES)):
        text = text[: slip.start] + slip.suggestion + text[slip.end :]
    return text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("tổ chức đầy mạnh phong trào", "tổ chức đẩy mạnh phong trào"),
        ("đối ngoại. âng cao chất lượng", "đối ngoại. Nâng cao chất lượng"),
        ("phát hiện sớm, không chế, và", "phát hiện sớm, khống chế, và"),
        ("chuyên đổi số", "Chuyển đổi số"),
        ("và chuyên đổi số", "và chuyển đổi số"),
        ("Đây mạnh", "Đẩy mạnh"),
        ("ỦY BAN NHÂN DAN", "ỦY BAN NHÂN DÂN"),
        ("của Ủy ban nhân dan", "của Ủy ban nhân dân"),
        ("cái cách hành chính", "Cải cách hành chính"),
    ],
)
def test_a_slip_is_repaired_in_the_capitals_of_the_text(wrong: str, right: str) -> None:
    assert repaired(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "đẩy mạnh và nâng cao",
        "Ủy ban cùng cấp",
        "văn hoá",
        "không và cao",
        "tăng cao",
        "và cơ số của",
        "của Phòng Trào",
        "của Nâng Cáo và",
        "",
        "34-CT/TW",
    ],
)
def test_right_words_other_words_and_names_stay(text: str) -> None:
    assert near_misses(text, PHRASES) == []


def test_several_slips_come_in_order() -> None:
    found = near_misses("đầy mạnh và phong trao, khống ché", PHRASES)
    assert [slip.suggestion for slip in found] == ["Đẩy mạnh", "phong trào", "khống chế"]


def test_a_long_run_is_read_once() -> None:
    text = "tổ chức đầy mạnh phong trào và " * 300
    assert len(near_misses(text, PHRASES)) == 300
