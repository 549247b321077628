"""Writing a comment without script: on a part, on words of it, with other words; refused with nothing lost."""

from __future__ import annotations

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.comment import Comment
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import make_review, reworded, save, submit_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, form_on, notice, open_form, refusal, text_of, tree, value_of, words
from tests.functional.visitor import Visitor

FIRST_CLAUSE = "Nội dung thi đua thứ 1."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review without a comment."""
    return make_review(desk.place.app, desk.house)


def form(visitor: Visitor, pledge_id: uuid.UUID, chosen: str = "phan=khoan-1") -> OpenForm:
    """The form for a comment in a new tab."""
    return open_form(visitor, page_of(pledge_id, f"gop-y?{chosen}"), page_of(pledge_id, "gop-y"))


def stored(desk: Desk) -> list[Comment]:
    """All comments, oldest first."""
    with desk.place.app.app_context():
        return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def test_remark_stands_beside_its_clause_for_everybody(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(body="Nên nêu rõ chỉ tiêu.")
    assert answer.location.endswith("#khoan-1")
    assert "Đã gửi góp ý" in notice(desk.first, answer)
    for visitor in (desk.first, desk.second, desk.coordinator, desk.place.visitor(desk.house.administrator)):
        note = tree(visitor.get(page_of(pledge_id))).select_one("#khoan-1 .note")
        assert note is not None
        read = " ".join(note.get_text(" ").split())
        assert "Sở Thử nghiệm 1 · lần 1 · 09:00 15/5/2024" in read
        assert "Chờ xử lý" in read
        assert "Nên nêu rõ chỉ tiêu." in read


def test_every_part_has_a_way_to_comment_on_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    links = tree(desk.first.get(page_of(pledge_id))).select(".sheet .note-add[href], .sheet .note-add a[href]")
    parts = {parse_qs(urlsplit(str(link["href"])).query)["phan"][0] for link in links}
    assert parts == {"ten-van-ban", "mo-dau", "khoan-1", "khoan-2", "ket", "khoi-ky-1", "toan-van"}
    for part in parts:
        assert form(desk.first, pledge_id, f"phan={part}").send(body=f"Về {part}.").status_code == 303
    assert {comment.anchor for comment in stored(desk)} == {
        "title",
        "preamble",
        "clause:1",
        "clause:2",
        "closing",
        "party:1",
        "whole",
    }


def test_edited_words_become_the_smallest_suggestion(desk: Desk, pledge_id: uuid.UUID) -> None:
    opened = form(desk.first, pledge_id)
    assert opened.fields["wording"] == FIRST_CLAUSE
    opened.send(wording="Nội dung trọng tâm thi đua thứ 1.")
    (comment,) = stored(desk)
    assert (comment.quote_start, comment.quote, comment.replacement) == (9, "thi", "trọng tâm thi")
    note = tree(desk.second.get(page_of(pledge_id))).select_one("#khoan-1 .suggestion")
    assert note is not None
    assert [mark.get_text() for mark in note.select("ins")] == ["[thêm: trọng tâm]"]
    assert not note.select("del")


def test_words_left_as_they_are_suggest_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(body="Tốt.", wording=f"  {FIRST_CLAUSE}\r\n")
    (comment,) = stored(desk)
    assert (comment.quote, comment.replacement) == ("", None)


def test_emptied_area_suggests_nothing_the_box_does(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(body="Không có ý gì.", wording="")
    form(desk.first, pledge_id).send(removes="yes")
    kept, removed = stored(desk)
    assert kept.replacement is None
    assert (removed.quote, removed.replacement) == (FIRST_CLAUSE, "")
    note = tree(desk.first.get(page_of(pledge_id))).select_one("#khoan-1 .suggestion del")
    assert note is not None
    assert FIRST_CLAUSE in note.get_text()


def test_words_chosen_in_the_text_are_quoted_exactly(desk: Desk, pledge_id: uuid.UUID) -> None:
    opened = form(desk.first, pledge_id, "phan=khoan-1&tu=8&dai=9&ban=1")
    assert opened.fields["quote"] == "thi đua"
    assert opened.fields["wording"] == "thi đua"
    opened.send(wording="thi đua yêu nước", body="Cho đủ.")
    (comment,) = stored(desk)
    assert (comment.quote_start, comment.quote, comment.replacement) == (9, "thi đua", "thi đua yêu nước")


@pytest.mark.parametrize(
    "chosen",
    [
        "tu=8&dai=9",
        "tu=8&dai=9&ban=7",
        "tu=999&dai=9&ban=1",
        "tu=8&dai=0&ban=1",
        "tu=8&dai=1&ban=1",
        "tu=x&dai=-1&ban=1",
    ],
)
def test_choice_that_means_nothing_offers_the_whole_part(desk: Desk, pledge_id: uuid.UUID, chosen: str) -> None:
    opened = form(desk.first, pledge_id, f"phan=khoan-1&{chosen}")
    assert opened.fields["wording"] == FIRST_CLAUSE
    assert "quote_start" not in opened.fields


def test_typed_quote_is_found_where_it_stands(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(body="Từ này.", quote="thi \r\n đua")
    (comment,) = stored(desk)
    assert (comment.quote_start, comment.quote, comment.replacement) == (9, "thi đua", None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quote": "thi đấu"}, "Đoạn trích không có trong phần này"),
        ({"quote": "đu"}, "Đoạn trích không có trong phần này"),
        ({"quote": "thi đua", "quote_start": "3"}, "Đoạn trích không có trong phần này"),
        ({"body": "a" * 4001}, "dài quá 4.000 ký tự"),
        ({"body": "a" * 10_000}, "dài quá 4.000 ký tự"),
        ({"wording": "a" * 20_001}, "20.000 ký tự"),
        ({"body": "Sửa\u202e khoản 1."}, "U+202E"),
        ({"wording": "Nội dung\u200b thi đua."}, "U+200B"),
        ({"body": " "}, "Chưa có nội dung góp ý"),
        ({"revision_number": "một"}, "Tải lại trang"),
    ],
)
def test_refusal_keeps_all_that_was_typed(
    desk: Desk, pledge_id: uuid.UUID, fields: dict[str, str], sentence: str
) -> None:
    events = desk.events()
    typed = {"body": "Đã gõ lâu rồi.", **fields}
    answer = form(desk.first, pledge_id).send(**typed)
    assert answer.status_code == 422
    assert sentence in refusal(answer)
    assert text_of(answer, "body") == typed["body"].strip()
    for name in {"wording", "quote"} & set(fields):
        shown = value_of if "quote_start" in fields else text_of
        assert shown(answer, name) == fields[name]
    assert stored(desk) == []
    assert desk.events() == events


def test_quote_that_stands_in_two_places_is_asked_for_more(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id, "phan=mo-dau").send(quote="Sở Thử nghiệm", body="Tên nào?")
    assert answer.status_code == 422
    assert "Đoạn trích có ở 2 chỗ" in refusal(answer)
    assert text_of(answer, "quote") == "Sở Thử nghiệm"


def test_quote_and_edited_words_are_kept_together(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(quote="Nội dung", wording="Nội dung thi đua thứ nhất.")
    (comment,) = stored(desk)
    assert (comment.quote, comment.replacement) == (FIRST_CLAUSE[:-1], "Nội dung thi đua thứ nhất")


def test_form_that_names_no_part_keeps_the_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(phan="khoan-0", body="Giữ lại.")
    assert answer.status_code == 422
    assert "không ghi rõ góp ý về phần nào" in refusal(answer)
    assert "Giữ lại." in words(answer)


def test_part_that_the_text_lacks_is_refused(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(phan="khoan-9", body="Về khoản 9.", wording=None)
    assert answer.status_code == 422
    assert "không có phần này" in refusal(answer)
    assert text_of(answer, "body") == "Về khoản 9."


def test_two_lines_for_a_signature_block_are_refused_with_the_words_kept(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id, "phan=khoi-ky-1").send(wording="ĐẠI DIỆN\nSỞ THỬ NGHIỆM 1")
    assert answer.status_code == 422
    assert text_of(answer, "wording") == "ĐẠI DIỆN\nSỞ THỬ NGHIỆM 1"


def test_same_comment_twice_is_friendly_and_one_row(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    tab.send(body="Nên nêu rõ chỉ tiêu.")
    desk.place.clock.forward(minutes=7)
    assert "Ông/Bà đã gửi góp ý này lúc 09:00" in notice(desk.first, tab.send(body="Nên nêu rõ chỉ tiêu."))
    assert desk.count(Comment) == 1


def next_round(desk: Desk, pledge_id: uuid.UUID, first_clause: str) -> None:
    """Reopened, reworded, sent out again."""
    open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "sua-lai")).send(reason="Sửa.")
    save(desk.place.app, desk.house, pledge_id, reworded(small_text(), first_clause))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)


def test_text_that_changed_meanwhile_takes_the_suggestion_along(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    next_round(desk, pledge_id, f"Mới: {FIRST_CLAUSE}")
    answer = tab.send(body="Cho đủ.", wording="Nội dung thi đua yêu nước thứ 1.")
    assert answer.status_code == 409
    assert "Văn bản đã thay đổi" in refusal(answer)
    assert "Thay đổi so với bản lần 1" in words(answer)
    assert text_of(answer, "body") == "Cho đủ."
    assert value_of(answer, "quote") == "đua"
    assert text_of(answer, "wording") == "đua yêu nước"
    assert stored(desk) == []
    assert form_on(desk.first, answer, tab.action).send().status_code == 303
    (comment,) = stored(desk)
    assert (comment.quote_start, comment.replacement) == (18, "đua yêu nước")


def test_suggestion_that_fits_no_longer_stays_to_be_read(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    next_round(desk, pledge_id, "Hoàn toàn khác.")
    answer = tab.send(body="Cho đủ.", wording="Nội dung thi đua yêu nước thứ 1.")
    assert answer.status_code == 409
    assert text_of(answer, "body") == "Cho đủ."
    assert "không còn khớp với bản mới" in words(answer)
    assert "yêu nước" in words(answer)
    assert text_of(answer, "wording") == "Hoàn toàn khác."


def test_comment_that_comes_after_the_round_keeps_its_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "sua-lai")).send(reason="Sửa.")
    answer = tab.send(body="Đến muộn mất rồi.")
    assert answer.status_code == 409
    assert "không thể góp ý" in refusal(answer)
    assert "Đến muộn mất rồi." in words(answer)
