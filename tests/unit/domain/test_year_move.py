"""Which year a pledge is for, and how far it may be moved on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import DateLine
from approval.domain.year_move import YearMove, pledge_year, year_move
from tests.factories.pledge_texts import seed_text, small_text


@pytest.mark.parametrize(
    ("title", "dated", "year"),
    [
        ("BẢN GIAO ƯỚC THI ĐUA NĂM 2024", 2024, 2024),
        ("BẢN GIAO ƯỚC THI ĐUA NĂM 2025", 2024, 2025),
        ("BẢN GIAO ƯỚC THI ĐUA NĂM HỌC 2023 - 2024", 2023, 2024),
        ("BẢN GIAO ƯỚC THI ĐUA SỐ 12/2021", 2024, 2024),
        ("BẢN GIAO ƯỚC THI ĐUA", 2026, 2026),
        ("BẢN GIAO ƯỚC THI ĐUA", None, None),
    ],
)
def test_title_says_the_year_and_the_date_line_where_it_does_not(title: str, dated: int | None, year: int) -> None:
    text = replace(small_text(), title=title, date=DateLine(None, 5, dated))
    assert pledge_year(text) == year


def test_real_pledge_is_of_2024() -> None:
    assert pledge_year(seed_text()) == 2024


@pytest.mark.parametrize("new", [2025, 2027, 2029])
def test_one_to_five_years_on(new: int) -> None:
    assert year_move(old=2024, new=new) == YearMove(2024, new)


@pytest.mark.parametrize("new", [-1, 0, 2023, 2024, 2030, 9999])
def test_other_years_are_refused_with_the_years_that_would_do(new: int) -> None:
    with pytest.raises(InvalidInputError, match="2025 to 2029") as refused:
        year_move(old=2024, new=new)
    assert refused.value.field == "year"
    assert "từ 2025 đến 2029" in refused.value.vi


@pytest.mark.parametrize(
    ("year", "past", "moved"),
    [(2022, False, None), (2023, True, 2025), (2024, True, 2026), (2025, True, None), (2026, False, None)],
)
def test_two_years_on_last_year_is_still_last_year(year: int, past: bool, moved: int | None) -> None:
    move = YearMove(2024, 2026)
    assert move.is_past(year) is past
    assert move.moved(year) == moved
