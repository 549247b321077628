"""Where the coordinator meets comments that wait: the task list, the pledge's panel, the editor, the opening page."""

from __future__ import annotations

import uuid

import pytest
from bs4 import Tag

from approval.domain.states import VerdictKind
from approval.services.give_verdict import give_verdict
from tests.factories.review_house import agree_by, answer_all, import_draft, make_review, verdict_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, refusal, tree, words
from tests.functional.pledges.worklist_desk import reopen, say, work


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """In review, one comment waiting."""
    pledge_id = make_review(desk.place.app, desk.house)
    say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    return pledge_id


def test_a_waiting_comment_is_a_task(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = tree(desk.coordinator.get("/viec-can-xu-ly"))
    section = page.find("section", attrs={"aria-labelledby": "cho-xu-ly"})
    assert isinstance(section, Tag)
    link = section.find("a", href=work(pledge_id))
    assert link is not None
    assert link.get_text().startswith("Trả lời góp ý")
    assert "1 góp ý chưa trả lời" in section.get_text()


def test_an_answered_one_is_not(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer_all(desk.place.app, desk.house, pledge_id)
    page = words(desk.coordinator.get("/viec-can-xu-ly"))
    assert "Không có việc nào chờ Thư ký Khối." in page
    assert "chưa trả lời" not in page


def test_other_people_are_not_told_of_the_coordinators_work(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert "góp ý chưa trả lời" not in words(desk.first.get("/viec-can-xu-ly"))
    assert tree(desk.first.get(page_of(pledge_id))).find("a", href=work(pledge_id)) is None


def test_the_panel_counts_comments_and_leads_to_them(desk: Desk, pledge_id: uuid.UUID) -> None:
    link = tree(desk.coordinator.get(page_of(pledge_id))).find("a", href=work(pledge_id))
    assert link is not None
    assert " ".join(link.get_text().split()) == "Góp ý: 1, chưa trả lời 1"


def test_the_form_to_send_says_what_is_missing_before_the_click(desk: Desk, pledge_id: uuid.UUID) -> None:
    reopen(desk, pledge_id)
    action = page_of(pledge_id, "gui-lay-y-kien")
    form = tree(desk.coordinator.get(page_of(pledge_id))).find("form", action=action)
    assert isinstance(form, Tag)
    button = form.find("button")
    assert isinstance(button, Tag)
    assert button.has_attr("disabled")
    assert "Còn 1 góp ý chưa trả lời" in form.get_text()
    assert form.find("a", href=work(pledge_id, "?chua=1")) is not None
    forced = open_form(desk.coordinator, page_of(pledge_id), action).send(deadline="17:00 28/5/2024")
    assert forced.status_code == 409
    assert "chưa được trả lời" in refusal(forced)
    answer_all(desk.place.app, desk.house, pledge_id)
    assert open_form(desk.coordinator, page_of(pledge_id), action).send().status_code == 303


def test_the_worklist_says_when_everything_is_answered(desk: Desk, pledge_id: uuid.UUID) -> None:
    reopen(desk, pledge_id)
    answer_all(desk.place.app, desk.house, pledge_id)
    assert "Đã trả lời hết. Gửi lấy ý kiến lần 2" in words(desk.coordinator.get(work(pledge_id)))


def test_the_editor_leads_to_the_worklist(desk: Desk, pledge_id: uuid.UUID) -> None:
    reopen(desk, pledge_id)
    assert tree(desk.coordinator.get(page_of(pledge_id, "soan-thao"))).find("a", href=work(pledge_id)) is not None


def test_opening_waits_for_the_answers(desk: Desk, pledge_id: uuid.UUID) -> None:
    command = verdict_command(
        desk.place.app, pledge_id, desk.house.representatives[0], VerdictKind.AGREE_WITH_COMMENTS, "Góp ý nhỏ."
    )
    with desk.place.app.app_context():
        give_verdict(command)
    agree_by(desk.place.app, pledge_id, desk.house.representatives[1])
    assert "Trả lời góp ý" in words(desk.coordinator.get("/viec-can-xu-ly"))
    page = tree(desk.coordinator.get(page_of(pledge_id, "mo-ky")))
    assert page.find("a", href=work(pledge_id, "?chua=1")) is not None
    button = page.select_one("main form button[type=submit]")
    assert button is not None
    assert button.has_attr("disabled")


def test_a_worklist_without_comments_says_so(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    assert "chưa được gửi lấy ý kiến" in words(desk.coordinator.get(work(draft)))
    pledge_id = make_review(desk.place.app, desk.house)
    assert "Chưa có góp ý nào trong lần này." in words(desk.coordinator.get(work(pledge_id)))
