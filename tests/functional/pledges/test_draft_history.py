"""The list of a draft's texts, any two compared; and the unsaved form as typeset pages."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from approval.models.draft_text import DraftText
from approval.services.submit_for_review import submit_for_review
from tests.factories.draft_desk import draft_texts
from tests.factories.pdf_tools import raw_text
from tests.factories.review_house import import_draft, submit_command
from tests.factories.signing_house import make_agreed_pledge
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, open_form, refusal, tree, words

FIRST, SECOND = "Nội dung thi đua thứ 1.", "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A draft saved twice since its import."""
    made = import_draft(desk.place.app, desk.house)
    for words_typed in ("Bản thứ hai.", "Bản thứ ba."):
        editor(desk, made).send(clause=[words_typed, SECOND], do="save")
    return made


def editor(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    page = page_of(pledge_id, "soan-thao")
    return open_form(desk.coordinator, page, page)


def previewed(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The editor's form, to be sent to the preview."""
    return OpenForm(desk.coordinator, page_of(pledge_id, "soan-thao/xem-truoc"), editor(desk, pledge_id).fields)


def test_the_last_two_texts_are_compared_unless_others_are_chosen(desk: Desk, pledge_id: uuid.UUID) -> None:
    first, second, third = (row.version for row in draft_texts(desk.place.app, pledge_id))
    page = page_of(pledge_id, "soan-thao/lich-su")
    shown = desk.coordinator.get(page)
    assert "3 bản đã lưu" in words(shown)
    assert [found.text for found in tree(shown).select(".sheet ins")] == ["[thêm: ba]"]
    whole = desk.coordinator.get(f"{page}?tu={first}&den={third}")
    assert "Nội dung thi đua" in "".join(found.text for found in tree(whole).select(".sheet del"))
    same = desk.coordinator.get(f"{page}?tu={second}&den={second}")
    assert "Hai bản giống nhau" in words(same)


@pytest.mark.parametrize("query", ["?tu=999&den=1", "?tu=x&den=-1", "?tu=1&tu=2", "?den=99999999999"])
def test_a_damaged_choice_is_no_error(desk: Desk, pledge_id: uuid.UUID, query: str) -> None:
    assert desk.coordinator.get(page_of(pledge_id, f"soan-thao/lich-su{query}")).status_code == 200


@pytest.mark.parametrize("version", ["0", "999", "999999999", "x"])
def test_a_text_that_is_not_there_opens_the_draft(desk: Desk, pledge_id: uuid.UUID, version: str) -> None:
    shown = desk.coordinator.get(page_of(pledge_id, f"soan-thao?ban={version}"))
    assert "Bản thứ ba." in words(shown)


def test_a_draft_older_than_the_memory_has_an_empty_list(desk: Desk) -> None:
    pledge_id = make_agreed_pledge(desk.place.app, desk.house)
    assert desk.coordinator.get(page_of(pledge_id, "soan-thao/lich-su")).status_code == 200


def test_once_sent_out_the_list_can_be_read_and_not_used(desk: Desk, pledge_id: uuid.UUID) -> None:
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    shown = words(desk.coordinator.get(page_of(pledge_id, "soan-thao/lich-su")))
    assert "3 bản đã lưu" in shown
    assert "Dùng lại bản này" not in shown


def test_the_unsaved_form_is_shown_as_pages_and_not_stored(desk: Desk, pledge_id: uuid.UUID, tmp_path: Path) -> None:
    answer = previewed(desk, pledge_id).send(clause=["Chưa lưu mà đã xem.", SECOND])
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" not in answer.headers["Content-Security-Policy"]
    file = tmp_path / "preview.pdf"
    file.write_bytes(answer.data)
    printed = raw_text(file)
    assert "Chưa lưu mà đã xem." in printed
    assert "đang soạn, chưa lưu" in printed
    assert desk.count(DraftText) == 3


def test_a_form_that_cannot_be_printed_is_refused_in_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    for typed, says in (({"title": ""}, "Tên văn bản"), ({"clause": ["\u6f22", SECOND]}, "U+6F22")):
        answer = previewed(desk, pledge_id).send(**typed)
        assert answer.status_code == 422
        assert says in refusal(answer) + words(answer)


def test_a_draft_sent_out_has_no_unsaved_preview(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = previewed(desk, pledge_id)
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    assert tab.send().status_code == 409
