"""Back to draft and cancelling: a reason is asked for, kept when refused, and told to everybody."""

from __future__ import annotations

import uuid

import pytest

from approval.domain.commands import Actor
from approval.services.revise_pledge import revise_pledge
from tests.factories.review_house import agree_by, import_draft, make_review, revise_command
from tests.factories.signing_house import make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, tree, words

PATHS = {"revise": "sua-lai", "cancel": "huy"}


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review with one agreement."""
    pledge_id = make_review(desk.place.app, desk.house)
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    return pledge_id


def form(desk: Desk, pledge_id: uuid.UUID, act: str) -> OpenForm:
    """One of the coordinator's two forms with a reason."""
    return open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, PATHS[act]))


def test_reopened_pledge_is_a_draft_of_the_next_round_with_its_reason(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk, pledge_id, "revise").send(reason="Tiếp thu ý kiến Sở Thử nghiệm 2.")
    assert answer.location == page_of(pledge_id, "soan-thao")
    assert "trở về bước dự thảo" in notice(desk.coordinator, answer)
    stored = desk.stored(pledge_id)
    assert (stored.state, stored.round, stored.agreed_count) == ("draft", 2, 0)
    for visitor in (desk.coordinator, desk.first):
        page = words(visitor.get(page_of(pledge_id)))
        assert "Lý do mở lần 2 “Tiếp thu ý kiến Sở Thử nghiệm 2.”" in page


@pytest.mark.parametrize("act", PATHS)
@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 4001])
def test_reason_is_asked_for_and_kept(desk: Desk, pledge_id: uuid.UUID, act: str, reason: str) -> None:
    events = desk.events()
    answer = form(desk, pledge_id, act).send(reason=reason)
    assert answer.status_code == 422
    assert refusal(answer)
    area = tree(answer).select_one(f"#{act}-reason")
    assert area is not None
    assert area.get_text().strip() == reason.strip()
    disclosure = area.find_parent("details")
    assert disclosure is not None
    assert disclosure.has_attr("open")
    assert desk.stored(pledge_id).state == "in_review"
    assert desk.events() == events


@pytest.mark.parametrize("act", PATHS)
def test_decision_on_an_outdated_page_is_refused_with_the_reason_kept(
    desk: Desk, pledge_id: uuid.UUID, act: str
) -> None:
    tab = form(desk, pledge_id, act)
    agree_by(desk.place.app, pledge_id, desk.house.representatives[1])
    answer = tab.send(reason="Lý do gõ lúc nãy.")
    assert answer.status_code == 409
    area = tree(answer).select_one(f"#{act}-reason")
    assert area is not None
    assert area.get_text() == "Lý do gõ lúc nãy."
    assert desk.stored(pledge_id).state == "agreed"


def test_reason_of_a_form_that_is_gone_is_shown_to_copy(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id, "revise")
    command = revise_command(desk.place.app, desk.house, pledge_id, "Lý do khác.")
    with desk.place.app.app_context():
        revise_pledge(command)
    answer = tab.send(reason="Lý do gõ lúc nãy.")
    assert answer.status_code == 409
    assert "“Lý do gõ lúc nãy.”" in words(answer)


@pytest.mark.parametrize("act", PATHS)
def test_second_click_is_friendly(desk: Desk, pledge_id: uuid.UUID, act: str) -> None:
    tab = form(desk, pledge_id, act)
    tab.send(reason="Một lần.")
    events = desk.events()
    assert "lúc 09:00" in notice(desk.coordinator, tab.send(reason="Một lần."))
    assert desk.events() == events


def test_cancelled_pledge_shows_its_reason_and_offers_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk, pledge_id, "cancel").send(reason="Khối giải thể.")
    assert "Đã hủy văn bản." in notice(desk.coordinator, answer)
    for visitor in (desk.coordinator, desk.first):
        page = visitor.get(page_of(pledge_id))
        assert "Lý do: Khối giải thể." in words(page)
        forms = {str(found["action"]) for found in tree(page).select("form[action]")}
        assert forms == {"/dang-xuat"}


def test_draft_never_sent_can_be_cancelled(desk: Desk) -> None:
    pledge_id = import_draft(desk.place.app, desk.house)
    form(desk, pledge_id, "cancel").send(reason="Nhập nhầm.")
    assert desk.stored(pledge_id).state == "cancelled"
    assert desk.coordinator.get(page_of(pledge_id)).status_code == 200


def test_cancelling_while_people_sign_keeps_their_signatures_in_sight(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    form(desk, pledge_id, "cancel").send(reason="Dừng lại.")
    page = words(desk.first.get(page_of(pledge_id)))
    assert "Phiên ký lần 1 đã dừng" in page
    assert "Dừng vì văn bản bị hủy" in page
    assert "01 chữ ký không còn hiệu lực" in page
    assert "Sở Thử nghiệm 1 Không còn hiệu lực Đại diện Sở Thử nghiệm 1, GIÁM ĐỐC, ký lúc" in page


@pytest.mark.parametrize(
    ("who", "can"),
    [("coordinator", {"sua-lai", "huy"}), ("administrator", {"huy"}), ("representative", set[str]())],
)
def test_each_role_is_offered_its_own_acts(desk: Desk, pledge_id: uuid.UUID, who: str, can: set[str]) -> None:
    actors: dict[str, Actor] = {
        "coordinator": desk.house.coordinator,
        "administrator": desk.house.administrator,
        "representative": desk.house.representatives[1],
    }
    page = tree(desk.place.visitor(actors[who]).get(page_of(pledge_id)))
    offered = {str(found["action"]).rsplit("/", 1)[1] for found in page.select("form[action]")}
    assert offered & {"sua-lai", "huy"} == can


def test_administrator_can_cancel(desk: Desk, pledge_id: uuid.UUID) -> None:
    visitor = desk.place.visitor(desk.house.administrator)
    open_form(visitor, page_of(pledge_id), page_of(pledge_id, "huy")).send(reason="Theo yêu cầu của Ban.")
    assert desk.stored(pledge_id).state == "cancelled"
