"""Trying at once: only a row that rests is freed, so that no mail is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.errors import BusyError, NotAllowedError, NotFoundError
from approval.domain.reminder_commands import RetryOutbox
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.services.claim_outbox import ClaimedMessage, ClaimOutbox, claim_outbox
from approval.services.close_outbox import CloseOutbox, close_outbox
from approval.services.put_back_outbox import PutBackOutbox, put_back_outbox
from approval.services.retry_outbox import retry_outbox
from tests.factories.review_house import make_review, make_review_house
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse

CLAIM = ClaimOutbox("mail", limit=1, lease=timedelta(seconds=90))


@pytest.fixture
def clock() -> MovingClock:
    """09:00 of Wednesday 15/5/2024."""
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    """An application."""
    return app_factory(database_url=sqlite_url, clock=clock)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    """Two agencies, each with an invitation waiting."""
    house = make_review_house(app)
    make_review(app, house)
    return house


def claim() -> ClaimedMessage:
    """What a worker takes next."""
    return claim_outbox(CLAIM)[0]


def fail(claimed: ClaimedMessage) -> None:
    """The mail server was away."""
    put_back_outbox(PutBackOutbox(claimed.id, claimed.lease_number, "Máy chủ thư chưa nhận thư."))


def test_resting_row_is_taken_at_once(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    with app.app_context():
        for _ in range(5):
            first = claim()
            fail(first)
            retry_outbox(RetryOutbox(house.administrator, first.id))
        assert claim().id == first.id
        row = db.session.get_one(OutboxMessage, first.id)
        assert (row.attempts, row.last_error) == (5, "Máy chủ thư chưa nhận thư.")


def test_held_row_is_left_to_its_holder(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        held = claim()
        with pytest.raises(BusyError, match="work-held"):
            retry_outbox(RetryOutbox(house.administrator, held.id))
        assert claim().id != held.id


def test_row_of_a_worker_that_died_waits_for_its_lease(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    with app.app_context():
        lost = claim()
        clock.forward(seconds=91)
        retry_outbox(RetryOutbox(house.administrator, lost.id))
        again = claim()
        assert again.id == lost.id
        fail(again)
        with pytest.raises(BusyError):
            retry_outbox(RetryOutbox(house.administrator, lost.id))


def test_closed_row_stays_closed(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        done = claim()
        close_outbox(CloseOutbox(done.id, done.lease_number))
        with pytest.raises(NotFoundError, match="work-not-open"):
            retry_outbox(RetryOutbox(house.administrator, done.id))
        with pytest.raises(NotFoundError):
            retry_outbox(RetryOutbox(house.administrator, 999_999))


def test_only_an_administrator_may_ask(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        found = db.session.scalars(select(OutboxMessage.id)).first() or 0
        with pytest.raises(NotAllowedError):
            retry_outbox(RetryOutbox(house.coordinator, found))
