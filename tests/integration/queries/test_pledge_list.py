"""The list of pledges follows the same rule as the page of each: what is listed opens, what opens is listed."""

from __future__ import annotations

import pytest
from flask import Flask

from approval.domain.commands import Actor, FinalisePledge
from approval.domain.errors import NotFoundError
from approval.domain.states import Role
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.queries.pledge_list import list_pledges
from approval.queries.visible_pledge import Viewer, load_visible_pledge
from approval.services.finalise_pledge import finalise_pledge
from tests.factories.review_house import import_draft, make_review
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    add_person,
    make_house,
    make_open_pledge,
    sign_by,
)
from tests.servers.fixtures import AppFactory


@pytest.fixture
def bloc_app(app_factory: AppFactory, database_url: str) -> Flask:
    """The application in May 2024, once a database kind."""
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(bloc_app: Flask) -> SigningHouse:
    """A bloc with one pledge in each of four steps."""
    house = make_house(bloc_app)
    import_draft(bloc_app, house)
    make_review(bloc_app, house)
    make_open_pledge(bloc_app, house)
    finished = make_open_pledge(bloc_app, house)
    sign_by(bloc_app, finished, *house.representatives)
    with bloc_app.app_context():
        finalise_pledge(FinalisePledge(finished))
    return house


def readers(house: SigningHouse) -> dict[str, tuple[Actor, set[str]]]:
    """People and the states they see."""
    everything = {"draft", "in_review", "signing", "finalised"}
    return {
        "coordinator": (house.coordinator, everything),
        "administrator": (house.administrator, everything),
        "representative": (house.representatives[1], everything - {"draft"}),
        "observer": (house.observer, {"finalised"}),
        "stranger's coordinator": (_stranger(Role.COORDINATOR), set()),
        "stranger's representative": (_stranger(Role.REPRESENTATIVE), set()),
        "stranger's observer": (_stranger(Role.OBSERVER), set()),
    }


def test_everybody_is_listed_what_they_may_open(bloc_app: Flask, house: SigningHouse) -> None:
    with bloc_app.app_context():
        for name, (actor, expected) in readers(house).items():
            person = db.session.get_one(Person, actor.person_id)
            reader = Viewer(person.id, actor.role, person.agency_id, person.bloc_id)
            listed = list_pledges(db.session(), reader)
            assert {line.state.value for line in listed} == expected, name
            assert {line.id for line in listed} == _opened_by(reader), name


def test_newest_change_stands_first(bloc_app: Flask, house: SigningHouse) -> None:
    with bloc_app.app_context():
        reader = Viewer(house.coordinator.person_id or 0, Role.COORDINATOR, None, house.bloc_id)
        moments = [line.updated_at for line in list_pledges(db.session(), reader)]
    assert moments == sorted(moments, reverse=True)


def _opened_by(reader: Viewer) -> set[object]:
    opened: set[object] = set()
    for pledge in db.session.query(Pledge).all():
        try:
            load_visible_pledge(db.session(), reader, pledge.id)
        except NotFoundError:
            continue
        opened.add(pledge.id)
    return opened


def _stranger(role: Role) -> Actor:
    """Somebody of another bloc, of an agency that is no party."""
    bloc = Bloc(name=f"Khối {role}", short_name="K", superior="UBND tỉnh Bắc Giang", place="Bắc Giang")
    agency = Agency(name=f"Sở của {role}", short_name=f"S {role}")
    db.session.add_all([bloc, agency])
    db.session.flush()
    actor = add_person(role, bloc.id, name="Người lạ", agency_id=agency.id if role is Role.REPRESENTATIVE else None)
    db.session.commit()
    return actor
