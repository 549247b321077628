"""L09 and L13: where sentences begin and end, and which mark parts their tasks."""

from __future__ import annotations

import pytest

from tests.factories.proof_texts import pledge_of, remarks


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("một việc.", "m", "M"),
        ("Một việc", "", "."),
        ("Một việc. hai việc.", "hai", "Hai"),
        ("Một (việc). hai việc.", "hai", "Hai"),
        ("Xây dựng hạ tầng, nhân lực... phấn đấu hoàn thành.", "... ", "...; "),
    ],
)
def test_sentences_begin_with_a_capital_and_end_with_a_mark(text: str, found: str, right: str) -> None:
    assert remarks(text, "L09") == [(found, right)]


@pytest.mark.parametrize(
    "text",
    [
        "Một việc:",
        "a) một việc;",
        "- một việc;",
        "2024 là năm cuối.",
        "“Một việc”.",
        "Nguồn nhân lực... với quan điểm ấy.",
        "Theo TP. hồ sơ.",
        "Một việc./.",
    ],
)
def test_points_quotes_numbers_and_abbreviations_are_left_alone(text: str) -> None:
    assert remarks(text, "L09") == []


def test_an_empty_paragraph_has_no_sentence() -> None:
    assert remarks(pledge_of(""), "L09") == []


def test_titles_and_blocks_are_no_sentences() -> None:
    assert remarks(pledge_of(title="bản giao ước"), "L09") == []


def test_a_new_task_after_a_list_is_parted_by_a_semicolon() -> None:
    text = "Tập trung vào hợp tác; làm việc với đại sứ quán, tổ chức quốc tế, đối tác, đẩy mạnh quảng bá."
    assert remarks(text, "L13") == [(", ", "; ")]


@pytest.mark.parametrize(
    "text",
    [
        "Làm việc với đại sứ quán, tổ chức quốc tế, đối tác, đẩy mạnh quảng bá.",
        "Tập trung vào hợp tác; làm việc với đối tác, đẩy mạnh quảng bá.",
    ],
)
def test_a_sentence_without_semicolons_or_without_a_list_stays(text: str) -> None:
    assert remarks(text, "L13") == []
