"""What the pledge page reads: the right text, the right comparison, the right acts, on both databases."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from approval.domain.commands import Actor, FinalisePledge, SaveDraft
from approval.domain.errors import NotFoundError
from approval.domain.pledge_text import DateLine
from approval.domain.states import Action, State, VerdictKind
from approval.extensions import db
from approval.models.person import Person
from approval.queries.pledge_page import Comparison, PledgePage, load_pledge_page
from approval.queries.visible_pledge import Viewer
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    answer_all,
    import_draft,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    decline_command,
    make_house,
    make_open_pledge,
    sign_by,
    stored_pledge,
)
from tests.servers.fixtures import AppFactory


@pytest.fixture
def bloc_app(app_factory: AppFactory, database_url: str) -> Flask:
    """The application in May 2024, once a database kind."""
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(bloc_app: Flask) -> SigningHouse:
    """A bloc of two agencies whose people have no keys."""
    return make_review_house(bloc_app)


def viewer(actor: Actor) -> Viewer:
    """This person as a reader; inside an application context."""
    person = db.session.get_one(Person, actor.person_id)
    return Viewer(person.id, actor.role, person.agency_id, person.bloc_id)


def page_for(app: Flask, actor: Actor, pledge_id: uuid.UUID, *, opened: int | None = None) -> PledgePage:
    """The page as this person gets it."""
    with app.app_context():
        return load_pledge_page(db.session(), viewer(actor), pledge_id, opened=opened)


def next_round(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, wording: str) -> None:
    """Reopened, reworded, sent out again."""
    answer_all(app, house, pledge_id)
    reopen = revise_command(app, house, pledge_id)
    with app.app_context():
        revise_pledge(reopen)
        save_draft(
            SaveDraft(house.coordinator, pledge_id, stored_pledge(pledge_id).version, reworded(small_text(), wording))
        )
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(command)


def test_coordinator_reads_the_working_text_and_representatives_the_revision(
    bloc_app: Flask, house: SigningHouse
) -> None:
    pledge_id = make_review(bloc_app, house)
    reopen = revise_command(bloc_app, house, pledge_id)
    with bloc_app.app_context():
        revise_pledge(reopen)
        text = reworded(small_text(), "Đang soạn.")
        save_draft(SaveDraft(house.coordinator, pledge_id, stored_pledge(pledge_id).version, text))
    drafting = page_for(bloc_app, house.coordinator, pledge_id)
    reading = page_for(bloc_app, house.representatives[0], pledge_id)
    assert (drafting.showing_draft, drafting.text.clauses[0].paragraphs) == (True, ("Đang soạn.",))
    assert (reading.showing_draft, reading.text.clauses[0].paragraphs) == (False, ("Nội dung thi đua thứ 1.",))


def test_draft_is_compared_with_the_revision_it_grows_from(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    reopen = revise_command(bloc_app, house, pledge_id)
    with bloc_app.app_context():
        revise_pledge(reopen)
    page = page_for(bloc_app, house.coordinator, pledge_id)
    assert page.compare_to is not None
    assert (page.compare_to.number, page.comparison) == (1, Comparison.PREVIOUS)


def test_first_revision_has_nothing_to_be_compared_with(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    for actor in (house.coordinator, house.representatives[0], house.administrator):
        assert page_for(bloc_app, actor, pledge_id).compare_to is None
    assert page_for(bloc_app, house.coordinator, import_draft(bloc_app, house)).compare_to is None


@pytest.mark.parametrize(
    ("who", "opened", "expected"),
    [
        ("agreed to 1", None, (1, Comparison.MY_AGREEMENT)),
        ("agreed to none", None, (2, Comparison.PREVIOUS)),
        ("coordinator", None, (2, Comparison.PREVIOUS)),
        ("agreed to 1", 2, (2, Comparison.OPENED)),
        ("agreed to none", 1, (1, Comparison.OPENED)),
        ("agreed to 1", 3, (1, Comparison.MY_AGREEMENT)),
        ("agreed to 1", 77, (1, Comparison.MY_AGREEMENT)),
    ],
)
def test_comparison_by_reader_and_by_what_was_opened(
    bloc_app: Flask, house: SigningHouse, who: str, opened: int | None, expected: tuple[int, Comparison]
) -> None:
    pledge_id = make_review(bloc_app, house)
    agree_by(bloc_app, pledge_id, house.representatives[0])
    next_round(bloc_app, house, pledge_id, "Lần hai.")
    next_round(bloc_app, house, pledge_id, "Lần ba.")
    actors = {
        "agreed to 1": house.representatives[0],
        "agreed to none": house.representatives[1],
        "coordinator": house.coordinator,
    }
    page = page_for(bloc_app, actors[who], pledge_id, opened=opened)
    assert page.compare_to is not None
    assert (page.compare_to.number, page.comparison) == expected


def test_change_request_is_no_agreement_to_compare_with(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    command = verdict_command(bloc_app, pledge_id, house.representatives[0], VerdictKind.REQUEST_CHANGES, "Sửa.")
    with bloc_app.app_context():
        give_verdict(command)
    next_round(bloc_app, house, pledge_id, "Lần hai.")
    assert page_for(bloc_app, house.representatives[0], pledge_id).comparison is Comparison.PREVIOUS


def test_verdicts_on_an_old_revision_do_not_count_on_the_new_one(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    agree_by(bloc_app, pledge_id, house.representatives[0])
    assert page_for(bloc_app, house.coordinator, pledge_id).agreed_count == 1
    next_round(bloc_app, house, pledge_id, "Lần hai.")
    page = page_for(bloc_app, house.coordinator, pledge_id)
    assert page.agreed_count == 0
    assert [row.verdict for row in page.board] == [None, None]


def test_only_the_person_in_charge_may_answer(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    assert page_for(bloc_app, house.representatives[0], pledge_id).may_answer
    for actor in (house.coordinator, house.administrator):
        page = page_for(bloc_app, actor, pledge_id)
        assert (page.may_answer, page.mine) == (False, None)


def test_acts_follow_state_and_role(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    talk = {Action.REPLY_TO_COMMENT}
    coordinating = {Action.REVISE, Action.CANCEL, Action.ANSWER_COMMENT}
    assert page_for(bloc_app, house.coordinator, pledge_id).actions == coordinating | talk
    assert page_for(bloc_app, house.administrator, pledge_id).actions == {Action.CANCEL}
    answering = {Action.GIVE_VERDICT, Action.ADD_COMMENT}
    assert page_for(bloc_app, house.representatives[0], pledge_id).actions == answering | talk


def test_unseen_and_unknown_pledges_are_one_answer(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    with pytest.raises(NotFoundError) as unseen:
        page_for(bloc_app, house.observer, pledge_id)
    with pytest.raises(NotFoundError) as unknown:
        page_for(bloc_app, house.coordinator, uuid.uuid4())
    assert unseen.value.vi == unknown.value.vi


def test_signing_and_finished_text_are_what_was_printed(bloc_app: Flask) -> None:
    house = make_house(bloc_app)
    pledge_id = make_open_pledge(bloc_app, house)
    signing = page_for(bloc_app, house.coordinator, pledge_id)
    assert signing.signing is not None
    assert signing.text.date == DateLine(None, 5, 2024)
    sign_by(bloc_app, pledge_id, *house.representatives)
    waiting = page_for(bloc_app, house.coordinator, pledge_id)
    assert (waiting.state, waiting.signed_count) == (State.FINALISING, 2)
    with bloc_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    finished = page_for(bloc_app, house.observer, pledge_id)
    assert finished.text.date == DateLine(15, 5, 2024)
    assert finished.final_sha256


def test_stopped_signing_keeps_who_had_signed_and_who_declined(bloc_app: Flask) -> None:
    house = make_house(bloc_app, 3)
    pledge_id = make_open_pledge(bloc_app, house)
    sign_by(bloc_app, pledge_id, house.representatives[2], house.representatives[0])
    command = decline_command(bloc_app, pledge_id, house.representatives[1], "Sai chỉ tiêu.")
    with bloc_app.app_context():
        decline_to_sign(command)
    page = page_for(bloc_app, house.representatives[2], pledge_id)
    assert page.signed_count == 0
    (stopped,) = page.stopped_signings
    assert (stopped.number, stopped.revision_number, stopped.reason) == (1, 1, "Sai chỉ tiêu.")
    assert stopped.declined_by == "Sở Thử nghiệm 2"
    assert [found.agency_name for found in stopped.signatures] == ["Sở Thử nghiệm 3", "Sở Thử nghiệm 1"]
