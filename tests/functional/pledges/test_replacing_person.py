"""Thư nhắc: another representative for an agency, as the coordinator and the administrator choose one on the page."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from bs4 import Tag

from approval.domain.commands import Actor
from approval.domain.reminder_plan import ReminderKind
from approval.extensions import db
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.services.cancel_pledge import cancel_pledge
from tests.factories.reminder_rows import Seat, seat_of
from tests.factories.review_house import cancel_command, make_review
from tests.factories.signing_house import MAY_15, add_signer, make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import notice, open_form, refusal, tree
from tests.functional.visitor import Visitor

HINT = "chưa có người đại diện nào khác trong hệ thống. Đề nghị Quản trị tạo tài khoản"


@pytest.fixture
def seat(desk: Desk) -> Seat:
    """The first agency of a pledge in review."""
    return seat_of(desk.place.app, make_review(desk.place.app, desk.house), 1)


@pytest.fixture
def heir(desk: Desk) -> Actor:
    """One more representative of that agency."""
    with desk.place.app.app_context():
        actor = add_signer(desk.house.bloc_id, desk.house.agencies[0], name="Phạm Thị Kế Nhiệm")
        db.session.commit()
        return actor


def page(seat: Seat) -> str:
    return page_of(seat.pledge_id, "nhac-viec")


def act(seat: Seat) -> str:
    return f"{page(seat)}/{seat.party_id}/nguoi-dai-dien"


def acting(desk: Desk, seat: Seat) -> int:
    with desk.place.app.app_context():
        return db.session.get_one(PledgeParty, seat.party_id).person_id


def row(visitor: Visitor, seat: Seat) -> Tag:
    found = tree(visitor.get(page(seat))).find(id=f"cq-{seat.party_id}")
    assert isinstance(found, Tag)
    return found


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


@pytest.mark.parametrize(
    "who", [lambda desk: desk.coordinator, lambda desk: desk.place.visitor(desk.house.administrator)]
)
def test_another_person_is_chosen_from_the_agencys_own(
    desk: Desk, seat: Seat, heir: Actor, who: Callable[[Desk], Visitor]
) -> None:
    visitor = who(desk)
    offered = [text(option) for option in row(visitor, seat).select("select[name=person_id] option")]
    with desk.place.app.app_context():
        address = db.session.get_one(Person, heir.person_id).email
    assert offered == ["Chọn người…", f"Phạm Thị Kế Nhiệm ({address})"]
    answer = open_form(visitor, page(seat), act(seat)).send(person_id=str(heir.person_id))
    assert answer.location == f"{page(seat)}#cq-{seat.party_id}"
    assert "Đã đổi người đại diện" in notice(visitor, answer)
    assert acting(desk, seat) == heir.person_id
    assert "Phạm Thị Kế Nhiệm, đại diện từ 09:00 15/5/2024" in text(row(visitor, seat))


def test_without_anybody_else_the_page_says_who_makes_an_account(desk: Desk, seat: Seat) -> None:
    assert HINT in text(row(desk.coordinator, seat))
    assert row(desk.coordinator, seat).select("select") == []
    administrator = desk.place.visitor(desk.house.administrator)
    assert "hệ thống. Tạo tài khoản đại diện cho người mới trước" in text(row(administrator, seat))


def test_nobody_is_offered_where_the_agency_has_signed_or_all_is_over(desk: Desk, heir: Actor) -> None:
    app = desk.place.app
    signing, over = make_open_pledge(app, desk.house), make_review(app, desk.house)
    sign_by(app, signing, desk.house.representatives[0])
    cancelling = cancel_command(app, desk.house.coordinator, over)
    with app.app_context():
        cancel_pledge(cancelling)
    for pledge_id in (signing, over):
        shown = row(desk.coordinator, seat_of(app, pledge_id, 1))
        assert "Đổi người đại diện" not in text(shown)
        assert HINT not in text(shown)
    assert HINT in text(row(desk.coordinator, seat_of(app, signing, 2)))


def test_while_signing_it_says_what_the_successor_needs(desk: Desk, heir: Actor) -> None:
    seat = seat_of(desk.place.app, make_open_pledge(desk.place.app, desk.house), 1)
    assert "chỉ ký được khi Quản trị đã cấp khóa ký số và ghi thẩm quyền ký" in text(row(desk.coordinator, seat))


@pytest.mark.parametrize("chosen", ["", "987654", "x"])
def test_an_unusable_choice_is_refused_beside_the_form(desk: Desk, seat: Seat, heir: Actor, chosen: str) -> None:
    answer = open_form(desk.coordinator, page(seat), act(seat)).send(person_id=chosen)
    assert answer.status_code == 422
    assert refusal(answer)
    select = tree(answer).select_one(f"#nguoi-{seat.party_id}[aria-invalid]")
    assert select is not None
    disclosure = select.find_parent("details")
    assert disclosure is not None
    assert disclosure.has_attr("open")
    assert acting(desk, seat) == desk.house.representatives[0].person_id


def test_two_clicks_and_an_old_page(desk: Desk, seat: Seat, heir: Actor) -> None:
    form = open_form(desk.coordinator, page(seat), act(seat))
    form.send(person_id=str(heir.person_id))
    again = form.send(person_id=str(heir.person_id))
    assert "đã giao người này đại diện cơ quan lúc 09:00" in notice(desk.coordinator, again)
    with desk.place.app.app_context():
        third = add_signer(desk.house.bloc_id, desk.house.agencies[0], name="Người thứ ba")
        db.session.commit()
    late = form.send(person_id=str(third.person_id))
    assert late.status_code == 409
    assert "đã được đổi sau khi Ông/Bà mở trang" in refusal(late)
    chosen = tree(late).select_one(f"#nguoi-{seat.party_id} option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(third.person_id)


def test_mail_of_the_one_before_is_told_as_theirs_and_answers_for_nobody_else(
    desk: Desk, seat: Seat, heir: Actor
) -> None:
    seat.mail(MAY_15, outcome="refused", answer="550 no such mailbox")
    assert "Thư không tới nơi" in text(row(desk.coordinator, seat))
    open_form(desk.coordinator, page(seat), act(seat)).send(person_id=str(heir.person_id))
    shown = text(row(desk.coordinator, seat))
    assert "Thư không tới nơi" not in shown
    assert "Nhắc định kỳ , gửi Đại diện Sở Thử nghiệm 1 Bị từ chối" in shown


def test_the_administrator_sees_the_page_without_the_coordinators_forms(desk: Desk, seat: Seat, heir: Actor) -> None:
    seat.plan(MAY_15, ReminderKind.CADENCE)
    administrator = desk.place.visitor(desk.house.administrator)
    actions = {str(form["action"]) for form in tree(administrator.get(page(seat))).select("main form")}
    assert actions == {act(seat)}
    assert page(seat) in administrator.get(page_of(seat.pledge_id)).text


def test_a_representative_is_turned_away(desk: Desk, seat: Seat, heir: Actor) -> None:
    answer = desk.first.post(act(seat), replaces="1", person_id=str(heir.person_id))
    assert answer.status_code == 403
    assert acting(desk, seat) == desk.house.representatives[0].person_id
    missing = desk.coordinator.post(
        f"{page_of(uuid.uuid4(), 'nhac-viec')}/{seat.party_id}/nguoi-dai-dien", replaces="1", person_id="2"
    )
    assert missing.status_code == 404
