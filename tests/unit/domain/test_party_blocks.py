"""Signature blocks and the agencies behind them."""

from __future__ import annotations

import pytest

from approval.domain.import_errors import NotAPledgeError
from approval.domain.party_blocks import Parties, is_heading_start, read_parties

PREAMBLE = ("Gồm: Sở Ngoại vụ, Sở Văn hóa, Thể thao và Du lịch, Sở Lao động - Thương binh và Xã hội cam kết:",)


def read(*paragraphs: str) -> Parties:
    return read_parties(paragraphs, preamble=PREAMBLE, place="Bắc Giang")


def agencies(parties: Parties) -> list[str]:
    return [block.agency for block in parties.blocks]


def test_names_come_from_the_preamble_and_order_from_the_blocks() -> None:
    parties = read("ĐẠI DIỆN SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "ĐẠI DIỆN SỞ NGOẠI VỤ")
    assert agencies(parties) == ["Sở Văn hóa, Thể thao và Du lịch", "Sở Ngoại vụ"]
    assert [finding.code for finding in parties.findings] == ["party_order_differs"]
    assert parties.findings[0].suggestion == "Sở Ngoại vụ; Sở Văn hóa, Thể thao và Du lịch"


def test_a_heading_may_be_broken_over_paragraphs() -> None:
    parties = read("ĐẠI DIỆN", "SỞ NGOẠI VỤ", "ĐẠI DIỆN SỞ VĂN HÓA,", "THỂ THAO", "VÀ DU LỊCH")
    assert agencies(parties) == ["Sở Ngoại vụ", "Sở Văn hóa, Thể thao và Du lịch"]
    assert parties.findings == ()


def test_another_dash_is_reported_with_the_preambles() -> None:
    parties = read("ĐẠI DIỆN SỞ NGOẠI VỤ", "ĐẠI DIỆN SỞ LAO ĐỘNG – THƯƠNG BINH VÀ XÃ HỘI")
    (finding,) = parties.findings
    assert finding.code == "dash_differs"
    assert finding.suggestion == "ĐẠI DIỆN SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"


def test_an_unknown_agency_gets_a_name_and_a_finding() -> None:
    parties = read("ĐẠI DIỆN SỞ NGOẠI VỤ", "ĐẠI DIỆN CÔNG AN TỈNH BẮC GIANG")
    assert agencies(parties)[1] == "Công an tỉnh Bắc Giang"
    assert [finding.code for finding in parties.findings] == ["party_not_in_preamble"]


def test_one_agency_under_two_spellings_is_one_agency() -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read("ĐẠI DIỆN SỞ VĂN HÓA - DU LỊCH", "ĐẠI DIỆN SỞ VĂN HOÁ–DU LỊCH")
    assert caught.value.code == "agency_twice"


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("ĐẠI DIỆN SỞ Y TẾ", True),
        ("ĐẠI DIỆN", True),
        ("ĐẠI DIỆN lãnh đạo các cơ quan", False),
        ("Đại diện Sở Y tế", False),
        ("ĐẠI DIỆNX", False),
        ("CÁC ĐẠI DIỆN", False),
    ],
)
def test_only_capitals_open_a_block(text: str, starts: bool) -> None:
    assert is_heading_start(text) is starts


def test_forty_agencies_are_accepted() -> None:
    parties = read(*(f"ĐẠI DIỆN SỞ SỐ {n}" for n in range(40)))
    assert len(parties.blocks) == 40
