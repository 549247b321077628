"""Date line, title and subject as people write them."""

from __future__ import annotations

import pytest

from approval.domain.import_errors import NotAPledgeError
from approval.domain.pledge_heading import read_date_heading, read_title
from approval.domain.pledge_text import DateLine


@pytest.mark.parametrize(
    ("line", "place", "date"),
    [
        ("Bắc Giang, ngày tháng 5 năm 2024", "Bắc Giang", DateLine(None, 5, 2024)),
        ("Bắc Giang, ngày 05 tháng 5 năm 2024", "Bắc Giang", DateLine(5, 5, 2024)),
        ("Bắc Giang, ngày … tháng ... năm 2024", "Bắc Giang", DateLine(None, None, 2024)),
        ("Bắc Giang, ngày.....tháng.....năm.....", "Bắc Giang", DateLine()),
        ("Bắc Giang, ngày ____ tháng 5 năm ____", "Bắc Giang", DateLine(None, 5, None)),
        ("Bắc Giang , ngày 5 tháng 5 năm 2024.", "Bắc Giang", DateLine(5, 5, 2024)),
        ("Phường 1, Quận 3, ngày 12 tháng 12 năm 2024", "Phường 1, Quận 3", DateLine(12, 12, 2024)),
    ],
)
def test_date_lines(line: str, place: str, date: DateLine) -> None:
    heading = read_date_heading(line)
    assert heading is not None
    assert (heading.place, heading.date) == (place, date)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "BẢN GIAO ƯỚC THI ĐUA NĂM 2024",
        "Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị",
        "Bắc Giang ngày 5 tháng 5 năm 2024",
        ", ngày 5 tháng 5 năm 2024",
        "Bắc Giang, hôm nay ngày 5 tháng 5 năm 2024",
        "Bắc Giang, ngày 5 tháng 5 năm 24",
        "Bắc Giang, ngày 5 tháng năm năm 2024",
        "Bắc Giang, ngày 5 tháng 5",
        "Bắc Giang" + " " * 300 + ", ngày 5 tháng 5 năm 2024",
    ],
)
def test_other_lines_are_no_date_lines(line: str) -> None:
    assert read_date_heading(line) is None


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read_date_heading("Bắc Giang, ngày 31 tháng 4 năm 2024")
    assert caught.value.code == "impossible_date"


@pytest.mark.parametrize(
    ("paragraphs", "title", "subject"),
    [
        ([("BẢN GIAO ƯỚC", "Khối thi đua 2")], "BẢN GIAO ƯỚC", "Khối thi đua 2"),
        ([("BẢN GIAO ƯỚC THI ĐUA", "NĂM 2024", "Khối các cơ quan", "văn hóa")], "BẢN GIAO ƯỚC THI ĐUA NĂM 2024", None),
        ([("BẢN GIAO ƯỚC",), ("Khối thi đua 2",)], "BẢN GIAO ƯỚC", "Khối thi đua 2"),
        ([("BẢN GIAO ƯỚC",), ("KHỐI THI ĐUA 2",)], "BẢN GIAO ƯỚC", "KHỐI THI ĐUA 2"),
        ([("BẢN GIAO ƯỚC", "KHỐI THI ĐUA 2")], "BẢN GIAO ƯỚC", "KHỐI THI ĐUA 2"),
        ([("Bản giao ước", "Khối thi đua 2")], "Bản giao ước", "Khối thi đua 2"),
    ],
)
def test_titles(paragraphs: list[tuple[str, ...]], title: str, subject: str | None) -> None:
    rest = [*paragraphs, ("Nhằm phát huy kết quả:",)]
    assert read_title(rest) == (title, subject or "Khối các cơ quan văn hóa")
    assert rest == [("Nhằm phát huy kết quả:",)]


@pytest.mark.parametrize(
    ("paragraphs", "code"),
    [
        ([], "no_title"),
        ([("Nhằm phát huy kết quả:",)], "no_title"),
        ([("x" * 301,)], "no_title"),
        ([("BẢN GIAO ƯỚC",)], "no_subject"),
        ([("BẢN GIAO ƯỚC",), ("Nhằm phát huy kết quả:",)], "no_subject"),
    ],
)
def test_missing_titles_are_refused(paragraphs: list[tuple[str, ...]], code: str) -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read_title(paragraphs)
    assert caught.value.code == code
