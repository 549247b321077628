"""Runs of syllables: what may be one phrase, and where a sentence opens."""

from __future__ import annotations

import pytest

from approval.domain.syllables import runs_of


def words(text: str) -> list[str]:
    return [" ".join(syllable.text for syllable in run) for run in runs_of(text)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Đẩy mạnh  thi đua, khen thưởng.", ["Đẩy mạnh thi đua", "khen thưởng"]),
        ("Chỉ thị số 34-CT/TW của Bộ Chính trị", ["Chỉ thị số", "của Bộ Chính trị"]),
        ("tham gia BHXH tự nguyện", ["tham gia", "tự nguyện"]),
        ("SỞ Y TẾ", ["SỞ Y TẾ"]),
        ("kinh tế-xã hội", ["kinh tế", "xã hội"]),
        ("năm 2024 của tỉnh", ["năm", "của tỉnh"]),
        ("12345", []),
        ("", []),
    ],
)
def test_punctuation_signs_and_abbreviations_end_a_run(text: str, runs: list[str]) -> None:
    assert words(text) == runs


def test_spans_point_at_the_text() -> None:
    text = "Nâng cao, đổi mới"
    assert [text[s.start : s.end] for run in runs_of(text) for s in run] == ["Nâng", "cao", "đổi", "mới"]


def test_a_sentence_opens_after_a_full_stop_and_in_quotes() -> None:
    opening = [s.text for run in runs_of("Một việc. “Hai việc” của Sở. (Ba): Bốn") for s in run if s.opens_sentence]
    assert opening == ["Một", "Hai", "Ba", "Bốn"]


def test_a_capital_inside_a_sentence_is_a_name() -> None:
    assert [s.text for run in runs_of("Tỉnh Bắc Giang có") for s in run if s.is_name] == ["Bắc", "Giang"]
