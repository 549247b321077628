"""L02 and L03: blanks, marks and dashes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from approval.domain.pledge_text import PartyBlock
from tests.factories.proof_texts import findings, pledge_of, remarks


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("Nâng cao  chất lượng.", "  ", " "),
        ("Nâng cao , đổi mới.", " ", ""),
        ("Nâng cao,đổi mới.", ",", ", "),
        ("Nâng cao.Đổi mới.", ".", ". "),
        ("Gọi là “ dân vận khéo”.", "“ ", "“"),
        ("Các cơ quan (sau đây ).", " )", ")"),
        ("Nâng cao,, đổi mới.", ",,", ","),
    ],
)
def test_blanks_around_marks(text: str, found: str, right: str) -> None:
    assert (found, right) in remarks(text, "L02")


@pytest.mark.parametrize(
    "text",
    [
        "Lúc 08:30, đạt 1.234,5 tỷ đồng; ngày 07/4/2014.",
        "Theo quy định tại KT. Giám đốc, xem www.bacgiang.gov.vn.",
        "Nguồn nhân lực... với quan điểm “kịp thời”, (đúng hạn).",
    ],
)
def test_numbers_addresses_and_dots_are_left_alone(text: str) -> None:
    assert remarks(text, "L02") == []


def test_decomposed_letters_are_one_finding_with_the_whole_paragraph() -> None:
    text = unicodedata.normalize("NFD", "Đẩy  mạnh.")
    assert remarks(text, "L02") == [(text, "Đẩy  mạnh.")]


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("Phát triển kinh tế-xã hội.", "tế-xã", "tế - xã"),
        ("Lĩnh vực văn hóa- xã hội.", "hóa- xã", "hóa - xã"),
        ("Lĩnh vực văn hóa – xã hội.", "hóa – xã", "hóa - xã"),
        ("Chỉ thị số 26- CT/TU ngày 05/5/2020 của Tỉnh ủy về văn thư.", "26- CT", "26-CT"),
        ("Giai đoạn 2022- 2025.", "2022- 2025", "2022 - 2025"),
        ("Giai đoạn 2022–2025.", "2022–2025", "2022-2025"),
    ],
)
def test_dashes_have_the_blanks_their_kind_needs(text: str, found: str, right: str) -> None:
    assert remarks(text, "L03") == [(found, right)]


@pytest.mark.parametrize(
    "text",
    [
        "Kinh tế - xã hội giai đoạn 2021-2025, từ 5-7 ngày.",
        "Hợp tác với In-đô-nê-xi-a, Chỉ thị số 19/CT-TTg.",
        "Nước A-rập, -xã hội.",
    ],
)
def test_right_dashes_foreign_names_and_numbers_are_left_alone(text: str) -> None:
    assert remarks(text, "L03") == []


def test_years_follow_the_spaced_style_when_it_is_used_somewhere() -> None:
    assert remarks("Giai đoạn 2021-2025 và 2026 - 2030.", "L03") == [("2021-2025", "2021 - 2025")]


def test_a_signature_block_has_short_dashes() -> None:
    block = PartyBlock("Sở Lao động - Thương binh và Xã hội", "ĐẠI DIỆN SỞ LAO ĐỘNG–THƯƠNG BINH VÀ XÃ HỘI")
    text = pledge_of()
    found = [f for f in findings(replace(text, parties=(block, text.parties[0]))) if f.rule == "L03"]
    assert [(f.found, f.suggestion, f.place.label) for f in found] == [("ĐỘNG–THƯƠNG", "ĐỘNG - THƯƠNG", "Khối ký 1")]
