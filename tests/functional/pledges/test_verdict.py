"""The answer of an agency: bound to the revision it read, replaceable, never doubled, never lost."""

from __future__ import annotations

import uuid

import pytest

from approval.domain.commands import Actor
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.verdict import Verdict
from tests.factories.review_house import agree_by, make_review
from tests.factories.signing_house import add_signer
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, text_of, tree, words
from tests.functional.visitor import Visitor


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review, nobody has answered."""
    return make_review(desk.place.app, desk.house)


def form(visitor: Visitor, pledge_id: uuid.UUID) -> OpenForm:
    """The verdict form in a new tab."""
    return open_form(visitor, page_of(pledge_id), page_of(pledge_id, "y-kien"))


def board(visitor: Visitor, pledge_id: uuid.UUID, position: int) -> str:
    """One agency's row on the board."""
    row = tree(visitor.get(page_of(pledge_id))).find(id=f"cq-{position}")
    return " ".join(row.get_text(" ").split()) if row else ""


def test_agreement_is_on_the_board_for_everybody(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(kind="agree")
    assert "Đã ghi nhận ý kiến" in notice(desk.first, answer)
    for visitor in (desk.first, desk.second, desk.coordinator):
        assert "Thống nhất" in board(visitor, pledge_id, 1)
        assert "Chưa có ý kiến" in board(visitor, pledge_id, 2)


def test_last_agreement_moves_the_pledge_on(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(kind="agree")
    form(desk.second, pledge_id).send(kind="agree_with_comments", comment="Nên ghi rõ quý.")
    assert desk.stored(pledge_id).state == "agreed"
    page = desk.coordinator.get(page_of(pledge_id))
    assert "Chuẩn bị mở ký" in words(page)
    assert "“Nên ghi rõ quý.”" in words(page)


@pytest.mark.parametrize("kind", [None, "", "approve", "agree_with_everything"])
def test_without_a_choice_the_comment_stays(desk: Desk, pledge_id: uuid.UUID, kind: str | None) -> None:
    answer = form(desk.first, pledge_id).send(kind=kind, comment="Đã gõ lâu rồi.")
    assert answer.status_code == 422
    assert "Chưa chọn ý kiến" in refusal(answer)
    assert text_of(answer, "comment") == "Đã gõ lâu rồi."
    assert desk.count(Verdict) == 0


@pytest.mark.parametrize("kind", ["agree_with_comments", "request_changes"])
def test_without_a_comment_the_choice_stays(desk: Desk, pledge_id: uuid.UUID, kind: str) -> None:
    answer = form(desk.first, pledge_id).send(kind=kind, comment=" \n ")
    assert answer.status_code == 422
    assert "Cần ghi rõ nội dung" in refusal(answer)
    checked = tree(answer).select_one("input[name=kind][checked]")
    assert checked is not None
    assert checked["value"] == kind
    assert desk.count(Verdict) == 0


def test_comment_that_is_too_long_stays_whole(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment = "dài " * 1200
    answer = form(desk.first, pledge_id).send(kind="request_changes", comment=comment)
    assert answer.status_code == 422
    assert text_of(answer, "comment") == comment.strip()


def test_comment_with_a_hidden_character_stays_and_is_told_which(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(kind="request_changes", comment="Sửa\u202e khoản 2.")
    assert answer.status_code == 422
    assert "U+202E" in refusal(answer)
    assert text_of(answer, "comment") == "Sửa\u202e khoản 2."
    assert desk.count(Verdict) == 0


def test_damaged_form_is_told_apart_from_a_refusal(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk.first, pledge_id).send(kind="agree", revision_number="một", comment="Giữ lại.")
    assert answer.status_code == 422
    assert "Tải lại trang" in refusal(answer)
    assert text_of(answer, "comment") == "Giữ lại."


def test_same_answer_twice_is_friendly_and_one_row(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk.first, pledge_id)
    tab.send(kind="request_changes", comment="Sửa khoản 1.")
    events = desk.events()
    desk.place.clock.forward(minutes=7)
    answer = tab.send(kind="request_changes", comment="Sửa khoản 1.")
    assert "Ông/Bà đã đề nghị sửa với nội dung này lúc 09:00" in notice(desk.first, answer)
    assert desk.count(Verdict) == 1
    assert desk.events() == events


def test_second_click_of_the_last_agreement_is_friendly_too(desk: Desk, pledge_id: uuid.UUID) -> None:
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    tab = form(desk.second, pledge_id)
    tab.send(kind="agree")
    assert "Ông/Bà đã thống nhất với văn bản này lúc 09:00" in notice(desk.second, tab.send(kind="agree"))
    assert desk.stored(pledge_id).state == "agreed"


def test_answer_may_be_changed_while_the_round_is_open(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk.first, pledge_id).send(kind="request_changes", comment="Sửa khoản 1.")
    again = desk.first.get(page_of(pledge_id))
    assert text_of(again, "comment") == "Sửa khoản 1."
    form(desk.first, pledge_id).send(kind="agree", comment="")
    row = board(desk.coordinator, pledge_id, 1)
    assert "Thống nhất" in row
    assert "Sửa khoản 1." not in row
    assert desk.count(Verdict) == 2


def test_representative_of_an_agency_that_is_no_party_finds_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    form_of_member = form(desk.first, pledge_id)
    with desk.place.app.app_context():
        stranger = add_signer(desk.house.bloc_id, _agency_outside(), name="Đại diện Sở Khác")
        db.session.commit()
    visitor = desk.place.visitor(stranger)
    assert visitor.get(page_of(pledge_id)).status_code == 404
    borrowed = OpenForm(visitor, form_of_member.action, form_of_member.fields)
    assert borrowed.send(csrf_token=visitor.token(), kind="agree").status_code == 404
    assert desk.count(Verdict) == 0


def test_only_the_person_named_for_the_agency_is_offered_the_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    colleague = _second_representative(desk, desk.house.representatives[0])
    page = desk.place.visitor(colleague).get(page_of(pledge_id))
    assert page.status_code == 200
    assert not tree(page).find("form", action=page_of(pledge_id, "y-kien"))
    assert tree(desk.first.get(page_of(pledge_id))).find("form", action=page_of(pledge_id, "y-kien"))


def test_late_answer_is_taken_while_the_round_is_open(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.place.clock.forward(days=20)
    assert "quá hạn" in board(desk.first, pledge_id, 1)
    assert form(desk.first, pledge_id).send(kind="agree").status_code == 303
    assert "Thống nhất" in board(desk.coordinator, pledge_id, 1)


def _agency_outside() -> int:
    agency = Agency(name="Sở Khác", short_name="SK")
    db.session.add(agency)
    db.session.flush()
    return agency.id


def _second_representative(desk: Desk, actor: Actor) -> Actor:
    assert actor.agency_id is not None
    with desk.place.app.app_context():
        colleague = add_signer(desk.house.bloc_id, actor.agency_id, name="Phó của cơ quan thứ nhất")
        db.session.commit()
    return colleague
