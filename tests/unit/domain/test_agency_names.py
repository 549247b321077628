"""Names are found in running text under every spelling agencies use."""

from __future__ import annotations

import pytest

from approval.domain.agency_names import dashes_in, find_names, name_key, sentence_case


def found(name: str, text: str) -> str | None:
    (hit,) = find_names([name], text)
    return hit.text if hit else None


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        ("SỞ Y TẾ", "gồm: Sở Y tế, Sở Nội vụ", "Sở Y tế"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Sở Văn hoá, Thể thao và Du lịch", "Sở Văn hoá, Thể thao và Du lịch"),
        ("SỞ LAO ĐỘNG – THƯƠNG BINH", "các Sở Lao động - Thương binh.", "Sở Lao động - Thương binh"),
        ("SỞ LAO ĐỘNG - THƯƠNG BINH", "Sở Lao động-Thương binh", "Sở Lao động-Thương binh"),
        ("THANH TRA TỈNH", "Thanh tra tỉnh", "Thanh tra tỉnh"),
        ("SỞ Y", "Sở Y tế", "Sở Y"),
        ("SỞ Y", "Sở Yên", None),
        ("SỞ Y TẾ", "Bộ phận Sở Nội vụ", None),
        ("SỞ İ", "Sở İ", "Sở İ"),
    ],
)
def test_one_name(name: str, text: str, written: str | None) -> None:
    assert found(name, text) == written


def test_a_short_name_is_not_found_inside_a_longer_one() -> None:
    short, long = find_names(["SỞ VĂN HÓA", "SỞ VĂN HÓA, THỂ THAO"], "Sở Văn hóa, Thể thao; Sở Văn hóa")
    assert short is not None
    assert long is not None
    assert (long.position, short.position) == (0, 22)


def test_the_first_place_counts() -> None:
    (hit,) = find_names(["SỞ Y TẾ"], "Sở Y tế và sở y tế")
    assert hit is not None
    assert (hit.text, hit.position) == ("Sở Y tế", 0)


def test_spellings_of_one_name_share_a_key() -> None:
    assert name_key("SỞ VĂN HOÁ – XÃ HỘI") == name_key("Sở Văn hóa-xã hội")
    assert name_key("Sở Y tế") != name_key("Sở Y tệ")


def test_dashes_are_compared_with_their_blanks() -> None:
    assert dashes_in("A - B–C") == [" - ", "–"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Sở Khoa học và Công nghệ"),
        ("SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Sở Lao động - Thương binh và Xã hội"),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "Sở Văn hóa, Thể thao và Du lịch"),
        ("BẢO HIỂM XÃ HỘI TỈNH BẮC GIANG", "Bảo hiểm xã hội tỉnh Bắc Giang"),
    ],
)
def test_a_name_is_made_from_capitals(heading: str, name: str) -> None:
    assert sentence_case(heading, "Bắc Giang") == name
