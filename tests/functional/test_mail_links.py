"""The link of a mail leads to its page after login; that it was opened is noted once, for its own reader only."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_content import MailContent, load_mail_content
from approval.services.cancel_pledge import cancel_pledge
from tests.factories.review_house import cancel_command, make_review
from tests.factories.signing_house import PASSWORD
from tests.functional.conftest import Place
from tests.functional.pledges.conftest import Desk
from tests.functional.visitor import Visitor


@pytest.fixture
def link(desk: Desk, pledge_id: uuid.UUID) -> str:
    """The link in the first representative's invitation, without the host."""
    with desk.place.app.app_context():
        query = select(OutboxMessage.id).where(
            OutboxMessage.kind == "review-invitation",
            OutboxMessage.person_id == desk.house.representatives[0].person_id,
        )
        content = load_mail_content(db.session.scalars(query).one())
        assert isinstance(content, MailContent)
        return str(content.values["link"]).removeprefix("http://localhost")


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return make_review(desk.place.app, desk.house)


@pytest.fixture
def desk(place: Place) -> Desk:
    return Desk(place)


def openings(desk: Desk) -> list[int]:
    with desk.place.app.app_context():
        return list(db.session.scalars(select(DeliveryEvent.outbox_id).where(DeliveryEvent.step == "opened")))


def test_the_link_asks_for_login_and_then_shows_its_page_and_is_noted(desk: Desk, link: str) -> None:
    stranger = Visitor(desk.place.app)
    asked = stranger.get(link)
    assert asked.status_code in {302, 303}
    assert openings(desk) == []
    login = asked.headers["Location"]
    email = stranger.email_of(desk.house.representatives[0])
    token = stranger.token(login)
    answer = stranger.client.post(login, data={"csrf_token": token, "email": email, "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(link)
    assert stranger.get(answer.headers["Location"]).status_code == 200
    assert len(openings(desk)) == 1


def test_opening_twice_is_noted_once(desk: Desk, link: str) -> None:
    assert [desk.first.get(link).status_code for _ in range(3)] == [200] * 3
    assert len(openings(desk)) == 1


def test_who_it_was_not_sent_to_sees_the_page_and_leaves_no_mark(desk: Desk, link: str) -> None:
    assert desk.second.get(link).status_code == 200
    assert desk.coordinator.get(link).status_code == 200
    assert openings(desk) == []


@pytest.mark.parametrize("mark", ["", "0" * 32, "x", "0" * 5000, "%00", "%0d%0aX: y", "' OR 1=1 --"])
def test_a_made_up_mark_changes_nothing(desk: Desk, pledge_id: uuid.UUID, mark: str) -> None:
    assert desk.first.get(f"/van-ban/{pledge_id}?thu={mark}").status_code == 200
    assert openings(desk) == []


def test_a_page_that_cannot_be_shown_is_not_opened(desk: Desk, link: str) -> None:
    mark = link.partition("?thu=")[2]
    assert desk.first.get(f"/van-ban/{uuid.uuid4()}?thu={mark}").status_code == 404
    assert openings(desk) == []


def test_the_mark_alone_does_nothing_to_the_pledge(desk: Desk, pledge_id: uuid.UUID, link: str) -> None:
    before = desk.events()
    desk.first.get(link)
    assert desk.events() == before
    cancel = cancel_command(desk.place.app, desk.house.coordinator, pledge_id)
    with desk.place.app.app_context():
        cancel_pledge(cancel)
    assert desk.first.get(link).status_code == 200
