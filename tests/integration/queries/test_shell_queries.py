"""The readers behind task list, profile and administration, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from approval.domain.commands import Actor
from approval.domain.errors import NotFoundError
from approval.domain.states import Role, State
from approval.extensions import db, parts
from approval.queries.bloc_card import find_bloc_card
from approval.queries.health import check_health
from approval.queries.inbox import Inbox, load_inbox
from approval.queries.people import list_people
from approval.queries.profile import load_profile, own_picture
from approval.queries.stuck_work import list_stuck_work
from approval.queries.visible_pledge import Viewer
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    make_agreed_pledge,
    make_house,
    make_open_pledge,
    sign_by,
)

Stage = tuple[Flask, SigningHouse, MovingClock]


@pytest.fixture
def stage(app_factory: Callable[..., Flask], database_url: str) -> Stage:
    """A bloc of three, one pledge agreed, one being signed by the first agency's representative."""
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=database_url, clock=clock)
    house = make_house(app, 3)
    make_agreed_pledge(app, house)
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, house.representatives[0])
    return app, house, clock


def inbox_of(stage: Stage, actor: Actor) -> Inbox:
    """What this person's task list holds."""
    app, house, clock = stage
    bloc_id = None if actor.role is Role.ADMINISTRATOR else house.bloc_id
    with app.app_context():
        viewer = Viewer(actor.person_id or 0, actor.role, actor.agency_id, bloc_id)
        return load_inbox(db.session(), viewer, now=clock.now())


def test_everybody_has_their_own_list(stage: Stage) -> None:
    _, house, _ = stage
    signed, unsigned = inbox_of(stage, house.representatives[0]), inbox_of(stage, house.representatives[1])
    assert (len(signed.to_sign), signed.done_count, len(signed.followed)) == (0, 3, 2)
    assert (len(unsigned.to_sign), unsigned.done_count, len(unsigned.followed)) == (1, 2, 1)
    assert [mark.code for mark in unsigned.to_sign[0].marks] == ["signed", "pending", "pending"]
    assert unsigned.to_sign[0].answered_count == 1
    coordinator = inbox_of(stage, house.coordinator)
    assert [task.state for task in coordinator.to_handle] == [State.AGREED]
    assert [task.state for task in coordinator.followed] == [State.SIGNING]
    assert len(inbox_of(stage, house.administrator).followed) == 2
    observer = inbox_of(stage, house.observer)
    assert (observer.waiting, observer.followed, observer.done_count) == ((), (), 0)


def test_deadline_passed_makes_every_waiting_agency_late(stage: Stage) -> None:
    _, house, clock = stage
    clock.forward(days=4)
    inbox = inbox_of(stage, house.coordinator)
    assert inbox.late_answers == 2
    assert inbox.followed[0].late_agencies == ("STN2", "STN3")
    assert inbox_of(stage, house.representatives[1]).late_count == 1


def test_bloc_introduces_itself(stage: Stage) -> None:
    app, house, _ = stage
    with app.app_context():
        card = find_bloc_card(db.session(), house.bloc_id)
        assert card is not None
        assert (card.title, card.place) == ("Khối thi đua Các cơ quan thử nghiệm", "Tỉnh Bắc Giang")
        assert card.lead_agency == "Sở Thử nghiệm 1"
        assert card.members == tuple(f"Sở Thử nghiệm {number}" for number in (1, 2, 3))
        assert find_bloc_card(db.session(), None) == card
        assert find_bloc_card(db.session(), 4711) is None


def test_people_and_profile(stage: Stage) -> None:
    app, house, clock = stage
    with app.app_context():
        people = list_people(db.session(), now=clock.now())
        assert [line.role for line in people] == [
            Role.COORDINATOR,
            *[Role.REPRESENTATIVE] * 3,
            Role.OBSERVER,
            Role.ADMINISTRATOR,
        ]
        assert all((line.key_until is not None) == (line.role is Role.REPRESENTATIVE) for line in people)
        profile = load_profile(db.session(), house.representatives[0].person_id or 0, now=clock.now())
        assert profile.key is not None
        assert [line.printed for line in profile.authorities] == [("GIÁM ĐỐC",)]
        assert profile.picture_at is None
        with pytest.raises(NotFoundError):
            own_picture(db.session(), house.coordinator.person_id or 0)
        with pytest.raises(NotFoundError):
            load_profile(db.session(), 4711, now=clock.now())


def test_stuck_work_and_health(stage: Stage) -> None:
    app, _, clock = stage
    with app.app_context():
        folder = parts().settings.data_dir
        assert list_stuck_work(db.session(), now=clock.now()) == ()
        found = check_health(db.session(), data_dir=folder, now=clock.now(), count_waiting=lambda: 0)
        assert all(item.ok for item in found)
        clock.forward(minutes=10)
        stuck = list_stuck_work(db.session(), now=clock.now())
        assert {item.kind for item in stuck} == {"signing-invitation"}
        assert all(item.recipient and item.title for item in stuck)
        worker = check_health(db.session(), data_dir=folder, now=clock.now(), count_waiting=lambda: 0)[-1]
        assert (worker.name, worker.ok, worker.counts) == ("worker", False, False)
