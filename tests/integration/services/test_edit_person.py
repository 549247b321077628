"""An account's name and address corrected by an administrator, and addresses no mail server would take."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import Actor, EditPerson, SetSignaturePicture, SignIn
from approval.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, TransitionRefusedError
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.signature_picture import SignaturePicture
from approval.queries.mail_content import MailContent, load_mail_content
from approval.services.account_words import clean_address
from approval.services.edit_person import edit_person
from approval.services.set_signature_picture import set_signature_picture
from approval.services.sign_in import sign_in
from tests.factories.account_acts import make_representative, reset_observer, signature_png
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import (
    MAY_15,
    PASSWORD,
    MovingClock,
    SigningHouse,
    make_asked_pledge,
    make_house,
)
from tests.servers.fixtures import AppFactory

NEW_ADDRESS = "van.thu@soyte.gov.vn"


@pytest.fixture
def app(app_factory: AppFactory, database_url: str) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app)


def change(house: SigningHouse, actor: Actor, **new: str) -> None:
    person = db.session.get_one(Person, actor.person_id)
    words = {"display_name": person.display_name, "email": person.email, **new}
    edit_person(EditPerson(house.administrator, actor.person_id or 0, **words))


def test_the_new_address_signs_in_and_the_old_one_does_not(app: Flask, house: SigningHouse) -> None:
    person = house.representatives[0]
    with app.app_context():
        old = db.session.get_one(Person, person.person_id).email
        change(house, person, email=" Van.Thu@SoYTe.gov.vn ")
        assert sign_in(SignIn(NEW_ADDRESS, PASSWORD, "10.0.0.7", "test"))
        with pytest.raises(InvalidInputError):
            sign_in(SignIn(old, PASSWORD, "10.0.0.7", "test"))
        (event,) = events("person:account:changed")
        assert event["data"] == {"changed": ["email"], "person": person.person_id}
        assert event["actor"] == f"administrator:{house.administrator.person_id}"
        require_sound_history()


def test_mail_that_waits_goes_to_the_new_address(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        reset_observer(house)
        waiting = db.session.scalars(select(OutboxMessage.id)).one()
        change(house, house.observer, email=NEW_ADDRESS, display_name="Ban Thi đua")
        content = load_mail_content(waiting)
        assert isinstance(content, MailContent)
        assert (content.recipient_address, content.recipient_name) == (NEW_ADDRESS, "Ban Thi đua")


def test_a_drawn_signature_follows_the_name_and_an_uploaded_one_stays(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        drawn = Actor(make_representative(house), house.representatives[0].role, house.agencies[0])
        uploaded = house.representatives[1]
        set_signature_picture(SetSignaturePicture(uploaded, signature_png()))
        before = {actor: _picture(actor) for actor in (drawn, uploaded)}
        for actor in (drawn, uploaded):
            change(house, actor, display_name="Nguyễn Thị Minh Khai")
        assert _picture(drawn) != before[drawn]
        assert _picture(uploaded) == before[uploaded]


def _picture(actor: Actor) -> bytes:
    return db.session.get_one(SignaturePicture, actor.person_id, populate_existing=True).png


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({"email": "không phải thư"}, "email"),
        ({"email": "é@bacgiang.example"}, "email"),
        ({"display_name": "  "}, "display_name"),
        ({"display_name": "A\u202eB"}, "display_name"),
        ({"display_name": "A" * 201}, "display_name"),
    ],
)
def test_a_wrong_name_or_address_changes_nothing(
    app: Flask, house: SigningHouse, new: dict[str, str], field: str
) -> None:
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            change(house, house.observer, **new)
        assert refusal.value.field == field
        assert events("person:account:changed") == []


def test_anothers_address_nothing_new_and_nobody_are_refused(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        taken = db.session.get_one(Person, house.coordinator.person_id).email
        with pytest.raises(InvalidInputError, match="email-taken"):
            change(house, house.observer, email=taken)
        with pytest.raises(TransitionRefusedError):
            change(house, house.observer)
        with pytest.raises(NotFoundError):
            edit_person(EditPerson(house.administrator, 987654, "Ai đó", NEW_ADDRESS))
        for actor in (house.coordinator, house.representatives[0], house.observer):
            with pytest.raises(NotAllowedError):
                edit_person(EditPerson(actor, house.observer.person_id or 0, "Ai đó", NEW_ADDRESS))


def test_the_name_on_a_pledge_under_way_changes_with_the_account(app: Flask, house: SigningHouse) -> None:
    """The control for the guards of parties: an account may change while its agency is asked."""
    make_asked_pledge(app, house)
    with app.app_context():
        change(house, house.representatives[0], display_name="Đại diện mới")


@pytest.mark.parametrize("address", ["é@việt.vn", "thư@soyte.gov.vn", "văn.thư@bacgiang.example", "a b@c.vn", "x", ""])
def test_an_address_that_cannot_be_mailed_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError):
        clean_address(address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Van.Thu@Soyte.gov.vn", "van.thu@soyte.gov.vn"), ("thu@việt.vn", "thu@xn--vit-5kz.vn")],
)
def test_an_address_is_kept_as_mail_servers_write_it(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept
