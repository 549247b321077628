"""Opening for signature: what could stop it is listed first, the date is settled, the bytes are frozen."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update

from approval.domain.pledge_text import DateLine, PledgeText
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.services.open_signing import open_signing
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import make_review, reworded
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    current_signing,
    make_agreed_pledge,
    make_house,
    open_command,
)
from tests.functional.conftest import Place
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, tree, value_of, words
from tests.servers.fixtures import AppFactory


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge agreed by both, printed month May 2024; today is 15 May."""
    return make_agreed_pledge(desk.place.app, desk.house)


def form(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The form to open signing."""
    page = page_of(pledge_id, "mo-ky")
    return open_form(desk.coordinator, page, page)


def choices(desk: Desk, pledge_id: uuid.UUID) -> set[str]:
    """The ways to write the date that are offered."""
    page = tree(desk.coordinator.get(page_of(pledge_id, "mo-ky")))
    return {str(found["value"]) for found in page.select("input[name=date_choice]")}


def printed(desk: Desk, pledge_id: uuid.UUID) -> tuple[DateLine, str]:
    """Date and policy of the frozen text."""
    with desk.place.app.app_context():
        frozen = PledgeText.from_dict(json.loads(current_signing(pledge_id).printed_content))
        return frozen.date, frozen.date_policy.value


def test_all_well_and_two_clicks_to_the_signatures(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert page_of(pledge_id, "mo-ky") in desk.coordinator.get(page_of(pledge_id)).text
    page = words(desk.coordinator.get(page_of(pledge_id, "mo-ky")))
    assert "Cần xử lý" not in page
    assert "Đạt: Sở Thử nghiệm 2: khóa ký số và thẩm quyền của người đại diện" in page
    assert "Đã khóa nội dung và mở ký." in notice(desk.coordinator, form(desk, pledge_id).send(date_choice="fill"))
    assert desk.stored(pledge_id).state == "signing"
    assert printed(desk, pledge_id) == (DateLine(None, 5, 2024), "filled_at_finalisation")


def test_day_may_be_given_now(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk, pledge_id).send(date_choice="give", day="17")
    assert printed(desk, pledge_id) == (DateLine(17, 5, 2024), "fixed_at_opening")
    assert "ngày 17 tháng 5 năm 2024" in words(desk.first.get(page_of(pledge_id, "ky")))


def test_whole_date_may_be_left_open(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk, pledge_id).send(date_choice="blank")
    assert printed(desk, pledge_id) == (DateLine(), "filled_at_finalisation")


@pytest.mark.parametrize("days", [40, 400])
def test_in_another_month_the_system_cannot_fill_and_asks(desk: Desk, pledge_id: uuid.UUID, days: int) -> None:
    desk.place.clock.forward(days=days)
    assert choices(desk, pledge_id) == {"give", "blank"}
    page = desk.coordinator.get(page_of(pledge_id, "mo-ky"))
    assert "Hôm nay không nằm trong tháng, năm đã ghi" in words(page)
    assert "Cần chọn: Dòng ngày tháng" in words(page)
    assert "Cần xử lý" not in words(page)
    assert not tree(page).select("button[disabled]")
    assert not tree(page).select("input[name=date_choice][checked]")


def test_fill_sent_although_not_offered_is_refused(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.place.clock.forward(days=40)
    answer = form(desk, pledge_id).send(date_choice="fill", deadline="17:00 28/6/2024")
    assert answer.status_code == 422
    assert refusal(answer)
    assert value_of(answer, "deadline") == "17:00 28/6/2024"
    assert desk.stored(pledge_id).state == "agreed"


@pytest.mark.parametrize("choice", ["give", "blank"])
def test_in_another_month_both_offered_ways_work(desk: Desk, pledge_id: uuid.UUID, choice: str) -> None:
    desk.place.clock.forward(days=40)
    answer = form(desk, pledge_id).send(date_choice=choice, day="31")
    assert answer.status_code == 303, refusal(answer)
    assert printed(desk, pledge_id)[0] == (DateLine(31, 5, 2024) if choice == "give" else DateLine())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"date_choice": None}, "Chưa chọn cách ghi ngày"),
        ({"date_choice": "keep"}, "Chưa chọn cách ghi ngày"),
        ({"date_choice": "give", "day": ""}, "Điền ô Ngày, hoặc chọn để trống"),
        ({"date_choice": "give", "day": "31", "month": "4"}, "ngày"),
        ({"date_choice": "give", "day": "x"}, "Ngày phải là số"),
        ({"date_choice": "fill", "deadline": "hôm sau"}, "Hạn phải ghi theo mẫu"),
        ({"date_choice": "fill", "deadline": "17:00 14/5/2024"}, "Hạn"),
        ({"date_choice": "fill", "deadline": "17:00 20/5/9999"}, "quá xa"),
    ],
)
def test_refused_opening_keeps_what_was_typed(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str | None], says: str
) -> None:
    answer = form(desk, pledge_id).send(**{"deadline": "17:00 24/5/2024", **typed})
    assert answer.status_code == 422
    assert says.lower() in refusal(answer).lower()
    assert value_of(answer, "deadline") == (typed.get("deadline") or "17:00 24/5/2024")
    if typed.get("day"):
        assert value_of(answer, "day") == typed["day"]
    assert desk.count(Signing) == desk.count(OutboxMessage) == 0


def test_fault_of_a_party_is_named_with_what_to_do(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        yesterday = parts().clock.now() - timedelta(days=1)
        person = desk.house.representatives[1].person_id
        db.session.execute(
            update(SigningAuthority).where(SigningAuthority.person_id == person).values(revoked_at=yesterday)
        )
        db.session.commit()
    answer = desk.coordinator.get(page_of(pledge_id, "mo-ky"))
    page = words(answer)
    assert "Cần xử lý: Sở Thử nghiệm 2: khóa ký số và thẩm quyền của người đại diện Chưa có thẩm quyền" in page
    assert "Chưa mở ký được: còn 01 mục cần xử lý" in page
    assert tree(answer).select("button[disabled][aria-describedby=chua-mo-duoc]")


def test_unreachable_time_stamp_authority_is_said_before_and_when_opening(
    app_factory: AppFactory, sqlite_url: str
) -> None:
    clock = MovingClock(MAY_15)
    # Port 9 (discard) of this machine: nobody listens there.
    app = app_factory(database_url=sqlite_url, clock=clock, tsa_url="http://127.0.0.1:9/tsa")
    desk = Desk(Place(app, make_house(app), clock))
    pledge_id = make_agreed_pledge(app, desk.house)
    assert "Cần xử lý: Khóa mở ký, khóa niêm phong và máy chủ dấu thời gian" in words(
        desk.coordinator.get(page_of(pledge_id, "mo-ky"))
    )
    answer = form(desk, pledge_id).send(date_choice="fill", deadline="17:00 24/5/2024")
    assert answer.status_code == 503
    assert "dấu thời gian" in refusal(answer)
    assert value_of(answer, "deadline") == "17:00 24/5/2024"
    assert desk.stored(pledge_id).state == "agreed"


def test_letter_no_font_has_is_named_and_the_page_still_opens(desk: Desk) -> None:
    pledge_id = make_agreed_pledge(desk.place.app, desk.house, reworded(small_text(), "Chữ 𓀀 lạ."))
    answer = desk.coordinator.get(page_of(pledge_id, "mo-ky"))
    assert answer.status_code == 200
    assert "Cần xử lý: Phông chữ" in words(answer)
    refused = form(desk, pledge_id).send(date_choice="fill")
    assert refused.status_code == 422
    assert desk.stored(pledge_id).state == "agreed"
    assert desk.coordinator.get(page_of(pledge_id, "tep/du-thao.pdf")).status_code == 422


def test_second_click_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    tab.send(date_choice="fill")
    desk.place.clock.forward(minutes=3)
    answer = tab.send(date_choice="fill")
    assert "Ông/Bà đã mở ký văn bản này lúc 09:00" in notice(desk.coordinator, answer)
    assert desk.count(Signing) == 1


def test_opening_a_text_that_was_not_read_is_refused(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk, pledge_id).send(date_choice="fill", revision_sha256="b" * 64)
    assert answer.status_code == 409
    assert "đã thay đổi" in refusal(answer)
    assert desk.count(Signing) == 0


@pytest.mark.parametrize("opened", [True, False])
def test_page_outside_its_step_shows_the_pledge_instead(desk: Desk, pledge_id: uuid.UUID, *, opened: bool) -> None:
    if opened:
        command = open_command(desk.place.app, desk.house, pledge_id)
        with desk.place.app.app_context():
            open_signing(command)
    else:
        pledge_id = make_review(desk.place.app, desk.house)
    answer = desk.coordinator.get(page_of(pledge_id, "mo-ky"))
    assert answer.status_code == 409
    assert "Chỉ mở ký được khi" in refusal(answer)
    assert tree(answer).select(".sheet")
