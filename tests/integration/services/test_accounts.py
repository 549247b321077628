"""Accounts under an administrator's hand: fresh passwords, locking and opening, and who may do it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from approval.adapters.passwords import generate_password
from approval.domain.commands import SYSTEM_ACTOR, Actor, LockAccount, ResetPassword, SignIn, UnlockAccount
from approval.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    PledgeError,
    TransitionRefusedError,
)
from approval.domain.password_rule import check_new_password
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.queries.session import find_session
from approval.services.lock_account import lock_account
from approval.services.reset_password import reset_password
from approval.services.sign_in import sign_in
from approval.services.unlock_account import unlock_account
from tests.factories.account_acts import NEW_PASSWORD
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import MAY_15, PASSWORD, MovingClock, SigningHouse, add_person, make_house
from tests.servers.fixtures import AppFactory


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app)


def _id(actor: Actor) -> int:
    return actor.person_id or 0


def _enter(actor: Actor, password: str = PASSWORD, ip: str = "10.0.0.7") -> str:
    return sign_in(SignIn(db.session.get_one(Person, actor.person_id).email, password, ip, "test"))


def _second_administrator() -> Actor:
    made = add_person(Role.ADMINISTRATOR, None, name="Quản trị thứ hai")
    db.session.commit()
    return made


def test_a_reset_password_ends_every_session_and_only_the_new_one_enters(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        person = house.representatives[0]
        tokens = [_enter(person), _enter(person, ip="10.0.0.8")]
        other = _enter(house.coordinator)

        reset_password(ResetPassword(house.administrator, _id(person), NEW_PASSWORD))

        assert [find_session(token) for token in tokens] == [None, None]
        assert find_session(other) is not None
        with pytest.raises(InvalidInputError):
            _enter(person)
        assert find_session(_enter(person, NEW_PASSWORD)) is not None
        (event,) = events("person:password:reset")
        assert event["data"] == {"person": person.person_id, "sessions_ended": 2}
        assert event["actor"] == f"administrator:{house.administrator.person_id}"
        assert NEW_PASSWORD not in json.dumps(events(), ensure_ascii=False)
        require_sound_history()


def test_a_reset_opens_an_account_that_guessing_had_shut(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        person = house.observer
        for number in range(25):
            with pytest.raises(PledgeError):
                _enter(person, "sai", ip=f"203.0.113.{number // 4}")
        with pytest.raises(NotAllowedError) as shut:
            _enter(person)
        assert shut.value.code == "sign-in-locked"

        reset_password(ResetPassword(house.administrator, _id(person), NEW_PASSWORD))

        assert find_session(_enter(person, NEW_PASSWORD)) is not None


def test_weak_own_or_unknown_is_not_reset(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        for command, refusal in (
            (ResetPassword(house.administrator, _id(house.observer), "ngắn"), InvalidInputError),
            (ResetPassword(house.administrator, _id(house.administrator), NEW_PASSWORD), NotAllowedError),
            (ResetPassword(house.administrator, 4711, NEW_PASSWORD), NotFoundError),
        ):
            with pytest.raises(refusal):
                reset_password(command)
        assert events() == []


def test_a_locked_account_is_out_at_once_until_it_is_opened(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        person = house.representatives[0]
        token = _enter(person)

        lock_account(LockAccount(house.administrator, _id(person)))
        assert find_session(token) is None
        with pytest.raises(InvalidInputError):
            _enter(person)
        with pytest.raises(TransitionRefusedError):
            lock_account(LockAccount(house.administrator, _id(person)))

        unlock_account(UnlockAccount(house.administrator, _id(person)))
        assert find_session(token) is None, "an old cookie does not come back to life"
        assert find_session(_enter(person)) is not None
        with pytest.raises(TransitionRefusedError):
            unlock_account(UnlockAccount(house.administrator, _id(person)))

        assert events("person:account:locked")[0]["data"] == {"person": person.person_id, "sessions_ended": 1}
        assert events("person:account:unlocked")[0]["data"] == {"person": person.person_id}
        assert len(events()) == 5, "besides the two: a sign-in before, a refused one between, one after"
        require_sound_history()


def test_no_administrator_locks_themself_and_the_last_one_stays(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        with pytest.raises(NotAllowedError) as own:
            lock_account(LockAccount(house.administrator, _id(house.administrator)))
        with pytest.raises(NotAllowedError) as last:
            lock_account(LockAccount(SYSTEM_ACTOR, _id(house.administrator)))
        assert (own.value.code, last.value.code) == ("own-account", "last-administrator")

        second = _second_administrator()
        lock_account(LockAccount(second, _id(house.administrator)))
        with pytest.raises(NotAllowedError):
            lock_account(LockAccount(house.administrator, _id(second)))
        assert len(events("person:account:locked")) == 1


def test_two_administrators_locking_each_other_leave_one(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        first, second = house.administrator, _second_administrator()
    for _ in range(5):
        outcomes = all_at_once(
            app,
            [
                lambda: lock_account(LockAccount(first, _id(second))),
                lambda: lock_account(LockAccount(second, _id(first))),
            ],
        )
        assert [type(outcome) for outcome in outcomes if outcome] == [NotAllowedError]
        with app.app_context():
            for actor in (first, second):
                if not db.session.get_one(Person, actor.person_id).active:
                    unlock_account(UnlockAccount(SYSTEM_ACTOR, _id(actor)))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REPRESENTATIVE, Role.OBSERVER])
def test_only_an_administrator_may(app: Flask, house: SigningHouse, role: Role) -> None:
    somebody, other = Actor(_id(house.coordinator), role), _id(house.observer)
    with app.app_context():
        with pytest.raises(NotAllowedError):
            reset_password(ResetPassword(somebody, other, NEW_PASSWORD))
        with pytest.raises(NotAllowedError):
            lock_account(LockAccount(somebody, other))
        with pytest.raises(NotAllowedError):
            unlock_account(UnlockAccount(somebody, other))
        assert events() == []


def test_an_account_that_does_not_exist_is_not_found(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        with pytest.raises(NotFoundError):
            lock_account(LockAccount(house.administrator, 4711))
        with pytest.raises(NotFoundError):
            unlock_account(UnlockAccount(house.administrator, 4711))


def test_drawn_passwords_differ_and_satisfy_the_rule() -> None:
    drawn = {generate_password() for _ in range(200)}
    assert len(drawn) == 200
    for password in drawn:
        check_new_password(password, email="van.thu@soyte.gov.vn")
