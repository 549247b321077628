"""What happens below a comment: taken back while nobody has answered, talked about by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    TransitionRefusedError,
)
from approval.domain.review_commands import AnswerComment, ReplyToComment, WithdrawComment
from approval.domain.states import AnswerKind, VerdictKind
from approval.extensions import db
from approval.models.comment_reply import CommentReply
from approval.queries.comment_threads import load_comment_threads
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.history import events
from tests.factories.review_comments import comment_by
from tests.factories.review_house import (
    answer_all,
    make_review,
    make_review_house,
    revise_command,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def test_an_agency_withdraws_its_own_comment_once(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    comment_id = comment_by(app, pledge_id, first)
    with app.app_context():
        with pytest.raises(NotAllowedError):
            withdraw_comment(WithdrawComment(second, pledge_id, comment_id))
        withdraw_comment(WithdrawComment(first, pledge_id, comment_id))
    clock.forward(minutes=1)
    with app.app_context():
        with pytest.raises(AlreadyDoneError, match="09:00"):
            withdraw_comment(WithdrawComment(first, pledge_id, comment_id))
        (thread,) = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert thread.withdrawn_at == MAY_15
        for actor in (first, second, house.coordinator):
            with pytest.raises(TransitionRefusedError):
                reply_to_comment(ReplyToComment(actor, pledge_id, comment_id, "Vì sao rút?"))
        with pytest.raises(TransitionRefusedError):
            answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED))
        (event,) = events("pledge:comment:withdrawn")
        assert event["data"] == {"anchor": "clause:1", "comment_id": comment_id}


def test_an_answered_comment_stays(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    answer_all(app, house, pledge_id)
    with app.app_context(), pytest.raises(TransitionRefusedError, match="answered"):
        withdraw_comment(WithdrawComment(house.representatives[0], pledge_id, comment_id))


def test_the_comment_a_verdict_rests_on_stays_until_the_verdict_changes(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    comment_id = comment_by(app, pledge_id, first)
    other_id = comment_by(app, pledge_id, first, "Một ý khác.")
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES))
        withdraw_comment(WithdrawComment(first, pledge_id, other_id))
        with pytest.raises(TransitionRefusedError, match="rests on"):
            withdraw_comment(WithdrawComment(first, pledge_id, comment_id))
        give_verdict(verdict_command(app, pledge_id, first))
        withdraw_comment(WithdrawComment(first, pledge_id, comment_id))


def test_a_comment_is_not_withdrawn_once_the_round_is_closed(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
        with pytest.raises(TransitionRefusedError):
            withdraw_comment(WithdrawComment(house.representatives[0], pledge_id, comment_id))


def test_agencies_and_the_coordinator_talk_below_a_comment(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    comment_id = comment_by(app, pledge_id, first)
    said = [(house.coordinator, "Chỉ tiêu nào?"), (first, "Chỉ tiêu 3."), (second, "Đồng ý.")]
    with app.app_context():
        for actor, body in said:
            reply_to_comment(ReplyToComment(actor, pledge_id, comment_id, body))
            clock.forward(minutes=1)
        (thread,) = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert [(reply.agency_name, reply.body) for reply in thread.replies] == [
            ("", "Chỉ tiêu nào?"),
            ("Sở Thử nghiệm 1", "Chỉ tiêu 3."),
            ("Sở Thử nghiệm 2", "Đồng ý."),
        ]
        assert thread.replies[0].author_name == "Thư ký Khối"
        assert [event["data"]["body"] for event in events("pledge:comment:replied")] == [body for _, body in said]
        # The draft is where most is talked about; the round's comments stay open for that.
        revise_pledge(revise_command(app, house, pledge_id))
        reply_to_comment(ReplyToComment(first, pledge_id, comment_id, "Cảm ơn."))
        answer_all(app, house, pledge_id)
        submit_for_review(submit_command(app, house, pledge_id))
        with pytest.raises(TransitionRefusedError, match="round that is closed"):
            reply_to_comment(ReplyToComment(first, pledge_id, comment_id, "Còn nữa."))


def test_the_same_reply_twice_in_a_row_is_one(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    comment_id = comment_by(app, pledge_id, first)
    with app.app_context():
        reply_to_comment(ReplyToComment(first, pledge_id, comment_id, "Đúng."))
        with pytest.raises(AlreadyDoneError):
            reply_to_comment(ReplyToComment(first, pledge_id, comment_id, " Đúng. "))
        reply_to_comment(ReplyToComment(second, pledge_id, comment_id, "Đúng."))
        reply_to_comment(ReplyToComment(first, pledge_id, comment_id, "Đúng."))
        assert len(db.session.scalars(select(CommentReply)).all()) == 3
        for body in ("", "a" * 4001, "ẩn\u202e"):
            with pytest.raises(InvalidInputError) as refusal:
                reply_to_comment(ReplyToComment(first, pledge_id, comment_id, body))
            assert refusal.value.field == "body"
