"""The date line as NĐ 30/2020 prints it, its blanks, and what may be filled in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.date_line import (
    DateMismatchError,
    DatePart,
    blank_parts,
    can_fall_in,
    date_part_text,
    fill,
    is_possible,
    render_date_line,
)
from approval.domain.pledge_heading import read_date_heading
from approval.domain.pledge_text import DateLine
from tests.factories.markdown_pledges import dates


@pytest.mark.parametrize(
    ("given_date", "printed"),
    [
        (DateLine(5, 2, 2024), "Bắc Giang, ngày 05 tháng 02 năm 2024"),
        (DateLine(5, 5, 2024), "Bắc Giang, ngày 05 tháng 5 năm 2024"),
        (DateLine(15, 1, 2024), "Bắc Giang, ngày 15 tháng 01 năm 2024"),
        (DateLine(30, 12, 2024), "Bắc Giang, ngày 30 tháng 12 năm 2024"),
        (DateLine(9, 3, 2024), "Bắc Giang, ngày 09 tháng 3 năm 2024"),
        (DateLine(None, 5, 2024), "Bắc Giang, ngày tháng 5 năm 2024"),
        (DateLine(), "Bắc Giang, ngày tháng năm"),
    ],
)
def test_leading_zeros_follow_the_decree(given_date: DateLine, printed: str) -> None:
    assert render_date_line("Bắc Giang", given_date) == printed


def test_single_parts_are_printed_alike() -> None:
    assert date_part_text(DatePart.DAY, 7) == "07"
    assert date_part_text(DatePart.MONTH, 7) == "7"
    assert date_part_text(DatePart.MONTH, 2) == "02"
    assert date_part_text(DatePart.YEAR, 2024) == "2024"
    assert date_part_text(DatePart.DAY, None) == ""


@given(dates())
def test_a_printed_line_reads_back(given_date: DateLine) -> None:
    heading = read_date_heading(render_date_line("Hà Nội", given_date))
    assert heading is not None
    assert (heading.place, heading.date, heading.findings) == ("Hà Nội", given_date, ())


@given(dates(), st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_filling_touches_blanks_only_or_is_refused(given_date: DateLine, day: date) -> None:
    if not can_fall_in(given_date, day):
        with pytest.raises(DateMismatchError):
            fill(given_date, day)
        return
    filled = fill(given_date, day)
    assert filled == DateLine(day.day, day.month, day.year)
    assert blank_parts(filled) == ()
    for part in set(DatePart) - set(blank_parts(given_date)):
        assert getattr(filled, part) == getattr(given_date, part)


def test_the_real_draft_is_filled_in_may_2024_and_no_other_month() -> None:
    draft = DateLine(None, 5, 2024)
    assert blank_parts(draft) == (DatePart.DAY,)
    assert render_date_line("Bắc Giang", fill(draft, date(2024, 5, 5))) == "Bắc Giang, ngày 05 tháng 5 năm 2024"
    for outside in (date(2024, 6, 1), date(2023, 5, 5), date(2026, 11, 23)):
        assert not can_fall_in(draft, outside)


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(DateMismatchError) as caught:
        fill(DateLine(None, 5, 2024), date(2026, 11, 23))
    assert caught.value.code == "date_mismatch"
    assert "23/11/2026" in caught.value.vi
    assert "để trống cả tháng và năm" in caught.value.vi


@pytest.mark.parametrize(
    ("parts", "possible"),
    [
        (DateLine(29, 2, 2024), True),
        (DateLine(29, 2, 2023), False),
        (DateLine(29, 2, None), True),
        (DateLine(31, None, 2024), True),
        (DateLine(32, None, None), False),
        (DateLine(31, 4, None), False),
        (DateLine(0, 1, 2024), False),
        (DateLine(None, 13, None), False),
        (DateLine(None, 0, None), False),
        (DateLine(None, None, 1899), False),
        (DateLine(None, None, 3000), False),
        (DateLine(), True),
    ],
)
def test_only_days_of_the_calendar_are_possible(parts: DateLine, possible: bool) -> None:
    assert is_possible(parts) is possible
