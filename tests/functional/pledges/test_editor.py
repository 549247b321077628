"""The editor: clause by clause, without a script, and nothing typed is ever lost."""

from __future__ import annotations

import json
import uuid

import pytest
from werkzeug.test import TestResponse

from approval.domain.pledge_text import PledgeText
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_house import import_draft, submit_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, text_of, tree, value_of, words

FIRST, SECOND = "Nội dung thi đua thứ 1.", "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A draft of two clauses."""
    return import_draft(desk.place.app, desk.house)


def editor(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The editor in a new tab."""
    page = page_of(pledge_id, "soan-thao")
    return open_form(desk.coordinator, page, page)


def clauses(answer: TestResponse) -> list[str]:
    """The clauses as they stand in the editor."""
    return [area.get_text().removeprefix("\n") for area in tree(answer).select("textarea[name=clause]")]


def stored_text(desk: Desk, pledge_id: uuid.UUID) -> PledgeText:
    """The draft in the database."""
    return PledgeText.from_dict(json.loads(desk.stored(pledge_id).draft_content))


def test_saved_words_are_on_the_page_and_in_the_print(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Đẩy mạnh phong trào.", SECOND], subject="Khối mới", do="save")
    assert "Đã lưu dự thảo." in notice(desk.coordinator, answer)
    page = words(desk.coordinator.get(page_of(pledge_id)))
    assert "1. Đẩy mạnh phong trào." in page
    assert "Khối mới" in page
    assert FIRST not in page


def test_saving_keeps_agencies_and_their_order(desk: Desk, pledge_id: uuid.UUID) -> None:
    before = stored_text(desk, pledge_id)
    editor(desk, pledge_id).send(clause=["Khác.", SECOND], do="save")
    assert stored_text(desk, pledge_id).parties == before.parties
    assert stored_text(desk, pledge_id).date_policy == before.date_policy


def test_blank_lines_part_paragraphs_and_single_line_ends_do_not(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(clause=["Một\r\nhai.\r\n\r\nBa.", SECOND], do="save")
    assert stored_text(desk, pledge_id).clauses[0].paragraphs == ("Một hai.", "Ba.")


def test_any_date_part_may_be_left_blank(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(day="", month="", year="2024", do="save")
    date = stored_text(desk, pledge_id).date
    assert (date.day, date.month, date.year) == (None, None, 2024)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("add:0", ["Vừa gõ.", "", SECOND]),
        ("add:1", ["Vừa gõ.", SECOND, ""]),
        ("remove:1", ["Vừa gõ."]),
        ("down:0", [SECOND, "Vừa gõ."]),
        ("up:1", [SECOND, "Vừa gõ."]),
        ("up:0", ["Vừa gõ.", SECOND]),
        ("down:1", ["Vừa gõ.", SECOND]),
    ],
)
def test_clause_buttons_move_clauses_and_keep_what_was_typed(
    desk: Desk, pledge_id: uuid.UUID, order: str, expected: list[str]
) -> None:
    answer = editor(desk, pledge_id).send(clause=["Vừa gõ.", SECOND], title="TÊN VỪA GÕ", do=order)
    assert answer.status_code == 200
    assert clauses(answer) == expected
    assert value_of(answer, "title") == "TÊN VỪA GÕ"
    assert "Chưa lưu" in words(answer)
    assert stored_text(desk, pledge_id).clauses[0].paragraphs == (FIRST,)


def test_first_clause_can_be_added_to_an_empty_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert clauses(editor(desk, pledge_id).send(clause=[], do="add:0")) == [""]


@pytest.mark.parametrize(
    "order",
    ["remove:7", "up:99", "add:-1", "eat:0", "remove:100", "add:0;drop", "split:9", "merge:1", "undo:0", "party-up:9"],
)
def test_unknown_order_changes_nothing_and_saves_nothing(desk: Desk, pledge_id: uuid.UUID, order: str) -> None:
    answer = editor(desk, pledge_id).send(clause=["Vừa gõ.", SECOND], do=order)
    assert clauses(answer) == ["Vừa gõ.", SECOND]
    assert [clause.paragraphs for clause in stored_text(desk, pledge_id).clauses] == [(FIRST,), (SECOND,)]


def test_added_clause_is_numbered_when_saved(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(clause=[FIRST, "Ở giữa.", SECOND], do="save")
    assert [clause.number for clause in stored_text(desk, pledge_id).clauses] == [1, 2, 3]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"clause": [FIRST, "   "]}, "Khoản 2"),
        ({"clause": []}, "từ 1"),
        ({"place": ""}, "Địa danh"),
        ({"title": " "}, "Tên văn bản"),
        ({"preamble": ""}, "Phần mở đầu"),
        ({"closing": ""}, "Phần kết"),
        ({"month": "năm"}, "Tháng"),
        ({"day": "31", "month": "4"}, "Ngày"),
        ({"title": "X" * 301}, "300"),
        ({"clause": [f"Khoản {n}." for n in range(61)]}, "60"),
        ({"clause": ["Chữ\x07 lạ.", SECOND]}, "ký tự"),
        ({"clause": [FIRST, "Chữ\u202e lạ."]}, "khoản 2 có ký tự ẩn hoặc ký tự điều khiển U+202E"),
        ({"clause": [FIRST, "Chữ \u6f22 lạ."]}, "U+6F22"),
        ({"clause": [FIRST, "dài" * 60]}, "khoản 2 dài hơn một dòng"),
    ],
)
def test_refused_text_is_not_saved_and_nothing_typed_is_lost(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str | list[str]], says: str
) -> None:
    before, version = stored_text(desk, pledge_id), desk.stored(pledge_id).version
    answer = editor(desk, pledge_id).send(**{"subject": "Vừa gõ ở đây", **typed}, do="save")
    assert answer.status_code == 422
    assert says.lower() in refusal(answer).lower()
    assert value_of(answer, "subject") == "Vừa gõ ở đây"
    assert stored_text(desk, pledge_id) == before
    assert desk.stored(pledge_id).version == version
    link = tree(answer).select_one("[role=alert] a")
    assert link is not None
    assert tree(answer).find(id=str(link["href"])[1:])


def test_clause_button_does_not_smuggle_a_stale_tab_past_the_check(desk: Desk, pledge_id: uuid.UUID) -> None:
    one, other = editor(desk, pledge_id), editor(desk, pledge_id)
    one.send(clause=["Bản của tab một.", SECOND], do="save")
    moved = other.send(do="down:0")
    answer = other.send(clause=clauses(moved), version=value_of(moved, "version"), do="save")
    assert answer.status_code == 409
    assert stored_text(desk, pledge_id).clauses[0].paragraphs == ("Bản của tab một.",)


def test_lost_version_never_overwrites(desk: Desk, pledge_id: uuid.UUID) -> None:
    refused = editor(desk, pledge_id).send(clause=["Không có phiên bản.", SECOND], version="", do="save")
    assert refused.status_code == 422
    assert clauses(refused)[0] == "Không có phiên bản."
    again = editor(desk, pledge_id).send(clause=clauses(refused), version=value_of(refused, "version"), do="save")
    assert again.status_code == 409


def test_saving_the_same_twice_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk, pledge_id)
    tab.send(clause=["Một lần.", SECOND], do="save")
    events = desk.events()
    answer = tab.send(clause=["Một lần.", SECOND], do="save")
    assert "lưu nội dung này lúc 09:00" in notice(desk.coordinator, answer)
    assert answer.location == page_of(pledge_id, "soan-thao")
    assert desk.events() == events


def test_text_typed_while_the_draft_was_sent_out_stays_in_the_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk, pledge_id)
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    answer = tab.send(clause=["Nửa giờ gõ phím.", SECOND], do="save")
    assert answer.status_code == 409
    assert "không còn ở bước dự thảo" in refusal(answer)
    assert clauses(answer)[0] == "Nửa giờ gõ phím."
    assert stored_text(desk, pledge_id).clauses[0].paragraphs == (FIRST,)


def test_editor_of_a_pledge_sent_out_shows_the_pledge_instead(desk: Desk, pledge_id: uuid.UUID) -> None:
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    answer = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert answer.status_code == 409
    assert "không còn ở bước dự thảo" in refusal(answer)
    assert FIRST in words(answer)


def test_preamble_of_many_paragraphs_comes_back_as_typed(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(preamble="\nMột.\n\nHai.", do="save")
    answer = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert text_of(answer, "preamble") == "Một.\n\nHai."
