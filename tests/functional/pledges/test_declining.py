"""Refusing to sign: the reason is never lost, and what had been signed stays in sight as void."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from approval.extensions import db
from approval.models.decline import Decline
from approval.models.signature import Signature
from approval.services.cancel_pledge import cancel_pledge
from approval.services.decline_to_sign import decline_to_sign
from tests.factories.review_house import cancel_command
from tests.factories.signing_house import decline_command, make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, text_of, tree, words

REASON = "Khoản 2: chỉ tiêu chưa đúng.\nĐề nghị sửa thành 95%."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge open for signing that the first agency has signed."""
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    return pledge_id


def form(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The form to refuse, on the second agency's signing page."""
    return open_form(desk.second, page_of(pledge_id, "ky"), page_of(pledge_id, "tu-choi-ky"))


def decline(desk: Desk, pledge_id: uuid.UUID, reason: str = REASON) -> TestResponse:
    """The second agency refuses."""
    return form(desk, pledge_id).send(reason=reason)


def stopped_panel(answer: TestResponse) -> str:
    """The panel about the first stopped signing."""
    panel = tree(answer).find(id="phien-ky-1")
    return " ".join(panel.get_text(" ").split()) if panel else ""


@pytest.mark.parametrize("reason", ["", " \n ", "quá dài " * 600])
def test_refused_refusal_keeps_the_reason(desk: Desk, pledge_id: uuid.UUID, reason: str) -> None:
    answer = decline(desk, pledge_id, reason)
    assert answer.status_code == 422
    assert refusal(answer)
    assert text_of(answer, "reason") == reason.strip()
    assert desk.count(Decline) == 0
    assert desk.stored(pledge_id).state == "signing"


def test_refusal_returns_the_pledge_to_draft_with_its_reason(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert "Đã ghi nhận từ chối ký." in notice(desk.second, decline(desk, pledge_id))
    stored = desk.stored(pledge_id)
    assert (stored.state, stored.round, stored.signed_count) == ("draft", 2, 0)


def test_everybody_sees_the_void_signatures_who_declined_and_why(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    assert desk.count(Signature) == 1
    with desk.place.app.app_context():
        serial = db.session.scalars(select(Signature.certificate_serial)).one()
    for visitor in (desk.first, desk.second, desk.coordinator):
        panel = stopped_panel(visitor.get(page_of(pledge_id)))
        assert "Phiên ký lần 1 đã dừng" in panel
        assert "Sở Thử nghiệm 2 từ chối ký lúc 09:00 15/5/2024" in panel
        assert "Đề nghị sửa thành 95%." in panel
        assert "01 chữ ký không còn hiệu lực, được giữ làm chứng cứ" in panel
        assert "Sở Thử nghiệm 1 Không còn hiệu lực Đại diện Sở Thử nghiệm 1, GIÁM ĐỐC, ký lúc 09:00 15/5/2024" in panel
        assert f"Chứng thư số {serial}" in panel


def test_board_and_sheet_no_longer_count_the_void_signature(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    page = tree(desk.coordinator.get(page_of(pledge_id)))
    assert "Đã ký số" not in page.select_one(".sheet").get_text()  # type: ignore[union-attr]
    assert "Đã ký" not in page.select_one(".board").get_text()  # type: ignore[union-attr]


def test_history_says_how_many_signatures_became_void(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    page = words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))
    assert "từ chối ký; các chữ ký đã có không còn hiệu lực" in page
    assert "01 chữ ký đã có hết hiệu lực" in page
    assert "Đề nghị sửa thành 95%." in page


def test_evidence_of_the_stopped_signing_can_still_be_looked_at(desk: Desk, pledge_id: uuid.UUID) -> None:
    src = tree(desk.second.get(page_of(pledge_id, "ky"))).select_one(".pages img")
    assert src is not None
    decline(desk, pledge_id)
    assert desk.second.get(str(src["src"])).status_code == 200
    assert desk.second.get(page_of(pledge_id, "tep/ban-mo-ky.pdf")).status_code == 404


def test_second_click_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    tab.send(reason=REASON)
    events = desk.events()
    assert "Ông/Bà đã từ chối ký bản này lúc 09:00" in notice(desk.second, tab.send(reason=REASON))
    assert desk.count(Decline) == 1
    assert desk.events() == events


def test_who_signed_cannot_take_it_back_by_refusing(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    tab = open_form(desk.first, page_of(pledge_id, "ky"), page_of(pledge_id, "tu-choi-ky"))
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    answer = tab.send(reason=REASON)
    assert answer.status_code == 409
    assert "đã ký văn bản này nên không từ chối được" in refusal(answer)
    assert " ".join(REASON.split()) in words(answer)
    assert desk.stored(pledge_id).state == "signing"


@pytest.mark.parametrize("ended_by", ["other refusal", "cancelling"])
def test_reason_typed_for_a_signing_that_has_ended_is_shown_to_copy(desk: Desk, ended_by: str) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    tab = form(desk, pledge_id)
    app, people = desk.place.app, desk.house
    decline_first = decline_command(app, pledge_id, people.representatives[0])
    cancel = cancel_command(app, people.coordinator, pledge_id)
    with app.app_context():
        decline_to_sign(decline_first) if ended_by == "other refusal" else cancel_pledge(cancel)
    answer = tab.send(reason=REASON)
    assert answer.status_code == 409
    assert "chưa được ghi" in words(answer)
    assert " ".join(REASON.split()) in words(answer)


def test_refusing_another_text_than_the_one_read_keeps_the_reason(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk, pledge_id).send(reason=REASON, revision_sha256="d" * 64)
    assert answer.status_code == 409
    assert text_of(answer, "reason").replace("\r\n", "\n") == REASON
    assert desk.stored(pledge_id).state == "signing"
