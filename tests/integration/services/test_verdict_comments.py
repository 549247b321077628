"""A verdict collects comments, its own words are one, and after the deadline it is final."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.errors import AlreadyDoneError, InvalidInputError, TransitionRefusedError, UnansweredCommentsError
from approval.domain.review_commands import AnswerComment, WithdrawComment
from approval.domain.states import AnswerKind, State, VerdictKind
from approval.extensions import db
from approval.models.comment import Comment
from approval.models.verdict import Verdict
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.history import events, require_sound_history
from tests.factories.review_comments import comment_by
from tests.factories.review_house import (
    agree_by,
    answer_all,
    make_review,
    make_review_house,
    revise_command,
    state_of,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house, open_command, stored_pledge

AGREE, WITH_COMMENTS, CHANGES = VerdictKind.AGREE, VerdictKind.AGREE_WITH_COMMENTS, VerdictKind.REQUEST_CHANGES


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def verdict_words() -> list[tuple[str, bool]]:
    """Body and whether it stands, of every comment that is the words of a verdict."""
    query = select(Comment).where(Comment.verdict_words).order_by(Comment.id)
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    return [(row.body, row.withdrawn_at is None) for row in rows]


@pytest.mark.parametrize("kind", [WITH_COMMENTS, CHANGES])
def test_comments_on_parts_of_the_text_speak_for_a_verdict(app: Flask, house: SigningHouse, kind: VerdictKind) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    comment_by(app, pledge_id, second)
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            give_verdict(verdict_command(app, pledge_id, first, kind))
        assert (refusal.value.code, refusal.value.field) == ("comment-missing", "comment")
    comment_by(app, pledge_id, first)
    comment_by(app, pledge_id, first, "Ý thứ hai.")
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, kind))
        verdict = db.session.scalars(select(Verdict)).one()
        assert (verdict.kind, verdict.comment, verdict.comment_count) == (kind, "", 2)
        assert verdict_words() == []
        (event,) = events("pledge:verdict:given")
        assert (event["data"]["comment"], event["data"]["comment_count"]) == ("", 2)


def test_a_withdrawn_comment_speaks_for_nothing(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    comment_id = comment_by(app, pledge_id, first)
    with app.app_context():
        withdraw_comment(WithdrawComment(first, pledge_id, comment_id))
        with pytest.raises(InvalidInputError):
            give_verdict(verdict_command(app, pledge_id, first, CHANGES))


def test_who_agrees_plainly_may_have_commented(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_by(app, pledge_id, house.representatives[0])
    agree_by(app, pledge_id, *house.representatives)
    assert state_of(app, pledge_id) == State.AGREED


def test_the_words_of_a_verdict_wait_for_an_answer_like_any_comment(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Sai chính tả."))
        comment = db.session.scalars(select(Comment)).one()
        assert (comment.anchor, comment.body, comment.verdict_words) == ("whole", "Sai chính tả.", True)
        with pytest.raises(TransitionRefusedError, match="words of your verdict"):
            withdraw_comment(WithdrawComment(first, pledge_id, comment.id))
        revise_pledge(revise_command(app, house, pledge_id))
        command = submit_command(app, house, pledge_id)
        with pytest.raises(UnansweredCommentsError):
            submit_for_review(command)
    answer_all(app, house, pledge_id)
    with app.app_context():
        submit_for_review(command)


def test_other_words_replace_the_words_and_no_words_take_them_away(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Sai chính tả."))
        give_verdict(verdict_command(app, pledge_id, first, WITH_COMMENTS, "Sai chính tả."))
        assert verdict_words() == [("Sai chính tả.", True)]
        give_verdict(verdict_command(app, pledge_id, first, WITH_COMMENTS, "Sai hai chỗ."))
        assert verdict_words() == [("Sai chính tả.", False), ("Sai hai chỗ.", True)]
        give_verdict(verdict_command(app, pledge_id, first))
        assert verdict_words() == [("Sai chính tả.", False), ("Sai hai chỗ.", False)]
        assert len(events("pledge:verdict:given")) == 4
        require_sound_history()


def test_answered_words_stay_with_their_answer(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Sai chính tả."))
        comment_id = db.session.scalars(select(Comment.id)).one()
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED))
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Còn sai."))
        assert verdict_words() == [("Sai chính tả.", True), ("Còn sai.", True)]
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Sai chính tả."))
        assert verdict_words() == [("Sai chính tả.", True), ("Còn sai.", False)]


def test_the_same_verdict_with_one_more_comment_is_another_verdict(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    comment_by(app, pledge_id, first)
    command = verdict_command(app, pledge_id, first, CHANGES)
    with app.app_context():
        give_verdict(command)
        with pytest.raises(AlreadyDoneError):
            give_verdict(command)
    comment_by(app, pledge_id, first, "Một ý nữa.")
    with app.app_context():
        give_verdict(command)
        current = db.session.scalars(select(Verdict).where(Verdict.superseded_at.is_(None))).one()
        assert current.comment_count == 2


def test_a_verdict_may_change_until_the_deadline_and_not_after(
    app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    first, second, third = house.representatives
    agree_by(app, pledge_id, first)
    with app.app_context():
        deadline = stored_pledge(pledge_id).review_deadline
        assert deadline is not None
        clock.moment = deadline
        give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Khoan đã."))
        clock.forward(seconds=1)
        with pytest.raises(TransitionRefusedError) as refusal:
            give_verdict(verdict_command(app, pledge_id, first))
        assert refusal.value.code == "verdict-final"
        with pytest.raises(AlreadyDoneError):
            give_verdict(verdict_command(app, pledge_id, first, CHANGES, "Khoan đã."))
        give_verdict(verdict_command(app, pledge_id, second))
        with pytest.raises(TransitionRefusedError):
            give_verdict(verdict_command(app, pledge_id, second, CHANGES, "Thôi."))
        assert stored_pledge(pledge_id).agreed_count == 1
        # Comments are welcome as long as the round is open, also from those whose verdict is final.
        comment_by(app, pledge_id, first)
        comment_by(app, pledge_id, third)
        require_sound_history()


def test_signing_waits_for_the_answers_to_those_who_agreed_with_comments(app: Flask, clock: MovingClock) -> None:
    house = make_house(app)
    pledge_id = make_review(app, house)
    first, second = house.representatives
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, WITH_COMMENTS, "Nên ghi rõ khoản 2."))
    agree_by(app, pledge_id, second)
    command = open_command(app, house, pledge_id)
    with app.app_context():
        with pytest.raises(UnansweredCommentsError) as refusal:
            open_signing(command)
        assert refusal.value.count == 1
        assert stored_pledge(pledge_id).state == State.AGREED
    answer_all(app, house, pledge_id)
    with app.app_context():
        open_signing(command)
        assert stored_pledge(pledge_id).state == State.SIGNING
