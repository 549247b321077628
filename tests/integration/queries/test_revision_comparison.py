"""Which two texts a comparison takes, for whom, on both databases."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from approval.domain.commands import Actor
from approval.domain.errors import NotFoundError
from approval.domain.states import VerdictKind
from approval.extensions import db
from approval.models.person import Person
from approval.queries.revision_comparison import (
    WORKING_DRAFT,
    Basis,
    RevisionComparison,
    load_revision_comparison,
)
from approval.queries.visible_pledge import Viewer
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    answer_all,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse
from tests.servers.fixtures import AppFactory


@pytest.fixture
def bloc_app(app_factory: AppFactory, database_url: str) -> Flask:
    """The application in May 2024, once a database kind."""
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(bloc_app: Flask) -> SigningHouse:
    """A bloc of two agencies whose people have no keys."""
    return make_review_house(bloc_app)


@pytest.fixture
def pledge_id(bloc_app: Flask, house: SigningHouse) -> uuid.UUID:
    """In its third round; the first agency agreed to the first text and asked for changes of the second."""
    pledge_id = make_review(bloc_app, house)
    agree_by(bloc_app, pledge_id, house.representatives[0])
    next_round(bloc_app, house, pledge_id, "Lần hai.")
    command = verdict_command(bloc_app, pledge_id, house.representatives[0], VerdictKind.REQUEST_CHANGES, "Sửa.")
    with bloc_app.app_context():
        give_verdict(command)
    next_round(bloc_app, house, pledge_id, "Lần ba.")
    return pledge_id


def reopen(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, wording: str) -> None:
    """Back to the draft, with another first clause."""
    command = revise_command(app, house, pledge_id)
    with app.app_context():
        revise_pledge(command)
    save(app, house, pledge_id, reworded(small_text(), wording))


def next_round(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, wording: str) -> None:
    """Reopened, reworded, answered, sent out again."""
    reopen(app, house, pledge_id, wording)
    answer_all(app, house, pledge_id)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(command)


def load(
    app: Flask, actor: Actor, pledge_id: uuid.UUID, old: int | None = None, new: int | None = None
) -> RevisionComparison:
    """The comparison as this person gets it."""
    with app.app_context():
        person = db.session.get_one(Person, actor.person_id)
        viewer = Viewer(person.id, actor.role, person.agency_id, person.bloc_id)
        return load_revision_comparison(db.session(), viewer, pledge_id, old=old, new=new)


def pair(found: RevisionComparison) -> tuple[int, int, str, str, Basis]:
    """Numbers and first clauses compared, and why."""
    texts = found.texts
    assert texts is not None
    first, second = (text.clauses[0].paragraphs[0] for text in (texts.old_text, texts.new_text))
    return texts.old.number, texts.new.number, first, second, found.basis


ONE, TWO, THREE = "Nội dung thi đua thứ 1.", "Lần hai.", "Lần ba."


def test_agreement_counts_and_a_change_request_does_not(
    bloc_app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    mine = load(bloc_app, house.representatives[0], pledge_id)
    assert pair(mine) == (1, 3, ONE, THREE, Basis.MY_AGREEMENT)
    assert mine.agreed_number == 1
    for actor in (house.representatives[1], house.coordinator, house.administrator):
        other = load(bloc_app, actor, pledge_id)
        assert pair(other) == (2, 3, TWO, THREE, Basis.PREVIOUS)
        assert other.agreed_number is None


def test_who_agreed_to_the_newest_text_sees_what_it_changed(
    bloc_app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    agree_by(bloc_app, pledge_id, house.representatives[0])
    assert pair(load(bloc_app, house.representatives[0], pledge_id)) == (2, 3, TWO, THREE, Basis.PREVIOUS)


def test_any_two_can_be_asked_for(bloc_app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    actor = house.representatives[0]
    assert pair(load(bloc_app, actor, pledge_id, 3, 1)) == (3, 1, THREE, ONE, Basis.ASKED)
    assert pair(load(bloc_app, actor, pledge_id, 2)) == (2, 3, TWO, THREE, Basis.ASKED)
    assert pair(load(bloc_app, actor, pledge_id, 2, 2)) == (2, 2, TWO, TWO, Basis.ASKED)
    lines = load(bloc_app, actor, pledge_id).lines
    assert [(line.number, line.round, line.is_draft) for line in lines] == [(1, 1, False), (2, 2, False), (3, 3, False)]
    for number in (4, -1, WORKING_DRAFT):
        with pytest.raises(NotFoundError):
            load(bloc_app, actor, pledge_id, 1, number)


def test_working_draft_is_for_the_coordinator_while_there_is_one(
    bloc_app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    with pytest.raises(NotFoundError):
        load(bloc_app, house.coordinator, pledge_id, 3, WORKING_DRAFT)
    reopen(bloc_app, house, pledge_id, "Đang soạn.")
    found = load(bloc_app, house.coordinator, pledge_id)
    assert pair(found) == (3, WORKING_DRAFT, THREE, "Đang soạn.", Basis.PREVIOUS)
    assert [line.is_draft for line in found.lines] == [False, False, False, True]
    for actor in (house.representatives[0], house.administrator):
        assert len(load(bloc_app, actor, pledge_id).lines) == 3
        with pytest.raises(NotFoundError):
            load(bloc_app, actor, pledge_id, 3, WORKING_DRAFT)


def test_pledges_of_others_are_not_found(bloc_app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    for actor, asked in ((house.observer, pledge_id), (house.coordinator, uuid.uuid4())):
        with pytest.raises(NotFoundError):
            load(bloc_app, actor, asked)
