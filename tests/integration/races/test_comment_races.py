"""Everybody comments, and two coordinators answer, in the same instant: nothing is lost, one answer counts."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.domain.errors import AlreadyDoneError, PledgeError, StaleTextError, TransitionRefusedError
from approval.domain.review_commands import AnswerComment, WithdrawComment
from approval.domain.states import AnswerKind, Role
from approval.extensions import db
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.draft_text import DraftText
from approval.models.outbox_message import OutboxMessage
from approval.queries.comment_threads import load_comment_threads
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.take_suggestion import take_suggestion
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.review_comments import comment_by, comment_command, suggest_by, take_command
from tests.factories.review_house import (
    answer_all,
    draft_text,
    make_review,
    make_review_house,
    revise_command,
    submit_command,
)
from tests.factories.signing_house import SigningHouse, add_person, stored_pledge

AGENCIES = 5


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, AGENCIES)


def reopen(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    command = revise_command(app, house, pledge_id)
    with app.app_context():
        revise_pledge(command)


def test_five_agencies_comment_at_once_and_every_comment_is_kept(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    acts = [
        partial(add_comment, comment_command(app, pledge_id, actor, f"Ý {number}."))
        for actor in house.representatives
        for number in range(2)
    ]

    outcomes = all_at_once(app, acts)

    assert outcomes == [None] * len(acts)
    with app.app_context():
        threads = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert sorted((thread.position, thread.body) for thread in threads) == [
            (position, f"Ý {number}.") for position in range(1, AGENCIES + 1) for number in range(2)
        ]
        require_sound_history()


def test_a_double_click_leaves_one_comment(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    command = comment_command(app, pledge_id, house.representatives[0])

    outcomes = all_at_once(app, [partial(add_comment, command)] * 4)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadyDoneError) for outcome in outcomes) == 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Comment)) == 1


def test_two_coordinators_answer_at_once_and_one_answer_counts(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        other = add_person(Role.COORDINATOR, house.bloc_id, name="Phó Thư ký Khối")
        db.session.commit()
    acts = [
        partial(answer_comment, AnswerComment(actor, pledge_id, comment_id, AnswerKind.EXPLAINED, f"Lần {number}."))
        for number, actor in enumerate((house.coordinator, other))
    ]

    outcomes = all_at_once(app, acts)

    assert outcomes == [None, None]
    with app.app_context():
        rows = db.session.scalars(select(CommentAnswer).order_by(CommentAnswer.id)).all()
        assert [row.superseded_at is None for row in rows] == [False, True]
        assert {row.words for row in rows} == {"Lần 0.", "Lần 1."}
        told = events("pledge:comment:answered")
        assert [event["data"]["words"] for event in told] == [row.words for row in rows]
        assert [event["data"]["replaced"] for event in told] == [None, "explained"]
        mails = select(func.count()).where(OutboxMessage.kind == "comment-answered")
        assert db.session.scalar(mails) == 1
        require_sound_history()


def test_withdrawing_against_an_answer_ends_in_one_of_two_worlds(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    withdrawal = WithdrawComment(house.representatives[0], pledge_id, comment_id)
    answer = AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED)

    outcomes = all_at_once(app, [partial(withdraw_comment, withdrawal), partial(answer_comment, answer)])

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, TransitionRefusedError) for outcome in outcomes) == 1
    with app.app_context():
        (thread,) = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert (thread.withdrawn_at is None) == (thread.answer is not None)
        require_sound_history()


def test_two_suggestions_taken_at_once_do_not_overwrite_each_other(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, *_ = house.representatives
    one = suggest_by(app, pledge_id, first, quote="Nội dung", replacement="Phần việc")
    two = suggest_by(app, pledge_id, second, quote="thứ", replacement="số")
    reopen(app, house, pledge_id)
    commands = [take_command(app, house, pledge_id, comment_id) for comment_id in (one, two)]

    outcomes = all_at_once(app, [partial(take_suggestion, command) for command in commands])

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, StaleTextError) for outcome in outcomes) == 1
    with app.app_context():
        late = (one, two)[outcomes.index(None) - 1]
        take_suggestion(take_command(app, house, pledge_id, late))
        version = stored_pledge(pledge_id).version
        kept = db.session.scalars(select(DraftText.version).where(DraftText.pledge_id == pledge_id)).all()
        assert sorted(kept)[-2:] == [version - 1, version]
        require_sound_history()
    assert draft_text(app, pledge_id).clauses[0].paragraphs == ("Phần việc thi đua số 1.",)


def test_a_click_twice_takes_a_suggestion_once(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="thi đua", replacement="thi đua thi đua")
    reopen(app, house, pledge_id)
    command = take_command(app, house, pledge_id, comment_id)

    outcomes = all_at_once(app, [partial(take_suggestion, command)] * 3)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadyDoneError) for outcome in outcomes) == 2
    assert draft_text(app, pledge_id).clauses[0].paragraphs == ("Nội dung thi đua thi đua thứ 1.",)


def test_no_round_opens_past_a_comment_without_answer(app: Flask, house: SigningHouse) -> None:
    """Reopening races with a last comment: it comes in and waits for its answer, or it comes too late."""
    pledge_id = make_review(app, house)
    comment = comment_command(app, pledge_id, house.representatives[0])
    revision = revise_command(app, house, pledge_id)

    commented, reopened = all_at_once(app, [partial(add_comment, comment), partial(revise_pledge, revision)])

    assert reopened is None
    submission = submit_command(app, house, pledge_id)
    with app.app_context():
        if commented is None:
            with pytest.raises(PledgeError, match="1 comments"):
                submit_for_review(submission)
        else:
            assert isinstance(commented, TransitionRefusedError)
    answer_all(app, house, pledge_id)
    with app.app_context():
        submit_for_review(submission)
        require_sound_history()
