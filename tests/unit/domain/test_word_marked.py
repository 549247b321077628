"""A Word file of our own: styles say what a paragraph is, its words are whatever they are now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.party_blocks import unrecoverable_agencies
from approval.domain.pledge_text import DateLine, PartyBlock
from approval.domain.word_paragraph import WordPart
from tests.factories.pledge_texts import small_text
from tests.factories.word_paragraphs import MOTTO, NATIONAL, codes, imported, plain, refusal, styled

LETTERHEAD = styled(WordPart.LETTERHEAD, "UBND TỈNH", NATIONAL, MOTTO, cell=(0, 0, 0))
DATE = styled(WordPart.DATE, "Bắc Giang, ngày\u00a0\u00a0 tháng 5 năm 2024", cell=(0, 0, 1))
TITLES = [*styled(WordPart.TITLE, "BẢN GIAO ƯỚC"), *styled(WordPart.SUBJECT, "Khối 1")]
PREAMBLE = styled(WordPart.PREAMBLE, "Các cơ quan gồm: Sở Y tế; Sở Nội vụ cam kết")
CLAUSES = [*styled(WordPart.CLAUSE, "Thi đua tốt", label="1."), *styled(WordPart.CLAUSE, "khen đúng.", label="2.")]
CLOSING = styled(WordPart.CLOSING, "cam kết./.")
FIRST = styled(WordPart.PARTY, "ĐẠI DIỆN SỞ Y TẾ", cell=(1, 0, 0))
SECOND = styled(WordPart.PARTY, "ĐẠI DIỆN SỞ NỘI VỤ", cell=(1, 0, 1))
HEAD = [*LETTERHEAD, *DATE, *TITLES]
BODY = [*PREAMBLE, *CLAUSES, *CLOSING]
SIGNATURES = [*FIRST, *SECOND]


def test_styles_say_what_a_paragraph_is_whatever_its_words_look_like() -> None:
    pledge = imported(HEAD, BODY, SIGNATURES)
    assert pledge.text.date == DateLine(None, 5, 2024)
    assert (pledge.text.title, pledge.text.subject) == ("BẢN GIAO ƯỚC", "Khối 1")
    assert pledge.text.preamble == ("Các cơ quan gồm: Sở Y tế; Sở Nội vụ cam kết",)
    assert [clause.paragraphs for clause in pledge.text.clauses] == [("Thi đua tốt",), ("khen đúng.",)]
    assert pledge.text.closing == ("cam kết./.",)
    assert [party.agency for party in pledge.text.parties] == ["Sở Y tế", "Sở Nội vụ"]
    assert pledge.findings == ()


def test_text_that_looks_like_structure_stays_text() -> None:
    odd = styled(WordPart.CLAUSE_MORE, "Trên đây 1.", "5. năm", "---", "Hà Nội, ngày 01 tháng 3 năm 2024")
    clause = imported(HEAD, PREAMBLE, CLAUSES, odd, SIGNATURES).text.clauses[1]
    assert clause.paragraphs == ("khen đúng.", "Trên đây 1.", "5. năm", "---", "Hà Nội, ngày 01 tháng 3 năm 2024")


def test_a_paragraph_put_in_without_a_style_belongs_to_the_part_above_it() -> None:
    added = "Đoạn thêm."
    assert imported(HEAD, PREAMBLE, plain(added), CLAUSES, CLOSING, SIGNATURES).text.preamble[1] == added
    assert imported(HEAD, PREAMBLE, CLAUSES, plain(added), CLOSING, SIGNATURES).text.clauses[1].paragraphs[1] == added
    assert imported(HEAD, BODY, plain(added), SIGNATURES).text.closing[1] == added
    moved = styled(WordPart.TITLE, added)
    assert imported(HEAD, PREAMBLE, moved, CLAUSES, CLOSING, SIGNATURES).text.preamble[1] == added


def test_a_clause_typed_by_hand_with_the_next_number_is_a_clause() -> None:
    text = imported(HEAD, PREAMBLE, CLAUSES, plain("3. Thêm một khoản.", "9. không phải khoản"), SIGNATURES).text
    assert text.clauses[2].paragraphs == ("Thêm một khoản.", "9. không phải khoản")


def test_a_clause_whose_automatic_number_was_taken_off_may_carry_a_typed_one() -> None:
    bare = styled(WordPart.CLAUSE, "Không số.", "2. Số gõ tay.")
    assert [c.paragraphs for c in imported(HEAD, PREAMBLE, bare, SIGNATURES).text.clauses] == [
        ("Không số.",),
        ("Số gõ tay.",),
    ]
    assert refusal(HEAD, PREAMBLE, styled(WordPart.CLAUSE, "7. Số lạ."), SIGNATURES).code == "clause_numbers"


def test_a_label_of_another_kind_is_part_of_the_words() -> None:
    odd = styled(WordPart.CLAUSE, "Điểm.", label="a)")
    assert imported(HEAD, PREAMBLE, odd, SIGNATURES).text.clauses[0].paragraphs == ("a) Điểm.",)


def test_a_number_with_nothing_behind_it_is_an_empty_clause() -> None:
    assert refusal(HEAD, PREAMBLE, styled(WordPart.CLAUSE, "", label="1."), SIGNATURES).code == "empty_clause"


def test_a_clause_below_the_closing_is_refused_with_what_to_do() -> None:
    error = refusal(HEAD, BODY, styled(WordPart.CLAUSE, "Muộn.", label="3."), SIGNATURES)
    assert error.code == "clause_after_closing"
    assert "Muộn." in error.vi


def test_a_missing_preamble_and_closing_are_no_fault() -> None:
    text = imported(HEAD, CLAUSES, SIGNATURES).text
    assert (text.preamble, text.closing) == ((), ())


def test_a_part_moved_out_of_the_heading_is_named() -> None:
    date, title, subject = DATE, TITLES[:1], TITLES[1:]
    assert refusal(LETTERHEAD, date, title, BODY, SIGNATURES).code == "no_subject"
    assert refusal(LETTERHEAD, date, subject, PREAMBLE, title, CLAUSES, SIGNATURES).code == "no_title"
    assert refusal(LETTERHEAD, TITLES, PREAMBLE, date, CLAUSES, SIGNATURES).code == "no_date_line"


def test_a_date_line_that_is_no_longer_one_is_quoted() -> None:
    spoilt = styled(WordPart.DATE, "Bắc Giang, hôm nay")
    error = refusal(LETTERHEAD, spoilt, TITLES, BODY, SIGNATURES)
    assert error.code == "no_date_line"
    assert "hôm nay" in error.vi


def test_a_line_added_to_the_letterhead_is_left_out_and_told() -> None:
    pledge = imported(LETTERHEAD, plain("Số: 12/GƯ"), DATE, TITLES, BODY, SIGNATURES)
    assert codes(pledge) == ["letterhead_left_out"]
    assert "Số: 12/GƯ" in pledge.findings[0].vi


def test_a_subject_typed_anew_without_its_style_is_still_the_subject() -> None:
    pledge = imported(LETTERHEAD, DATE, TITLES[:1], plain("Khối mới"), BODY, SIGNATURES)
    assert pledge.text.subject == "Khối mới"


def test_an_edited_heading_is_what_counts() -> None:
    renamed = styled(WordPart.PARTY, "Sở Y tế tỉnh", cell=(1, 0, 0))
    pledge = imported(HEAD, BODY, renamed, SECOND)
    assert pledge.text.parties[0].heading == "Sở Y tế tỉnh"
    assert codes(pledge) == ["party_not_in_preamble"]


def test_title_and_name_typed_under_a_heading_are_left_out_and_told() -> None:
    typed = styled(WordPart.PARTY, "GIÁM ĐỐC", "Nguyễn Văn An", cell=(1, 0, 0))
    pledge = imported(HEAD, BODY, FIRST, typed, SECOND, plain("(Đã ký)"))
    assert [party.heading for party in pledge.text.parties] == ["ĐẠI DIỆN SỞ Y TẾ", "ĐẠI DIỆN SỞ NỘI VỤ"]
    assert "GIÁM ĐỐC; Nguyễn Văn An; (Đã ký)" in pledge.findings[0].vi


def test_a_recorded_agency_is_used_while_its_heading_reads_the_same() -> None:
    generic = styled(WordPart.PREAMBLE, "Các cơ quan cam kết:")
    known = {"ĐẠI DIỆN SỞ Y TẾ": "Sở Y Tế"}
    pledge = imported(HEAD, generic, CLAUSES, SIGNATURES, agencies=known)
    assert pledge.text.parties[0].agency == "Sở Y Tế"
    assert codes(pledge) == ["party_not_in_preamble"], "only the other one is a guess"
    edited = styled(WordPart.PARTY, "ĐẠI DIỆN SỞ XÂY DỰNG", cell=(1, 0, 0))
    assert imported(HEAD, generic, CLAUSES, edited, SECOND, agencies=known).text.parties[0].agency == "Sở Xây dựng"


@pytest.mark.parametrize("recorded", ["Sở Nội vụ", "Sở  Y Tế", "Sở Y\u202e Tế", "Sở Y Te\u0302\u0301", ""])
def test_a_recorded_agency_that_is_not_the_heading_is_not_believed(recorded: str) -> None:
    generic = styled(WordPart.PREAMBLE, "Các cơ quan cam kết:")
    pledge = imported(HEAD, generic, CLAUSES, SIGNATURES, agencies={"ĐẠI DIỆN SỞ Y TẾ": recorded})
    assert pledge.text.parties[0].agency == "Sở Y tế"


def test_only_agencies_that_the_page_does_not_tell_need_recording() -> None:
    text = small_text()
    assert unrecoverable_agencies(text) == {}
    odd = PartyBlock("Sở THỬ nghiệm 1", "ĐẠI DIỆN SỞ THỬ NGHIỆM 1")
    assert unrecoverable_agencies(replace(text, parties=(odd, text.parties[1]))) == {odd.heading: odd.agency}
