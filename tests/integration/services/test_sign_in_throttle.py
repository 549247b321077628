"""Guessing passwords: what locks, for whom, how long, and what does not."""

from __future__ import annotations

import pytest
from flask import Flask

from approval.domain.commands import Actor, ChangePassword, SignIn
from approval.domain.errors import InvalidInputError, NotAllowedError
from approval.extensions import db
from approval.models.person import Person
from approval.queries.session import find_session
from approval.services.change_password import change_password
from approval.services.sign_in import sign_in
from tests.factories.signing_house import MAY_15, PASSWORD, MovingClock, SigningHouse, make_house
from tests.servers.fixtures import AppFactory

NEW_PASSWORD = "con mèo leo cây cau hỏi thăm"
WRONG = "sai mật khẩu hoàn toàn rồi"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app)


@pytest.fixture
def person(app: Flask, house: SigningHouse) -> Actor:
    return house.representatives[0]


def _email(actor: Actor) -> str:
    return db.session.get_one(Person, actor.person_id).email


def _enter(actor: Actor, password: str = PASSWORD, ip: str = "10.0.0.7") -> str:
    return sign_in(SignIn(email=_email(actor), password=password, ip=ip, user_agent="test"))


def _fail(email: str, times: int, ip: str = "10.0.0.7") -> None:
    for _ in range(times):
        with pytest.raises(InvalidInputError):
            sign_in(SignIn(email=email, password=WRONG, ip=ip, user_agent="test"))


def test_five_wrong_passwords_lock_for_fifteen_minutes_even_for_the_right_one(
    app: Flask, person: Actor, clock: MovingClock
) -> None:
    with app.app_context():
        email = _email(person)
        _fail(email, 5)

        with pytest.raises(NotAllowedError) as refused:
            _enter(person)
        assert refused.value.code == "sign-in-locked"
        assert "09:15" in refused.value.vi  # 02:00 UTC is 09:00 in Vietnam

        clock.forward(minutes=15, seconds=1)
        assert find_session(_enter(person)) is not None


def test_the_lock_grows_when_guessing_goes_on(app: Flask, person: Actor, clock: MovingClock) -> None:
    with app.app_context():
        email = _email(person)
        _fail(email, 5)
        clock.forward(minutes=15, seconds=1)
        _fail(email, 5)

        clock.forward(minutes=29)
        with pytest.raises(NotAllowedError):
            _enter(person)
        clock.forward(minutes=2)
        assert find_session(_enter(person)) is not None


def test_unknown_address_locks_just_like_a_known_one(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        _fail("khong-co@bacgiang.example", 5)

        with pytest.raises(NotAllowedError) as refused:
            sign_in(SignIn(email="khong-co@bacgiang.example", password=WRONG, ip="10.0.0.7", user_agent="test"))
        assert refused.value.code == "sign-in-locked"


def test_a_stranger_elsewhere_does_not_lock_the_person_out_quickly(app: Flask, person: Actor) -> None:
    with app.app_context():
        _fail(_email(person), 5, ip="203.0.113.9")

        assert find_session(_enter(person)) is not None


def test_guessing_one_account_from_many_addresses_locks_it(app: Flask, person: Actor) -> None:
    with app.app_context():
        email = _email(person)
        for number in range(1, 6):
            _fail(email, 4 if number < 5 else 5, ip=f"203.0.113.{number}")
        _fail(email, 4, ip="203.0.113.6")

        with pytest.raises(NotAllowedError):
            _enter(person)


def test_guessing_many_accounts_from_one_address_locks_the_address(app: Flask, person: Actor) -> None:
    with app.app_context():
        for number in range(30):
            _fail(f"nguoi-{number}@bacgiang.example", 1, ip="203.0.113.9")

        with pytest.raises(NotAllowedError):
            _enter(person, ip="203.0.113.9")
        assert find_session(_enter(person)) is not None


def test_right_password_makes_earlier_failures_forgotten(app: Flask, person: Actor) -> None:
    with app.app_context():
        email = _email(person)
        for _ in range(3):
            _fail(email, 4)
            _enter(person)

        assert find_session(_enter(person)) is not None


def test_guessing_the_current_password_in_an_open_session_locks_too(app: Flask, person: Actor) -> None:
    with app.app_context():
        token = _enter(person)
        for _ in range(5):
            with pytest.raises(InvalidInputError):
                change_password(ChangePassword(person, token, WRONG, NEW_PASSWORD))

        with pytest.raises(NotAllowedError):
            change_password(ChangePassword(person, token, PASSWORD, NEW_PASSWORD))
