"""Signing in, being signed in, and every way a session ends."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.passwords import HashCost, Passwords
from approval.domain.commands import Actor, ChangePassword, SignIn, SignOut
from approval.domain.errors import InvalidInputError
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.audit_event import AuditEvent
from approval.models.person import Person
from approval.models.web_session import WebSession
from approval.queries.session import find_session
from approval.services.change_password import change_password
from approval.services.sign_in import sign_in
from approval.services.sign_out import sign_out
from approval.services.touch_session import touch_session
from tests.factories.history import events, require_sound_history
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


def test_right_password_opens_a_session(app: Flask, person: Actor) -> None:
    with app.app_context():
        token = _enter(person)

        found = find_session(token)

        assert found is not None
        assert (found.person_id, found.role, found.agency_name) == (
            person.person_id,
            Role.REPRESENTATIVE,
            "Sở Thử nghiệm 1",
        )
        assert found.get_id() == token
        assert (found.is_authenticated, found.is_active, found.is_anonymous) == (True, True, False)
        assert [event["type"] for event in events()] == ["person:session:opened"]
        require_sound_history()


def test_address_may_be_typed_in_capitals_and_with_spaces(app: Flask, person: Actor) -> None:
    with app.app_context():
        command = SignIn(email=f"  {_email(person).upper()} ", password=PASSWORD, ip="", user_agent="")

        assert find_session(sign_in(command)) is not None


def test_the_database_holds_only_the_hash_of_the_token(app: Flask, person: Actor) -> None:
    with app.app_context():
        token = _enter(person)

        stored = db.session.scalars(select(WebSession)).one()

        assert len(token) >= 43  # 256 bits in base64
        assert stored.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
        payloads = b"".join(db.session.scalars(select(AuditEvent.payload)))
        assert token.encode() not in payloads


def test_a_copied_cookie_is_worth_nothing_after_sign_out(app: Flask, person: Actor) -> None:
    with app.app_context():
        token = copied = _enter(person)

        sign_out(SignOut(actor=person, session_token=token))

        assert find_session(copied) is None
        sign_out(SignOut(actor=person, session_token=copied))
        assert len(events("person:session:closed")) == 1


def test_sign_out_leaves_other_sessions_alone(app: Flask, person: Actor) -> None:
    with app.app_context():
        phone, desk = _enter(person), _enter(person)

        sign_out(SignOut(actor=person, session_token=phone))

        assert find_session(phone) is None
        assert find_session(desk) is not None


def test_changing_the_password_ends_every_session_and_opens_a_fresh_one(app: Flask, person: Actor) -> None:
    with app.app_context():
        own = copied = _enter(person)
        elsewhere = _enter(person)

        fresh = change_password(ChangePassword(person, own, PASSWORD, NEW_PASSWORD))

        assert find_session(copied) is None
        assert find_session(elsewhere) is None
        assert find_session(fresh) is not None
        with pytest.raises(InvalidInputError):
            _enter(person)
        assert find_session(_enter(person, NEW_PASSWORD)) is not None
        assert events("person:password:changed")[0]["data"] == {"sessions_ended": 2}


@pytest.mark.parametrize(
    ("current", "new", "code"),
    [(WRONG, NEW_PASSWORD, "password-wrong"), (PASSWORD, "ngắn", "password-short")],
)
def test_password_change_refused_changes_nothing(app: Flask, person: Actor, current: str, new: str, code: str) -> None:
    with app.app_context():
        token = _enter(person)

        with pytest.raises(InvalidInputError) as refused:
            change_password(ChangePassword(person, token, current, new))

        assert refused.value.code == code
        assert find_session(token) is not None
        assert events("person:password:changed") == []


def test_closed_account_is_out_at_once_and_cannot_come_back(app: Flask, person: Actor) -> None:
    with app.app_context():
        token = _enter(person)
        db.session.get_one(Person, person.person_id).active = False
        db.session.commit()

        assert find_session(token) is None
        with pytest.raises(InvalidInputError):
            _enter(person)


def test_idle_session_ends_and_a_used_one_lives_until_its_absolute_end(
    app: Flask, person: Actor, clock: MovingClock
) -> None:
    with app.app_context():
        idle, used = _enter(person), _enter(person)

        for _ in range(28):  # 28 × 25 minutes = 11 h 40 min
            clock.forward(minutes=25)
            touch_session(used)
        assert find_session(idle) is None
        assert find_session(used) is not None

        clock.forward(minutes=21)
        touch_session(used)
        assert find_session(used) is None


def test_touching_writes_at_most_once_a_minute_and_never_revives(app: Flask, person: Actor, clock: MovingClock) -> None:
    with app.app_context():
        token = _enter(person)
        clock.forward(seconds=59)
        touch_session(token)
        assert db.session.scalars(select(WebSession.last_seen_at)).one() == MAY_15
        clock.forward(seconds=2)
        touch_session(token)
        assert db.session.scalars(select(WebSession.last_seen_at)).one() == clock.moment

        sign_out(SignOut(actor=person, session_token=token))
        clock.forward(minutes=5)
        touch_session(token)
        assert find_session(token) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 5000, "\x00", "ế"])
def test_made_up_tokens_find_nobody(app: Flask, house: SigningHouse, token: str) -> None:
    with app.app_context():
        assert find_session(token) is None


def test_wrong_password_and_unknown_address_get_the_same_words(app: Flask, person: Actor) -> None:
    with app.app_context():
        refusals = []
        for email in (_email(person), "khong-co@bacgiang.example"):
            with pytest.raises(InvalidInputError) as refused:
                sign_in(SignIn(email=email, password=WRONG, ip="10.0.0.7", user_agent="test"))
            refusals.append((refused.value.code, refused.value.vi, refused.value.en))

        assert refusals[0] == refusals[1]
        recorded = events("person:session:refused")
        assert [event["actor"] for event in recorded] == [f"representative:{person.person_id}", "system"]


def test_history_of_refusals_never_holds_what_was_typed(app: Flask, house: SigningHouse) -> None:
    typed_by_mistake = "mat-khau-cua-toi@bacgiang.example"
    with app.app_context():
        _fail(typed_by_mistake, 1)

        payloads = b"".join(db.session.scalars(select(AuditEvent.payload)))

        assert typed_by_mistake.encode() not in payloads
        assert WRONG.encode() not in payloads


def test_hash_of_a_lower_cost_is_replaced_when_its_owner_signs_in(app: Flask, person: Actor) -> None:
    with app.app_context():
        row = db.session.get_one(Person, person.person_id)
        row.password_hash = Passwords(HashCost(memory_kib=16, time=2, parallelism=1)).hash(PASSWORD)
        db.session.commit()

        _enter(person)

        stored = db.session.get_one(Person, person.person_id, populate_existing=True).password_hash
        assert not parts().passwords.needs_rehash(stored)
        assert find_session(_enter(person)) is not None
