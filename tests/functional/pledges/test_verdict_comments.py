"""A verdict collects the agency's comments, is final after the deadline, and silence is no agreement."""

from __future__ import annotations

import uuid

import pytest

from approval.models.comment import Comment
from approval.models.verdict import Verdict
from tests.factories.review_comments import comment_by, suggest_by
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, open_form, refusal, tree, words
from tests.functional.visitor import Visitor


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review, deadline in seven days."""
    return make_review(desk.place.app, desk.house)


def form(visitor: Visitor, pledge_id: uuid.UUID) -> OpenForm:
    """The verdict form in a new tab."""
    return open_form(visitor, page_of(pledge_id), page_of(pledge_id, "y-kien"))


def sheet_of_answer(visitor: Visitor, pledge_id: uuid.UUID) -> str:
    """What a person reads in the verdict's panel."""
    panel = tree(visitor.get(page_of(pledge_id))).select_one("#phieu-y-kien")
    return " ".join(panel.get_text(" ").split()) if panel else ""


def row(visitor: Visitor, pledge_id: uuid.UUID, position: int) -> str:
    """One agency's row on the board."""
    found = tree(visitor.get(page_of(pledge_id))).find(id=f"cq-{position}")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_comments_speak_for_the_verdict(desk: Desk, pledge_id: uuid.UUID) -> None:
    app, first = desk.place.app, desk.house.representatives[0]
    one = comment_by(app, pledge_id, first)
    two = suggest_by(app, pledge_id, first, quote="thi đua", replacement="thi đua yêu nước")
    panel = tree(desk.first.get(page_of(pledge_id))).select_one("#phieu-y-kien")
    assert panel is not None
    read = " ".join(panel.get_text(" ").split())
    assert "Quý cơ quan đã có 2 góp ý" in read
    assert "Khoản 1: “thi đua” → “thi đua yêu nước”" in read
    assert [str(link["href"]) for link in panel.select(".own-comments a")] == [
        page_of(pledge_id, f"gop-y/{comment}") for comment in (one, two)
    ]
    opened = form(desk.first, pledge_id)
    assert opened.fields["kind"] == "agree_with_comments"
    assert opened.send().status_code == 303
    assert "2 góp ý" in row(desk.coordinator, pledge_id, 1)
    assert "Thống nhất, có ý kiến" in row(desk.coordinator, pledge_id, 1)


def test_changes_may_be_asked_for_by_comments_alone(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert form(desk.first, pledge_id).send(kind="request_changes").status_code == 422
    comment_by(desk.place.app, pledge_id, desk.house.representatives[0])
    assert form(desk.first, pledge_id).send(kind="request_changes").status_code == 303
    assert "Đề nghị sửa" in row(desk.second, pledge_id, 1)


def test_comments_of_others_choose_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_by(desk.place.app, pledge_id, desk.house.representatives[0])
    assert "kind" not in form(desk.second, pledge_id).fields
    assert "Quý cơ quan đã có" not in sheet_of_answer(desk.second, pledge_id)


def test_many_own_comments_are_five_links_and_one_to_all(desk: Desk, pledge_id: uuid.UUID) -> None:
    for number in range(7):
        comment_by(desk.place.app, pledge_id, desk.house.representatives[0], f"Ý thứ {number}.")
    panel = tree(desk.first.get(page_of(pledge_id))).select_one("#phieu-y-kien")
    assert panel is not None
    assert len(panel.select(".own-comments a")) == 5
    everything = panel.find("a", string="Xem tất cả 7 góp ý")
    assert everything is not None
    assert len(tree(desk.first.get(str(everything["href"]))).select(".note")) == 7


def test_given_answer_says_until_when_it_may_change(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(kind="agree")
    assert "Thay đổi được đến 09:00 22/5/2024 ; sau đó là ý kiến chính thức." in sheet_of_answer(desk.first, pledge_id)


def test_given_answer_is_final_after_the_deadline(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    tab.send(kind="agree")
    desk.place.clock.forward(days=8)
    later = desk.place.visitor(desk.house.representatives[0])
    page = later.get(page_of(pledge_id))
    assert not tree(page).find("form", action=page_of(pledge_id, "y-kien"))
    assert "has-dock" not in page.text
    assert "đây là ý kiến chính thức" in sheet_of_answer(later, pledge_id)
    again = OpenForm(later, tab.action, tab.fields)
    late = again.send(csrf_token=later.token(), kind="request_changes", comment="Đổi ý rồi.")
    assert late.status_code == 409
    assert refusal(late)
    assert "“Đổi ý rồi.”" in words(late)
    assert desk.count(Verdict) == 1


def test_first_answer_is_taken_late(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.place.clock.forward(days=8)
    assert "ý kiến muộn vẫn được ghi nhận" in sheet_of_answer(desk.first, pledge_id)
    comment_by(desk.place.app, pledge_id, desk.house.representatives[0])
    assert form(desk.first, pledge_id).send().status_code == 303
    assert "ý kiến chính thức" in sheet_of_answer(desk.first, pledge_id)


def test_silence_after_the_deadline_is_shown_and_is_no_agreement(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(kind="agree")
    assert "Chưa có ý kiến" in row(desk.second, pledge_id, 2)
    desk.place.clock.forward(days=8)
    assert "Không có ý kiến (quá hạn)" in row(desk.coordinator, pledge_id, 2)
    assert "không phải là thống nhất" in words(desk.coordinator.get(page_of(pledge_id)))
    assert desk.stored(pledge_id).state == "in_review"


def test_words_of_the_verdict_stand_on_the_board_once_and_can_be_discussed(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(kind="request_changes", comment="Sửa khoản 1 cho rõ.")
    assert words(desk.coordinator.get(page_of(pledge_id))).count("Sửa khoản 1 cho rõ.") == 1
    link = tree(desk.coordinator.get(page_of(pledge_id))).select_one("#cq-1 a")
    assert link is not None
    listed = desk.coordinator.get(str(link["href"]))
    assert "kèm phiếu ý kiến" in words(listed)
    assert "Sửa khoản 1 cho rõ." in words(listed)
    assert desk.count(Comment) == 1
