"""Notes of a page and lists of comments on both databases: counted right, drawn in the right order."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from approval.domain.anchors import Anchor
from approval.domain.commands import Actor
from approval.domain.errors import NotFoundError
from approval.domain.review_commands import AnswerComment, WithdrawComment
from approval.domain.states import AnswerKind, VerdictKind
from approval.extensions import db
from approval.models.person import Person
from approval.queries.comment_list import CommentChoice, CommentList, load_comment_list, load_remark
from approval.queries.pledge_notes import MOST_OF_MANY, PledgeNotes, load_pledge_notes
from approval.queries.pledge_page import load_pledge_page
from approval.queries.visible_pledge import Viewer
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.many_comments import add_many_comments
from tests.factories.review_comments import comment_by, suggest_by
from tests.factories.review_house import (
    answer_all,
    draft_text,
    import_draft,
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

CLAUSE_1 = Anchor.parse("clause:1")
WHOLE = Anchor.parse("whole")


@pytest.fixture
def bloc_app(app_factory: AppFactory, database_url: str) -> Flask:
    """The application in May 2024, once a database kind."""
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(bloc_app: Flask) -> SigningHouse:
    """A bloc of two agencies."""
    return make_review_house(bloc_app)


def viewer(actor: Actor) -> Viewer:
    """This person as a reader; inside an application context."""
    person = db.session.get_one(Person, actor.person_id)
    return Viewer(person.id, actor.role, person.agency_id, person.bloc_id)


def notes_for(app: Flask, actor: Actor, pledge_id: uuid.UUID) -> PledgeNotes:
    """The notes as this person gets them."""
    with app.app_context():
        return load_pledge_notes(db.session(), load_pledge_page(db.session(), viewer(actor), pledge_id))


def listed(app: Flask, actor: Actor, pledge_id: uuid.UUID, choice: CommentChoice) -> CommentList:
    """The list as this person gets it."""
    with app.app_context():
        return load_comment_list(db.session(), load_pledge_page(db.session(), viewer(actor), pledge_id), choice)


def answer(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, comment_id: int, kind: AnswerKind) -> None:
    """The coordinator answers."""
    with app.app_context():
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, kind, "Vì vậy."))


def test_a_draft_that_was_never_sent_has_no_notes(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(bloc_app, house)
    assert notes_for(bloc_app, house.coordinator, pledge_id) == PledgeNotes()
    assert listed(bloc_app, house.coordinator, pledge_id, CommentChoice()).count == 0


def test_counts_and_drawn_notes_of_a_small_round(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id, (first, second) = make_review(bloc_app, house), house.representatives
    theirs = comment_by(bloc_app, pledge_id, first)
    gone = comment_by(bloc_app, pledge_id, second, "Rút lại.")
    mine = suggest_by(bloc_app, pledge_id, second, quote="thi đua", replacement="")
    with bloc_app.app_context():
        withdraw_comment(WithdrawComment(second, pledge_id, gone))
    answer(bloc_app, house, pledge_id, theirs, AnswerKind.EXPLAINED)
    notes = notes_for(bloc_app, second, pledge_id)
    assert list(notes.parts) == [CLAUSE_1]
    part = notes.parts[CLAUSE_1]
    assert (part.count, part.waiting) == (2, 1)
    assert [(remark.thread.id, remark.is_mine) for remark in part.shown] == [(mine, True), (theirs, False)]
    assert (notes.count, notes.waiting, notes.mine_count) == (2, 1, 1)
    assert [remark.thread.id for remark in notes.mine] == [mine]
    assert notes_for(bloc_app, house.coordinator, pledge_id).mine_count == 0


def test_words_of_a_verdict_are_a_note_once_they_are_answered(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id, first = make_review(bloc_app, house), house.representatives[0]
    command = verdict_command(bloc_app, pledge_id, first, VerdictKind.REQUEST_CHANGES, "Sửa khoản 1.")
    with bloc_app.app_context():
        give_verdict(command)
    assert notes_for(bloc_app, first, pledge_id).count == 0
    assert listed(bloc_app, first, pledge_id, CommentChoice()).count == 1
    answer_all(bloc_app, house, pledge_id)
    notes = notes_for(bloc_app, first, pledge_id)
    assert [remark.thread.verdict_words for remark in notes.parts[WHOLE].shown] == [True]
    assert notes.mine_count == 0


def test_next_round_tells_what_became_of_ones_own(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id, (first, second) = make_review(bloc_app, house), house.representatives
    before = [comment_by(bloc_app, pledge_id, first, f"Ý {number}.") for number in range(2)]
    comment_by(bloc_app, pledge_id, second)
    answer(bloc_app, house, pledge_id, before[0], AnswerKind.ACCEPTED)
    reopen = revise_command(bloc_app, house, pledge_id)
    with bloc_app.app_context():
        revise_pledge(reopen)
    answer(bloc_app, house, pledge_id, before[1], AnswerKind.EXPLAINED)
    answer_all(bloc_app, house, pledge_id)
    save(bloc_app, house, pledge_id, reworded(draft_text(bloc_app, pledge_id), "Nội dung thi đua mới thứ 1."))
    command = submit_command(bloc_app, house, pledge_id)
    with bloc_app.app_context():
        submit_for_review(command)
    now = comment_by(bloc_app, pledge_id, first, "Lần hai.")
    notes = notes_for(bloc_app, first, pledge_id)
    assert notes.answers_before == {AnswerKind.ACCEPTED: 1, AnswerKind.EXPLAINED: 1}
    assert [remark.thread.id for remark in notes.mine_before] == before
    assert [remark.thread.id for remark in notes.mine] == [now]
    assert (notes.parts[CLAUSE_1].count, notes.parts[CLAUSE_1].waiting) == (4, 1)
    waiting = listed(bloc_app, first, pledge_id, CommentChoice(here=CLAUSE_1, waiting=True))
    assert [remark.thread.id for remark in waiting.remarks] == [now]


def test_in_a_crowded_round_a_part_draws_the_first_that_waits(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id, first = make_review(bloc_app, house), house.representatives[0]
    ids = [comment_by(bloc_app, pledge_id, first, f"Ý {number}.") for number in range(5)]
    answer(bloc_app, house, pledge_id, ids[0], AnswerKind.ACCEPTED)
    few = notes_for(bloc_app, house.coordinator, pledge_id).parts[CLAUSE_1]
    assert {remark.thread.id for remark in few.shown} == set(ids)
    add_many_comments(bloc_app, pledge_id, each=30)
    parts = notes_for(bloc_app, house.coordinator, pledge_id).parts
    assert [remark.thread.id for remark in parts[CLAUSE_1].shown] == [ids[1]]
    assert [len(part.shown) for part in parts.values()] == [1] * 6


def test_a_page_never_draws_more_than_a_person_reads(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(bloc_app, house)
    add_many_comments(bloc_app, pledge_id, each=60)
    notes = notes_for(bloc_app, house.representatives[0], pledge_id)
    assert sum(len(part.shown) for part in notes.parts.values()) == MOST_OF_MANY
    assert (notes.count, notes.mine_count) == (120, 60)
    last = listed(bloc_app, house.representatives[0], pledge_id, CommentChoice(number=4))
    assert (last.count, last.pages, len(last.remarks)) == (120, 4, 30)


def test_one_comment_is_found_on_its_own_pledge_only(bloc_app: Flask, house: SigningHouse) -> None:
    pledge_id, first = make_review(bloc_app, house), house.representatives[0]
    comment_id = comment_by(bloc_app, pledge_id, first)
    other = make_review(bloc_app, house)
    with bloc_app.app_context():
        page = load_pledge_page(db.session(), viewer(first), pledge_id)
        assert load_remark(db.session(), page, comment_id).is_mine
        elsewhere = load_pledge_page(db.session(), viewer(first), other)
        with pytest.raises(NotFoundError):
            load_remark(db.session(), elsewhere, comment_id)
