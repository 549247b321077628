"""Heading, date and parties move on; not one word of preamble, clauses and closing does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.next_year import NextYear, next_year
from approval.domain.pledge_text import DateLine, DatePolicy, PartyBlock, PledgeText
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.year_move import YearMove
from tests.factories.pledge_texts import seed_text, small_text

SAME = ("Sở Thử nghiệm 1", "Sở Thử nghiệm 2")


def moved(text: PledgeText, members: tuple[str, ...] = SAME, *, old: int = 2024, new: int = 2025) -> NextYear:
    """The next year's draft."""
    return next_year(text, YearMove(old, new), members)


def remarks(draft: NextYear, rule: str) -> list[tuple[str, str, str]]:
    """Place, words found and explanation of one rule's findings."""
    return [(finding.place.label, finding.found, finding.vi) for finding in draft.findings if finding.rule == rule]


def test_clauses_and_everything_around_them_keep_every_word() -> None:
    seed = seed_text()
    draft = moved(seed, tuple(party.agency for party in seed.parties))
    assert (draft.text.preamble, draft.text.clauses, draft.text.closing) == (seed.preamble, seed.clauses, seed.closing)
    assert (draft.text.place, draft.text.parties) == (seed.place, seed.parties)
    check_pledge_text(draft.text)


def test_title_and_subject_name_the_new_year() -> None:
    text = replace(small_text(), subject="Phong trào thi đua năm 2024 của Khối, kế hoạch 2021 - 2025")
    draft = moved(text, new=2026)
    assert draft.text.title == "BẢN GIAO ƯỚC THI ĐUA NĂM 2026"
    assert draft.text.subject == "Phong trào thi đua năm 2026 của Khối, kế hoạch 2026 - 2030"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("BẢN GIAO ƯỚC THI ĐUA NĂM HỌC 2023 - 2024", "BẢN GIAO ƯỚC THI ĐUA NĂM HỌC 2024 - 2025"),
        ("BẢN GIAO ƯỚC THI ĐUA", "BẢN GIAO ƯỚC THI ĐUA"),
        ("GIAO ƯỚC CHÀO MỪNG 70 NĂM, 2024 VÀ 2024", "GIAO ƯỚC CHÀO MỪNG 70 NĂM, 2025 VÀ 2025"),
    ],
)
def test_other_titles(title: str, expected: str) -> None:
    assert moved(replace(small_text(), title=title)).text.title == expected


def test_what_has_no_obvious_successor_stays_in_the_heading_as_a_finding() -> None:
    draft = moved(replace(small_text(), subject="Đợt thi đua kỷ niệm 70 năm Ngày truyền thống, năm 2024"))
    assert draft.text.subject == "Đợt thi đua kỷ niệm 70 năm Ngày truyền thống, năm 2025"
    assert [(place, found) for place, found, _ in remarks(draft, "Y03")] == [
        ("Trích yếu", "kỷ niệm 70 năm Ngày truyền thống")
    ]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (DateLine(15, 5, 2024), DateLine(None, 5, 2025)),
        (DateLine(None, 12, 2023), DateLine(None, 12, 2024)),
        (DateLine(29, 2, None), DateLine(None, 2, 2025)),
        (DateLine(), DateLine(None, None, 2025)),
    ],
)
def test_day_is_blank_again_month_stays_and_year_moves_on(date: DateLine, expected: DateLine) -> None:
    text = replace(small_text(date=date), date=date, date_policy=DatePolicy.FIXED_AT_OPENING)
    draft = moved(text)
    assert draft.text.date == expected
    assert draft.text.date_policy is DatePolicy.FILLED_AT_FINALISATION


def test_parties_are_the_present_members_in_protocol_order() -> None:
    text = replace(
        small_text(3),
        parties=(*small_text(2).parties, PartyBlock("Sở Lao động – Thương binh", "ĐẠI DIỆN SỞ LAO ĐỘNG – THƯƠNG BINH")),
    )
    draft = moved(text, ("Sở Lao động - Thương binh", "Sở Nội vụ", "Sở Thử nghiệm 1"))
    assert draft.text.parties == (
        PartyBlock("Sở Lao động – Thương binh", "ĐẠI DIỆN SỞ LAO ĐỘNG – THƯƠNG BINH"),
        PartyBlock("Sở Nội vụ", "ĐẠI DIỆN SỞ NỘI VỤ"),
        PartyBlock("Sở Thử nghiệm 1", "ĐẠI DIỆN SỞ THỬ NGHIỆM 1"),
    )


def test_names_that_differ_are_findings_and_the_preamble_stays() -> None:
    text = replace(
        small_text(),
        preamble=("Đại diện 02 cơ quan thành viên gồm: Sở Thử nghiệm 1, Sở Thử nghiệm 2 ký giao ước:",),
        closing=("Sở Thử nghiệm 2 chịu trách nhiệm./.",),
    )
    draft = moved(text, ("Sở Thử nghiệm 1", "Sở Nội vụ", "Sở Y tế"))
    assert draft.text.preamble == text.preamble
    left = "Cơ quan này không còn là thành viên của Khối và không còn khối ký; sửa chỗ này."
    assert remarks(draft, "Y05") == [
        ("Phần mở đầu", "", "“Sở Nội vụ” mới tham gia Khối, phần ký đã thêm mà phần mở đầu chưa nêu tên."),
        ("Phần mở đầu", "", "“Sở Y tế” mới tham gia Khối, phần ký đã thêm mà phần mở đầu chưa nêu tên."),
        ("Phần mở đầu", "Sở Thử nghiệm 2", left),
        ("Phần kết", "Sở Thử nghiệm 2", left),
    ]
    assert remarks(draft, "L06") == [("Phần mở đầu", "02", "Nêu 02 cơ quan nhưng phần ký có 3.")]


def test_new_member_already_in_the_preamble_needs_no_finding() -> None:
    text = replace(small_text(), preamble=("Sở Thử nghiệm 1, Sở Thử nghiệm 2 và Sở Nội vụ ký giao ước:",))
    assert remarks(moved(text, (*SAME, "Sở Nội vụ")), "Y05") == []


def test_member_whose_name_begins_like_one_that_left_is_not_taken_for_it() -> None:
    text = replace(
        small_text(),
        preamble=("Gồm Sở Văn hóa, Thể thao và Du lịch; Sở Thử nghiệm 1 ký giao ước:",),
        parties=(
            PartyBlock("Sở Văn hóa", "ĐẠI DIỆN SỞ VĂN HÓA"),
            PartyBlock("Sở Văn hóa, Thể thao và Du lịch", "ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
            *small_text().parties[:1],
        ),
    )
    draft = moved(text, ("Sở Văn hóa, Thể thao và Du lịch", "Sở Thử nghiệm 1"))
    assert remarks(draft, "Y05") == []


def test_year_that_was_to_come_is_among_the_findings() -> None:
    text = replace(small_text(), closing=("Chuẩn bị kế hoạch năm 2025./.",))
    assert [place for place, _, _ in remarks(moved(text), "Y06")] == ["Phần kết"]


def test_findings_stand_in_the_order_of_the_page() -> None:
    seed = seed_text()
    places = [finding.place.order for finding in moved(seed, tuple(party.agency for party in seed.parties)).findings]
    assert places == sorted(places)
    assert len(places) > 10


def test_draft_of_the_draft_moves_on_again() -> None:
    once = moved(small_text()).text
    assert moved(once, old=2025, new=2026).text.title == "BẢN GIAO ƯỚC THI ĐUA NĂM 2026"
