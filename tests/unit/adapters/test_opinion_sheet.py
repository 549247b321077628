"""The table of opinions in words."""

from __future__ import annotations

from approval.adapters.opinion_print import opinion_print_data
from approval.domain.states import AnswerKind, VerdictKind
from tests.factories.opinions import (
    AGENCIES,
    HOSTILE,
    answer,
    opinion,
    respondents,
    round_of,
    sheet_of,
    table_of,
    two_rounds,
)


def test_rows_say_who_where_what_and_what_became_of_it() -> None:
    rows = sheet_of(two_rounds()).rounds[0].rows
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert rows[2].cells == (
        ("3",),
        ("Sở Y tế",),
        ("Khoản 3",),
        ("Đề nghị sửa “âng cao” thành “Nâng cao”.",),
        ("Tiếp thu",),
        ("Đã đưa nguyên văn đề nghị vào dự thảo.",),
        ("Khoản 3",),
    )
    assert rows[1].opinion == ("Hai dòng.", HOSTILE)
    assert rows[3].opinion[1] == "Đề nghị bỏ “các”."
    assert (rows[3].result, rows[3].words, rows[3].place) == ("Giải trình", ("Giữ", "nguyên."), "")
    assert (rows[4].opinion[1], rows[4].result, rows[4].words) == ("Về đoạn: “thi đua./.”.", "Chưa trả lời", ())
    assert (rows[0].part, rows[0].result) == ("Toàn văn", "Tiếp thu một phần")


def test_a_round_is_introduced_with_its_figures() -> None:
    first, second = sheet_of(two_rounds()).rounds
    assert first.heading == (
        "Lấy ý kiến lần 1: bản lần 1, gửi 09:00 06/5/2024, hạn 17:00 13/5/2024; mã nội dung 1CC7 B6E0"
    )
    assert first.figures == (
        "05 cơ quan được xin ý kiến; 03 cơ quan có 05 góp ý: "
        "tiếp thu 02, tiếp thu một phần 01, giải trình 01, chưa trả lời 01."
    )
    assert second.figures == "05 cơ quan được xin ý kiến; không có góp ý."


def test_agencies_without_opinion_are_listed_with_their_number() -> None:
    first, second = sheet_of(two_rounds()).rounds
    assert first.rest == (
        ("Thống nhất, không có ý kiến (01)", (AGENCIES[0],)),
        ("Có góp ý, chưa cho ý kiến chung (01)", (AGENCIES[3],)),
        ("Không có ý kiến (quá hạn) (01)", (AGENCIES[1],)),
    )
    assert second.rest == (("Thống nhất, không có ý kiến (05)", AGENCIES),)


def test_without_deadline_and_with_everything_answered_nothing_is_said_of_them() -> None:
    one = round_of(
        (opinion(1, 1, answered=answer(AnswerKind.ACCEPTED)),), respondents(VerdictKind.AGREE), deadline=None
    )
    sheet = sheet_of(table_of(one)).rounds[0]
    assert "hạn" not in sheet.heading
    assert sheet.figures.endswith("01 góp ý: tiếp thu 01.")


def test_the_title_says_which_rounds_it_is_about() -> None:
    table = two_rounds()
    about = "Đối với dự thảo Bản giao ước thi đua năm 2024"
    assert sheet_of(table).about == f"{about} – 02 lần lấy ý kiến"
    assert sheet_of(table, rounds=table.rounds[1:]).about == f"{about} – lấy ý kiến lần 2"
    assert sheet_of(table_of()).about == about


def test_a_part_of_the_table_names_the_hash_of_the_whole() -> None:
    table = two_rounds()
    assert sheet_of(table, rounds=table.rounds[:1]).data_sha256 == table.sha256()


def test_paragraphs_of_a_quote_stay_apart() -> None:
    one = opinion(1, 1, quote="một\nhai", replacement="ba\nbốn")
    row = sheet_of(table_of(round_of((one,)))).rounds[0].rows[0]
    assert row.opinion[1] == "Đề nghị sửa “một ¶ hai” thành “ba ¶ bốn”."


def test_a_title_in_mixed_case_stays_as_drafted() -> None:
    table = two_rounds()
    mixed = type(table)(table.pledge_id, "Giao ước Khối A", table.subject, ())
    assert sheet_of(mixed).about == "Đối với dự thảo Giao ước Khối A"


def test_what_the_fonts_lack_is_written_out_and_a_note_says_so() -> None:
    data = opinion_print_data(sheet_of(two_rounds()))
    cells = [row["cells"][3] for row in data["rounds"][0]["rows"]]
    assert cells[3][0] == "Rất tốt [U+1F600]"
    assert "[U+1F600]" in data["notes"][0]


def test_without_strange_letters_there_is_no_note() -> None:
    assert opinion_print_data(sheet_of(table_of(round_of((opinion(1, 1),)))))["notes"] == []


def test_short_rows_stay_whole_and_long_ones_may_be_divided() -> None:
    rows = opinion_print_data(sheet_of(two_rounds()))["rounds"][0]["rows"]
    assert [row["long"] for row in rows] == [True, False, False, False, False]
