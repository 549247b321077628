"""Titles in capitals, written as running text: names keep their capitals, and what is uncertain stays as drafted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.pledge_text import Clause, PartyBlock, PledgeText
from approval.domain.spoken_title import spoken_title
from tests.factories.pledge_texts import seed_text, small_text

TEXT = replace(
    small_text(),
    subject="Khối thi đua Thử nghiệm",
    preamble=("Căn cứ kế hoạch của UBND tỉnh Bắc Giang và Đảng ủy khối, các đơn vị thống nhất:",),
    clauses=(
        Clause(1, ("Nâng cao chất lượng công tác của HĐND, Sở Y tế và Ủy ban nhân dân huyện Lục Ngạn.",)),
        Clause(2, ("Phối hợp với Công an tỉnh; chào mừng ngày Quốc khánh, hai đơn vị cùng làm.", "TOÀN VĂN VIẾT HOA")),
    ),
    parties=(PartyBlock("Sở Văn hóa, Thể thao và Du lịch", "x"), PartyBlock("Bảo hiểm xã hội tỉnh", "y")),
)


def test_the_seed_reads_as_it_did() -> None:
    text = seed_text()
    assert spoken_title(text.title, text) == "Bản giao ước thi đua năm 2024"
    assert spoken_title(text.title) == "Bản giao ước thi đua năm 2024"


@pytest.mark.parametrize(
    ("title", "spoken"),
    [
        ("BẢN GIAO ƯỚC THI ĐUA TỈNH BẮC GIANG", "Bản giao ước thi đua tỉnh Bắc Giang"),
        ("GIAO ƯỚC CỦA UBND, HĐND TỈNH BẮC GIANG (2024)", "Giao ước của UBND, HĐND tỉnh Bắc Giang (2024)"),
        ("GIAO ƯỚC GIỮA SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Giao ước giữa Sở Văn hóa, Thể thao và Du lịch"),
        ("UBND TỈNH BẮC GIANG VÀ BẢO HIỂM XÃ HỘI TỈNH", "UBND tỉnh Bắc Giang và Bảo hiểm xã hội tỉnh"),
        ("“GIAO ƯỚC HUYỆN LỤC NGẠN”", "“giao ước huyện Lục Ngạn”"),
        ("CHƯƠNG TRÌNH CỦA ĐẢNG ỦY KHỐI", "Chương trình của Đảng ủy khối"),
        ("GIAO ƯỚC CHÀO MỪNG NGÀY QUỐC KHÁNH", "Giao ước chào mừng ngày Quốc khánh"),
        ("GIAO ƯỚC CỦA CÔNG AN TỈNH", "Giao ước của Công an tỉnh"),
    ],
)
def test_words_keep_the_capitals_that_the_text_gives_them(title: str, spoken: str) -> None:
    assert spoken_title(title, TEXT) == spoken


@pytest.mark.parametrize(
    "title",
    [
        "GIAO ƯỚC TỈNH LẠNG SƠN",  # nothing in the text says how that is written
        "GIAO ƯỚC TOÀN VĂN",  # nor do paragraphs in capitals
        "Bản giao ước của UBND",
        "",
        "2024",
    ],
)
def test_what_is_not_known_stays_as_drafted(title: str) -> None:
    assert spoken_title(title, TEXT) == title


def test_without_the_text_only_words_of_all_titles_are_small() -> None:
    assert spoken_title("KẾ HOẠCH PHỐI HỢP QUÝ 3 NĂM 2025") == "Kế hoạch phối hợp quý 3 năm 2025"
    assert spoken_title("GIAO ƯỚC TỈNH BẮC GIANG") == "GIAO ƯỚC TỈNH BẮC GIANG"


def test_a_subject_in_capitals_is_no_evidence() -> None:
    text: PledgeText = replace(TEXT, subject="KHỐI THI ĐUA LẠNG SƠN")
    assert spoken_title("GIAO ƯỚC LẠNG SƠN", text) == "GIAO ƯỚC LẠNG SƠN"
