"""L10, L11 and L12: tone style, abbreviations, capitals."""

from __future__ import annotations

import pytest

from tests.factories.proof_texts import pledge_of, remarks


def test_the_rarer_tone_style_is_pointed_out() -> None:
    assert remarks("Văn hóa, hòa bình, lan toả.", "L10") == [("toả", "tỏa")]
    assert remarks("Văn hoá, hoà bình, lan tỏa.", "L10") == [("tỏa", "toả")]


@pytest.mark.parametrize("text", ["Văn hoá, lan toả.", "Văn hóa, lan tỏa.", "Hoàn thành quý một."])
def test_one_style_is_right_whichever(text: str) -> None:
    assert remarks(text, "L10") == []


def test_an_abbreviation_is_explained_the_first_time_only() -> None:
    text = pledge_of("Tham gia BHXH, BHYT.", "Phát triển BHXH với ABC.")
    assert remarks(text, "L11") == [
        ("BHXH", "bảo hiểm xã hội (BHXH)"),
        ("BHYT", "bảo hiểm y tế (BHYT)"),
        ("ABC", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Ủy ban nhân dân (UBND) tỉnh; UBND tỉnh.",
        "Đại hội lần thứ XIX.",
        "Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về thi đua.",
        "TẤT CẢ VIẾT HOA.",
    ],
)
def test_explained_abbreviations_numerals_and_signs_are_left_alone(text: str) -> None:
    assert remarks(text, "L11") == []


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("Chăm sóc sức khỏe cho nhân dân.", "nhân dân", "Nhân dân"),
        ("Chính sách của nhà nước.", "nhà nước", "Nhà nước"),
        ("Đường lối của đảng.", "đảng", "Đảng"),
        ("Chào mừng các Ngày Lễ lớn.", "Ngày Lễ lớn", "ngày lễ lớn"),
        ("Tiến tới Đại hội Đảng bộ các cấp.", "Đại hội Đảng bộ", "đại hội đảng bộ"),
        ("Các sự kiện như: Kỷ niệm ngày thành lập.", "Kỷ", "kỷ"),
    ],
)
def test_capitals_follow_the_decree(text: str, found: str, right: str) -> None:
    assert remarks(text, "L12") == [(found, right)]


@pytest.mark.parametrize(
    "text",
    [
        "Quân đội nhân dân, Ủy ban nhân dân, quản lý nhà nước.",
        "Đại hội Đảng bộ tỉnh lần thứ XIX.",
        "Các cơ quan như: Bắc ninh họp.",
    ],
)
def test_names_and_set_phrases_keep_their_letters(text: str) -> None:
    assert remarks(text, "L12") == []
