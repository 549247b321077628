"""Paragraphs of a Word file become a pledge: by our styles, by what a clerk's words say, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from approval.domain.import_errors import NotAPledgeError
from approval.domain.import_text import ImportedPledge
from approval.domain.import_word import import_word
from approval.domain.party_blocks import unrecoverable_agencies
from approval.domain.pledge_text import DateLine, PartyBlock
from approval.domain.word_paragraph import Cell, WordParagraph, WordPart, WordSource
from tests.factories.pledge_texts import small_text

NATIONAL = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def plain(*texts: str, cell: Cell | None = None, centred: bool = False) -> list[WordParagraph]:
    """Paragraphs without a style of ours; a line feed is a line break."""
    return [WordParagraph(tuple(text.split("\n")), cell=cell, centred=centred) for text in texts]


def styled(part: WordPart, *texts: str, label: str = "", cell: Cell | None = None) -> list[WordParagraph]:
    """Paragraphs in a style of ours."""
    return [WordParagraph((text,), part, label, cell=cell) for text in texts]


def imported(*groups: list[WordParagraph], agencies: dict[str, str] | None = None) -> ImportedPledge:
    """What the importer makes of these paragraphs."""
    return import_word(WordSource(tuple(p for group in groups for p in group), agencies=agencies or {}))


def refusal(*groups: list[WordParagraph]) -> NotAPledgeError:
    """Why it makes nothing of them."""
    with pytest.raises(NotAPledgeError) as caught:
        imported(*groups)
    return caught.value


def codes(pledge: ImportedPledge) -> list[str]:
    return [finding.code for finding in pledge.findings]


# Files of our own, parts by style.

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


# Files of anybody.

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
    pledge = import_word(WordSource(paragraphs, text_boxes=(" DỰ  THẢO", " ")))
    assert codes(pledge) == ["text_box_left_out", "letterhead_left_out"]
    assert "“DỰ THẢO”" in pledge.findings[0].vi
