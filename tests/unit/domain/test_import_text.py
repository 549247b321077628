"""The real 2024 pledge, imported as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from approval.domain.flatten_text import flatten
from approval.domain.import_text import ImportedPledge, import_pledge
from approval.domain.pledge_text import DateLine

SEED = Path(__file__).parents[3] / "templates" / "starter" / "ban-giao-uoc-2024.md"


@pytest.fixture(scope="module")
def seed() -> ImportedPledge:
    return import_pledge(SEED.read_bytes())


def test_seed_gives_place_date_title_and_subject(seed: ImportedPledge) -> None:
    assert seed.text.place == "Bắc Giang"
    assert seed.text.date == DateLine(day=None, month=5, year=2024)
    assert seed.text.title == "BẢN GIAO ƯỚC THI ĐUA NĂM 2024"
    assert seed.text.subject == "Khối thi đua Các cơ quan lĩnh vực văn hóa, xã hội 2"


def test_seed_gives_six_clauses_of_one_paragraph_each(seed: ImportedPledge) -> None:
    assert [(clause.number, len(clause.paragraphs)) for clause in seed.text.clauses] == [(n, 1) for n in range(1, 7)]
    assert "phong trào đổi mới sáng tạo và thi đua" in seed.text.clauses[2].paragraphs[0]
    assert "hộ gia đình có tinh thần sáng tạo" in seed.text.clauses[5].paragraphs[0]


def test_seed_keeps_its_closing_apart_from_the_last_clause(seed: ImportedPledge) -> None:
    assert len(seed.text.closing) == 1
    assert seed.text.closing[0].startswith("Trên đây là Bản giao ước")
    assert seed.text.closing[0].endswith("./.")


def test_seed_parties_are_in_block_order_with_their_preamble_names(seed: ImportedPledge) -> None:
    assert [(party.agency, party.heading) for party in seed.text.parties] == [
        ("Sở Ngoại vụ", "ĐẠI DIỆN SỞ NGOẠI VỤ"),
        ("Bảo hiểm xã hội tỉnh", "ĐẠI DIỆN BẢO HIỂM XÃ HỘI TỈNH"),
        ("Sở Văn hóa, Thể thao và Du lịch", "ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
        ("Sở Y tế", "ĐẠI DIỆN SỞ Y TẾ"),
        ("Sở Lao động - Thương binh và Xã hội", "ĐẠI DIỆN SỞ LAO ĐỘNG – THƯƠNG BINH VÀ XÃ HỘI"),
    ]


def test_seed_findings_name_the_breaks_the_order_and_the_dash(seed: ImportedPledge) -> None:
    assert [(finding.code, finding.place) for finding in seed.findings] == [
        ("paragraphs_joined", "Khoản 3"),
        ("paragraphs_joined", "Khoản 6"),
        ("party_order_differs", "Phần ký"),
        ("dash_differs", "Phần ký"),
    ]
    assert seed.findings[3].suggestion == "ĐẠI DIỆN SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"


def test_no_word_of_the_seed_is_lost(seed: ImportedPledge) -> None:
    source = SEED.read_text(encoding="utf-8").replace("**", "")
    assert flatten(seed.text).split() == source.split()


def test_the_shipped_seed_is_the_real_text() -> None:
    assert len(SEED.read_bytes()) == 8142
