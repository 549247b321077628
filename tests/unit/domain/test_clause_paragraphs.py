"""Clauses, broken sentences and the closing."""

from __future__ import annotations

import pytest

from approval.domain.clause_paragraphs import read_body
from approval.domain.import_errors import NotAPledgeError
from approval.domain.pledge_text import Clause


def test_a_sentence_broken_by_a_page_is_joined_and_reported() -> None:
    body = read_body(["Mở đầu:", "1. Đổi mới", "sáng tạo và", "thi đua.", "2. Xong."])
    assert body.clauses == (Clause(1, ("Đổi mới sáng tạo và thi đua.",)), Clause(2, ("Xong.",)))
    assert [(finding.code, finding.place) for finding in body.findings] == [("paragraphs_joined", "Khoản 1")] * 2


def test_a_broken_preamble_is_joined_too() -> None:
    body = read_body(["Nhằm phát huy,", "các cơ quan:", "1. Xong."])
    assert body.preamble == ("Nhằm phát huy, các cơ quan:",)
    assert body.findings[0].place == "Phần mở đầu"


@pytest.mark.parametrize("after", ["Viết hoa.", "a) điểm;", "- gạch đầu dòng", "2024 là năm", "“trích” dẫn"])
def test_what_may_be_a_paragraph_of_its_own_stays_one(after: str) -> None:
    body = read_body(["1. Không dấu", after])
    assert body.clauses == (Clause(1, ("Không dấu", after)),)
    assert body.findings == ()


@pytest.mark.parametrize("end", [".", ";", ":", "!", "?", "…", "...", ".”", ".)", "./."])
def test_a_finished_sentence_is_not_joined(end: str) -> None:
    body = read_body([f"1. Đoạn{end}", "tiếp theo", "2. Xong."])
    assert body.clauses[0].paragraphs == (f"Đoạn{end}", "tiếp theo")


def test_the_closing_starts_with_its_usual_words() -> None:
    body = read_body(["1. Một.", "Hai.", "Trên đây là cam kết.", "Làm tại Bắc Giang./."])
    assert body.clauses == (Clause(1, ("Một.", "Hai.")),)
    assert body.closing == ("Trên đây là cam kết.", "Làm tại Bắc Giang./.")


def test_without_the_usual_words_the_end_mark_shows_the_closing() -> None:
    body = read_body(["1. Một.", "Hai.", "Các cơ quan cam kết thực hiện./."])
    assert body.clauses == (Clause(1, ("Một.", "Hai.")),)
    assert body.closing == ("Các cơ quan cam kết thực hiện./.",)


def test_a_last_clause_with_the_end_mark_is_no_closing() -> None:
    body = read_body(["1. Một.", "2. Hai./."])
    assert body.clauses[1] == Clause(2, ("Hai./.",))
    assert body.closing == ()


@pytest.mark.parametrize("text", ["2024. là năm", "1.5 lần", "1) không phải", "I. số La Mã", "100. quá lớn"])
def test_what_only_looks_like_a_number_is_text(text: str) -> None:
    assert read_body(["1. Một.", text]).clauses == (Clause(1, ("Một.", text)),)


def test_a_number_may_touch_its_text_or_stand_alone() -> None:
    assert read_body(["1.Một.", "2.", "Hai."]).clauses == (Clause(1, ("Một.",)), Clause(2, ("Hai.",)))


def test_sixty_clauses_are_accepted_and_sixty_one_refused() -> None:
    assert len(read_body([f"{n}. Tốt." for n in range(1, 61)]).clauses) == 60
    with pytest.raises(NotAPledgeError) as caught:
        read_body([f"{n}. Tốt." for n in range(1, 62)])
    assert caught.value.code == "too_many_clauses"


def test_the_refusal_names_both_numbers() -> None:
    with pytest.raises(NotAPledgeError) as caught:
        read_body(["1. Một.", "4. Bốn."])
    assert "“2.”" in caught.value.vi
    assert "“4.”" in caught.value.vi
