"""W01 to W05: slips, missing marks, repetition, a dangling word, a doubled word."""

from __future__ import annotations

import pytest

from approval.domain.proof_finding import Level
from tests.factories.proof_texts import findings, pledge_of, remarks


def test_a_slip_is_an_error_with_the_phrase_meant() -> None:
    (finding,) = findings(pledge_of("Cam kết đầy mạnh phong trào."))
    assert (finding.rule, finding.level, finding.found, finding.suggestion) == (
        "W01",
        Level.ERROR,
        "đầy mạnh",
        "đẩy mạnh",
    )
    assert finding.place.label == "Khoản 1"


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("Công tác thi đua khen thưởng.", "thi đua khen thưởng", "thi đua, khen thưởng"),
        ("Tồn tại hạn chế còn nhiều.", "Tồn tại hạn chế", "Tồn tại, hạn chế"),
        ("Phát triển kinh tế xã hội.", "kinh tế xã hội", "kinh tế - xã hội"),
        (
            "Các cán bộ công chức viên chức đều thực hiện.",
            "cán bộ công chức viên chức",
            "cán bộ, công chức, viên chức",
        ),
    ],
)
def test_a_set_phrase_gets_its_marks(text: str, found: str, right: str) -> None:
    assert remarks(text, "W02") == [(found, right)]


def test_marks_already_there_and_titles_are_left_alone() -> None:
    assert remarks("Thi đua, khen thưởng; kinh tế - xã hội.", "W02") == []
    assert remarks(pledge_of(title="THI ĐUA KHEN THƯỞNG"), "W02") == []


LONG = "học tập tư tưởng đạo đức phong cách của Bác"


def test_many_words_said_twice_in_a_paragraph() -> None:
    assert [found for found, _ in remarks(f"Cán bộ {LONG}; đảng viên {LONG}.", "W03")] == [
        "học tập tư tưởng đạo đức phong cách"
    ]


def test_names_and_other_paragraphs_may_say_it_again() -> None:
    name = "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"
    assert remarks(f"{name}; {name}.", "W03") == []
    assert remarks(pledge_of(f"Cán bộ {LONG}.", f"Đảng viên {LONG}."), "W03") == []


def test_a_verb_twice_in_one_part_of_a_sentence() -> None:
    assert remarks("Phát huy kết quả, tạo khí thế, phát huy tinh thần.", "W03") == [("phát huy", None)]
    assert remarks("Phát huy kết quả; phát huy tinh thần.", "W03") == []


def test_with_before_a_task_needs_its_partner() -> None:
    assert remarks("Cụ thể hóa các chỉ tiêu với thực hiện nhiệm vụ.", "W04") == [("với ", "gắn với ")]


@pytest.mark.parametrize(
    "text",
    [
        "Gắn chỉ tiêu thi đua với thực hiện nhiệm vụ.",
        "Xây dựng đi đôi với bảo đảm quốc phòng.",
        "Cam kết với lãnh đạo tỉnh.",
    ],
)
def test_with_a_partner_or_a_person_is_right(text: str) -> None:
    assert remarks(text.lower(), "W04") == []


def test_a_small_word_typed_twice() -> None:
    assert remarks("Nhiệm vụ của của cơ quan.", "W05") == [("của của", "của")]
    assert remarks("Dần dần đổi mới.", "W05") == []
