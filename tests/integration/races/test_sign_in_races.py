"""Many sign-ins in the same instant: every failure is counted, and only the first few guesses are worth anything."""

from __future__ import annotations

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.domain.commands import SignIn, SignOut
from approval.domain.errors import InvalidInputError, NotAllowedError
from approval.extensions import db
from approval.models.login_throttle import LoginThrottle
from approval.models.person import Person
from approval.models.web_session import WebSession
from approval.services.sign_in import sign_in
from approval.services.sign_out import sign_out
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import MAY_15, PASSWORD, MovingClock, make_house
from tests.servers.fixtures import AppFactory

AT_ONCE = 8


@pytest.fixture
def app(app_factory: AppFactory, database_url: str) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


def _attempt(email: str, password: str) -> partial[str]:
    return partial(sign_in, SignIn(email=email, password=password, ip="10.0.0.7", user_agent="test"))


def test_every_wrong_guess_at_once_is_counted(app: Flask) -> None:
    make_house(app)

    outcomes = all_at_once(app, [_attempt("khong-co@bacgiang.example", "sai hoàn toàn")] * AT_ONCE)

    assert all(isinstance(outcome, InvalidInputError | NotAllowedError) for outcome in outcomes), outcomes
    with app.app_context():
        refused = len(events("person:session:refused"))
        assert refused >= 5
        assert db.session.scalars(select(LoginThrottle.failures)).all() == [refused] * 3
        require_sound_history()


def test_one_person_signs_in_on_many_devices_at_once(app: Flask) -> None:
    house = make_house(app)
    with app.app_context():
        email = db.session.get_one(Person, house.observer.person_id).email

    outcomes = all_at_once(app, [_attempt(email, PASSWORD)] * AT_ONCE)

    assert outcomes == [None] * AT_ONCE
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(WebSession)) == AT_ONCE
        require_sound_history()


def test_signing_out_in_two_tabs_at_once_is_one_event(app: Flask) -> None:
    house = make_house(app)
    with app.app_context():
        email = db.session.get_one(Person, house.observer.person_id).email
        token = _attempt(email, PASSWORD)()

    outcomes = all_at_once(app, [partial(sign_out, SignOut(actor=house.observer, session_token=token))] * 4)

    assert outcomes == [None] * 4
    with app.app_context():
        assert len(events("person:session:closed")) == 1
        require_sound_history()
