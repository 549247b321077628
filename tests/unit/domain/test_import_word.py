"""A Word file of anybody becomes a pledge by what its words say, or is refused by name."""

from __future__ import annotations

import pytest

from approval.domain.import_word import import_word
from approval.domain.pledge_text import DateLine
from approval.domain.word_paragraph import WordParagraph, WordSource
from tests.factories.word_paragraphs import MOTTO, NATIONAL, codes, imported, plain, refusal

CLERKS_HEAD = [
    *plain("UBND TỈNH", "KHỐI 1", cell=(0, 0, 0)),
    *plain(NATIONAL, MOTTO, "-----", "Hà Nội, ngày 05 tháng 02 năm 2025", cell=(0, 0, 1)),
]
CLERKS_TITLE = plain("BẢN GIAO ƯỚC", "Khối 1")
CLERKS_BODY = plain("Các cơ quan gồm: Sở Y tế; Sở Nội vụ cam kết:", "1. Thi đua tốt.", "2. Khen đúng.", "Xong./.")
CLERKS_SIGNATURES = plain("ĐẠI DIỆN SỞ Y TẾ", "ĐẠI DIỆN SỞ NỘI VỤ")


def test_a_clerks_file_is_read_by_its_words() -> None:
    pledge = imported(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY, CLERKS_SIGNATURES)
    assert pledge.text.place == "Hà Nội"
    assert (pledge.text.title, pledge.text.subject) == ("BẢN GIAO ƯỚC", "Khối 1")
    assert [clause.paragraphs for clause in pledge.text.clauses] == [("Thi đua tốt.",), ("Khen đúng.",)]
    assert pledge.text.closing == ("Xong./.",)
    assert codes(pledge) == ["letterhead_left_out"]
    assert "UBND TỈNH; KHỐI 1" in pledge.findings[0].vi


def test_a_heading_laid_out_with_tabs_is_cut_into_its_columns() -> None:
    head = plain(f"UBND TỈNH\t{NATIONAL}", f"KHỐI 1\t{MOTTO}", "\tHà Nội, ngày 05 tháng 02 năm 2025")
    signatures = plain("ĐẠI DIỆN SỞ Y TẾ\t\tĐẠI DIỆN SỞ NỘI VỤ", "GIÁM ĐỐC\tPHÓ GIÁM ĐỐC")
    pledge = imported(head, CLERKS_TITLE, CLERKS_BODY, signatures)
    assert codes(pledge) == ["letterhead_left_out", "signers_left_out"]
    assert [party.agency for party in pledge.text.parties] == ["Sở Y tế", "Sở Nội vụ"]


def test_a_national_heading_of_one_paragraph_without_letterhead_leaves_nothing_out() -> None:
    head = plain(f"{NATIONAL}\n{MOTTO}\nHà Nội, ngày 05 tháng 02 năm 2025")
    assert codes(imported(head, CLERKS_TITLE, CLERKS_BODY, CLERKS_SIGNATURES)) == []


def test_a_file_may_start_with_its_date_line() -> None:
    date = plain("Hà Nội, ngày 05 tháng 02 năm 2025")
    assert codes(imported(date, CLERKS_TITLE, CLERKS_BODY, CLERKS_SIGNATURES)) == []


def test_the_date_line_may_stand_above_the_signatures() -> None:
    pledge = imported(CLERKS_TITLE, CLERKS_BODY, plain("Hà Nội, ngày 05 tháng 02 năm 2025"), CLERKS_SIGNATURES)
    assert pledge.text.date == DateLine(5, 2, 2025)
    assert pledge.text.title == "BẢN GIAO ƯỚC"


def test_a_title_broken_over_centred_paragraphs_is_one_title() -> None:
    title = plain("BẢN GIAO ƯỚC", "THI ĐUA NĂM 2025", "Khối thi đua", "số 1", centred=True)
    text = imported(CLERKS_HEAD, title, CLERKS_BODY, CLERKS_SIGNATURES).text
    assert (text.title, text.subject) == ("BẢN GIAO ƯỚC THI ĐUA NĂM 2025", "Khối thi đua số 1")


def test_automatic_numbers_are_read_as_if_typed() -> None:
    clauses = [
        WordParagraph(("Thi đua\ttốt:",), label="1."),
        WordParagraph(("một;",), label="a)"),
        WordParagraph(("Khen đúng.",), label="2."),
    ]
    text = imported(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY[:1], clauses, CLERKS_SIGNATURES).text
    assert [clause.paragraphs for clause in text.clauses] == [("Thi đua tốt:", "a) một;"), ("Khen đúng.",)]


def test_recipients_left_of_the_first_block_belong_to_the_signatures() -> None:
    row = [
        *plain("Nơi nhận:", "- Sở Nội vụ;", "- Lưu: VT.", cell=(1, 0, 0)),
        *plain("ĐẠI DIỆN SỞ Y TẾ", cell=(1, 0, 1)),
        *plain("ĐẠI DIỆN SỞ NỘI VỤ", cell=(1, 1, 1)),
    ]
    pledge = imported(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY, row)
    assert codes(pledge) == ["letterhead_left_out", "recipients_left_out"]
    assert "Lưu: VT." in pledge.findings[1].vi


def test_recipients_below_the_signatures_end_with_their_list() -> None:
    pledge = imported(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY, CLERKS_SIGNATURES, plain("NƠI NHẬN", "- Như trên;"))
    assert "- Như trên;" in pledge.findings[-1].vi
    error = refusal(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY, CLERKS_SIGNATURES, plain("Nơi nhận:", "và một đoạn khác."))
    assert error.code == "text_after_signatures"


def test_names_on_two_paragraphs_of_a_cell_are_one_heading() -> None:
    cells = [
        *plain("ĐẠI DIỆN", "SỞ Y TẾ", "KT. GIÁM ĐỐC", "NGUYỄN VĂN A", cell=(1, 0, 0)),
        *plain("ĐẠI DIỆN SỞ", "NỘI VỤ", cell=(1, 0, 1)),
        *plain("TRƯỞNG PHÒNG", cell=(1, 1, 1)),
    ]
    pledge = imported(CLERKS_HEAD, CLERKS_TITLE, CLERKS_BODY, cells)
    assert [party.heading for party in pledge.text.parties] == ["ĐẠI DIỆN SỞ Y TẾ", "ĐẠI DIỆN SỞ NỘI VỤ"]
    assert "NGUYỄN VĂN A; TRƯỞNG PHÒNG" in pledge.findings[1].vi


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ([], "empty"),
        (plain("", " \t"), "empty"),
        (plain("Một bài báo.", "Hai."), "no_signature_blocks"),
        ([*CLERKS_TITLE, *CLERKS_BODY, *CLERKS_SIGNATURES], "no_date_line"),
        (CLERKS_SIGNATURES, "no_date_line"),
        ([*plain("UBND TỈNH"), *CLERKS_HEAD[5:], *CLERKS_BODY, *CLERKS_SIGNATURES], "text_before_date_line"),
        ([*CLERKS_HEAD, *CLERKS_TITLE, *CLERKS_BODY[:1], *CLERKS_SIGNATURES], "no_clauses"),
        ([*CLERKS_HEAD, *CLERKS_TITLE, *CLERKS_BODY, *CLERKS_SIGNATURES[:1]], "one_party"),
        (plain("đoạn có\u200bký tự ẩn"), "control_characters"),
        ([WordParagraph(("x",), label="1\u202e.")], "control_characters"),
        (plain("a" + "\u0301" * 20), "control_characters"),
        (plain(*["x"] * 10_001), "too_many_lines"),
        (plain("ư" * 1_000_001), "too_large"),
    ],
)
def test_what_is_no_pledge_is_refused_by_name(file: list[WordParagraph], code: str) -> None:
    assert refusal(file).code == code


def test_a_hidden_character_is_placed_by_paragraph() -> None:
    assert "Đoạn 2 " in refusal(plain("một", "hai\u2060")).vi


def test_soft_hyphens_vanish_letters_are_composed_blanks_are_single() -> None:
    body = plain("Các cơ quan gồm: Sở\u00a0Y tế; Sở  Nội vụ cam kết:", "1. Thi\u00ad đua tô\u0301t.")
    text = imported(CLERKS_HEAD, CLERKS_TITLE, body, CLERKS_SIGNATURES).text
    assert text.preamble == ("Các cơ quan gồm: Sở Y tế; Sở Nội vụ cam kết:",)
    assert text.clauses[0].paragraphs == ("Thi đua tốt.",)


def test_words_in_a_text_box_are_told() -> None:
    paragraphs = (*CLERKS_HEAD, *CLERKS_TITLE, *CLERKS_BODY, *CLERKS_SIGNATURES)
    pledge = import_word(WordSource(paragraphs, text_boxes=(" DỰ  THẢO", " ", "2")))
    assert codes(pledge) == ["text_box_left_out", "letterhead_left_out"]
    assert "“DỰ THẢO; 2”" in pledge.findings[0].vi
