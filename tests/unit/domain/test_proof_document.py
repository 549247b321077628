"""L01, L04, L06, L08 and L13: the rules about the pledge as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.pledge_text import Clause, DateLine, DatePolicy, PartyBlock
from approval.domain.proof_finding import Level, Part
from tests.factories.proof_texts import findings, pledge_of, remarks

NAMED = ("Các cơ quan gồm: Sở Y tế, Sở Nội vụ thống nhất:",)


def test_a_sound_pledge_has_no_finding() -> None:
    assert findings(pledge_of("Đẩy mạnh phong trào thi đua.", preamble=NAMED)) == ()


def test_a_blank_day_is_a_warning_because_the_product_fills_it_in() -> None:
    (finding,) = findings(pledge_of(date=DateLine(None, 5, 2024)))
    assert (finding.rule, finding.level, finding.place.part) == ("L01", Level.WARN, Part.DATE)
    assert "phần ngày" in finding.vi
    assert finding.found == "Bắc Giang, ngày tháng 5 năm 2024"


def test_a_blank_day_is_an_error_when_the_date_is_fixed_at_opening() -> None:
    text = pledge_of(date=DateLine(None, None, 2024), date_policy=DatePolicy.FIXED_AT_OPENING)
    (finding,) = findings(text)
    assert finding.level is Level.ERROR
    assert "ngày, tháng" in finding.vi


def test_a_day_that_does_not_exist_is_an_error() -> None:
    (finding,) = findings(pledge_of(date=DateLine(31, 4, 2024)))
    assert (finding.rule, finding.level) == ("L01", Level.ERROR)


@pytest.mark.parametrize("place", ["", "Bắc Giang, Việt Nam"])
def test_the_date_line_has_one_place(place: str) -> None:
    assert [finding.rule for finding in findings(pledge_of(place=place))] == ["L01"]


def test_clause_numbers_have_no_gap() -> None:
    text = replace(pledge_of(), clauses=(Clause(1, ("Một.",)), Clause(3, ("Hai.",))))
    assert remarks(text, "L04") == [("3", "2")]


def test_the_order_of_blocks_is_the_order_of_the_preamble() -> None:
    text = pledge_of(preamble=NAMED, agencies=("Sở Nội vụ", "Sở Y tế"))
    assert remarks(text, "L06") == [("Sở Nội vụ; Sở Y tế", "Sở Y tế; Sở Nội vụ")]


def test_an_agency_missing_in_the_preamble_is_named() -> None:
    text = pledge_of(preamble=NAMED, agencies=("Sở Y tế", "Sở Nội vụ", "Sở Tư pháp"))
    (finding,) = findings(text)
    assert (finding.rule, finding.found, finding.place.label) == ("L06", "Sở Tư pháp", "Khối ký 3")


def test_a_preamble_without_any_agency_is_not_blamed() -> None:
    assert remarks(pledge_of(), "L06") == []


def test_the_number_of_agencies_is_the_number_of_blocks() -> None:
    text = pledge_of("05 cơ quan thành viên cùng thực hiện.")
    assert remarks(text, "L06") == [("05", "02")]
    assert remarks("02 cơ quan thành viên cùng thực hiện.", "L06") == []


def test_names_with_a_comma_are_parted_by_semicolons() -> None:
    agencies = ("Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch", "Sở Nội vụ")
    row = "Sở Y tế, Sở Văn hóa, Thể thao và Du lịch và Sở Nội vụ"
    text = pledge_of(preamble=(f"Các cơ quan gồm: {row} thống nhất:",), agencies=agencies)
    assert remarks(text, "L13") == [(row, "Sở Y tế; Sở Văn hóa, Thể thao và Du lịch và Sở Nội vụ")]


@pytest.mark.parametrize(
    "row",
    [
        "Sở Y tế; Sở Văn hóa, Thể thao và Du lịch",
        "Sở Y tế cùng Sở Văn hóa, Thể thao và Du lịch",
        "Sở Văn hóa, Thể thao và Du lịch",
    ],
)
def test_rows_already_right_or_no_rows_are_left_alone(row: str) -> None:
    text = pledge_of(preamble=(f"Gồm: {row} thống nhất:",), agencies=("Sở Y tế", "Sở Văn hóa, Thể thao và Du lịch"))
    assert remarks(text, "L13") == []


@pytest.mark.parametrize(("closing", "found"), [("Cam kết thực hiện.", "."), ("Cam kết thực hiện", "")])
def test_the_end_mark_is_asked_for(closing: str, found: str) -> None:
    text = pledge_of(closing=(closing,))
    assert remarks(text, "L08") == [(found, "./.")]


def test_without_a_closing_the_end_mark_stands_in_the_last_clause() -> None:
    assert remarks(pledge_of("Một việc./.", closing=()), "L08") == []


def test_the_end_mark_stands_once() -> None:
    assert remarks("Một việc./.", "L08") == [("./.", ".")]


def test_a_title_is_needed() -> None:
    assert [finding.place.label for finding in findings(pledge_of(title=""))] == ["Tên văn bản"]


def test_nothing_but_blocks_has_no_end_to_mark() -> None:
    bare = replace(pledge_of(preamble=(), closing=()), clauses=(), parties=(PartyBlock("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"),))
    assert remarks(bare, "L08") == []
