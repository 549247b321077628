"""Marks come off, words stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.markdown_text import paragraphs


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("**Bản giao ước**", "Bản giao ước"),
        ("*nghiêng* và __đậm__ và _nghiêng_", "nghiêng và đậm và nghiêng"),
        ("***cả hai***", "cả hai"),
        ("**4.** Tiếp tục", "4. Tiếp tục"),
        ("4\\. Tiếp tục", "4. Tiếp tục"),
        (r"\*không phải dấu\*", "*không phải dấu*"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("ghi chú (*) và (*)", "ghi chú (*) và (*)"),
        ("**chưa đóng", "**chưa đóng"),
        ("một ** rời", "một ** rời"),
        ("chỉ đóng**", "chỉ đóng**"),
        ("**ĐẠI DIỆN SỞ Y TẾ **", "ĐẠI DIỆN SỞ Y TẾ"),
        ("tên_tệp_dài và __init__py", "tên_tệp_dài và __init__py"),
        ("ngày ____ tháng ___ năm", "ngày ____ tháng ___ năm"),
        ("# Tiêu đề", "Tiêu đề"),
        ("###### Tiêu đề ###", "Tiêu đề"),
        ("# C#", "C#"),
        ("#1 không phải tiêu đề", "#1 không phải tiêu đề"),
        ("####### bảy dấu", "####### bảy dấu"),
        ("<b>đậm</b> &amp; [a](b) `mã`", "<b>đậm</b> &amp; [a](b) `mã`"),
        ("C:\\thư mục\\ ", "C:\\thư mục"),
        ("hai \\\\", "hai \\"),
        ("nhiều\u00a0 \t khoảng  trắng", "nhiều khoảng trắng"),
    ],
)
def test_marks_of_one_line(source: str, line: str) -> None:
    assert paragraphs(f"Đầu.\n\n{source}\n\nCuối.") == [("Đầu.",), (line,), ("Cuối.",)]


def test_hard_breaks_are_lines_of_one_paragraph() -> None:
    assert paragraphs("**ĐẠI DIỆN SỞ VĂN HÓA  \nVÀ DU LỊCH**\n\nmột\\\nhai\nba") == [
        ("ĐẠI DIỆN SỞ VĂN HÓA", "VÀ DU LỊCH"),
        ("một", "hai", "ba"),
    ]


def test_rules_and_underlines_are_no_words() -> None:
    assert paragraphs("Tiêu đề\n=====\n\n---\n\nĐoạn\n***\n\n___") == [("Tiêu đề",), ("Đoạn",)]


def test_a_text_without_blank_lines_is_one_paragraph_a_line() -> None:
    assert paragraphs("một\nhai\n  ba\n") == [("một",), ("hai",), ("ba",)]


def test_a_blank_line_may_hold_blanks() -> None:
    assert paragraphs("một\n \t\nhai") == [("một",), ("hai",)]


def test_emphasis_does_not_reach_over_a_paragraph() -> None:
    assert paragraphs("**một\n\nhai**") == [("**một",), ("hai**",)]


@given(st.text("ab *_\\#\n", max_size=80))
def test_no_letter_is_ever_lost(source: str) -> None:
    kept = "".join("".join(lines) for lines in paragraphs(source))
    assert [c for c in kept if c in "ab"] == [c for c in source if c in "ab"]
