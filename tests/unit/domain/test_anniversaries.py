"""Y03: an anniversary is right in one year; the count is checked by arithmetic where the text gives a founding year."""

from __future__ import annotations

import pytest

from tests.factories.stale_texts import blamed, findings_in


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "Lập thành tích kỷ niệm 70 năm Chiến thắng Điện Biên Phủ (07/5/1954 - 07/5/2024) và ngày lễ khác.",
            "kỷ niệm 70 năm Chiến thắng Điện Biên Phủ (07/5/1954 - 07/5/2024)",
        ),
        ("Chào mừng 60 năm thành lập ngành; thi đua.", "60 năm thành lập ngành"),
        (
            "Gắn với 80 năm Ngày thành lập Quân đội nhân dân Việt Nam 22/12/1944 - 22/12/2024.",
            "80 năm Ngày thành lập Quân đội nhân dân Việt Nam 22/12/1944 - 22/12/2024",
        ),
        ("Hướng về kỉ niệm 65 năm Ngày mở đường.", "kỉ niệm 65 năm Ngày mở đường"),
        ("Kỷ niệm 1000 năm Thăng Long.", "Kỷ niệm 1000 năm Thăng Long"),
        ("Kỷ niệm lần thứ 95 Ngày thành lập (1929).", "Kỷ niệm lần thứ 95 Ngày thành lập (1929)"),
    ],
)
def test_round_anniversary_is_gone_next_year(sentence: str, found: str) -> None:
    (finding,) = findings_in(sentence)
    assert (finding.rule, finding.found, finding.suggestion) == ("Y03", found, None)
    assert "năm nay không phải năm tròn" in finding.vi
    assert finding.place.label == "Khoản 3"


def test_list_of_anniversaries_is_read_one_by_one() -> None:
    sentence = (
        "Các sự kiện: Kỷ niệm 50 năm Giải phóng Trường Sa và thống nhất; 75 năm Ngày truyền thống ngành Văn hóa"
        " và 40 năm ngày tái lập huyện."
    )
    assert [found for _, found, _ in blamed(sentence)] == [
        "Kỷ niệm 50 năm Giải phóng Trường Sa và thống nhất",
        "75 năm Ngày truyền thống ngành Văn hóa",
        "40 năm ngày tái lập huyện",
    ]


@pytest.mark.parametrize(
    ("sentence", "suggestion"),
    [
        (
            "kỷ niệm 49 năm Ngày Giải phóng miền Nam, thống nhất đất nước (30/4/1975 - 30/4/2024).",
            "kỷ niệm 50 năm Ngày Giải phóng miền Nam, thống nhất đất nước (30/4/1975 - 30/4/2025)",
        ),
        (
            "kỷ niệm lần thứ 134 Ngày sinh Chủ tịch Hồ Chí Minh (19/5/1890).",
            "kỷ niệm lần thứ 135 Ngày sinh Chủ tịch Hồ Chí Minh (19/5/1890)",
        ),
        ("kỷ niệm 77 năm Ngày Thương binh - Liệt sĩ.", "kỷ niệm 78 năm Ngày Thương binh"),
        ("79 năm Quốc khánh 02/9, thi đua.", "80 năm Quốc khánh 02/9"),
    ],
)
def test_anniversary_kept_every_year_moves_on_by_one(sentence: str, suggestion: str) -> None:
    (finding,) = findings_in(sentence)
    assert (finding.rule, finding.suggestion) == ("Y03", suggestion)
    assert "Số năm này tính cho năm 2024" in finding.vi


def test_five_years_on_it_is_round_again() -> None:
    sentence = "kỷ niệm 70 năm Chiến thắng Điện Biên Phủ (07/5/1954 - 07/5/2024)"
    moved = "kỷ niệm 75 năm Chiến thắng Điện Biên Phủ (07/5/1954 - 07/5/2029)"
    assert blamed(sentence, new=2029) == [("Y03", sentence, moved)]


def test_count_that_never_was_right_is_told_by_arithmetic() -> None:
    (finding,) = findings_in("kỷ niệm 71 năm Chiến thắng Điện Biên Phủ (1954 - 2024).")
    assert finding.vi.startswith("Bản trước ghi 71 năm, nhưng từ 1954 đến 2024 là 70 năm. ")
    (finding,) = findings_in("kỷ niệm 76 năm Ngày Thương binh (27/7/1947).")
    assert "từ 1947 đến 2024 là 77 năm" in finding.vi
    assert finding.suggestion == "kỷ niệm 78 năm Ngày Thương binh (27/7/1947)"


@pytest.mark.parametrize("words", ["Tổng kết 10 năm", "sơ kết 5 năm"])
def test_review_after_so_many_years_is_a_task_of_its_year(words: str) -> None:
    assert blamed(f"{words} thực hiện Nghị quyết về phát triển du lịch.") == [("Y03", words, None)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Thực hiện kế hoạch 5 năm; trong 5 năm ngày càng nhiều mô hình; sau 10 năm đổi mới.",
        "Kỷ niệm 02 ngày lễ lớn của tỉnh.",
        "Tổ chức các hoạt động kỷ niệm Ngày Môi trường thế giới.",
        "Phục vụ 365 ngày trong năm.",
    ],
)
def test_other_counts_of_years_are_no_anniversaries(sentence: str) -> None:
    assert blamed(sentence) == []
