"""Comments on parts of the text under review: who may write them, what is stored, what is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.anchors import Anchor
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.review_commands import AnswerComment, ReplyToComment, WithdrawComment
from approval.domain.states import AnswerKind
from approval.extensions import db
from approval.models.comment import Comment
from approval.queries.comment_threads import load_comment_threads
from approval.services.add_comment import MOST_COMMENTS, add_comment
from approval.services.answer_comment import answer_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.history import events, require_sound_history
from tests.factories.review_comments import WHOLE, comment_by, comment_command, suggest_by, suggestion_command
from tests.factories.review_house import (
    make_review,
    make_review_house,
    revise_command,
    submit_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, stored_pledge


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def test_a_comment_is_stored_with_its_place_and_leaves_the_pledge_as_it_was(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        version = stored_pledge(pledge_id).version
    comment_id = suggest_by(app, pledge_id, first, quote="thi đua thứ", replacement="thi đua số")
    with app.app_context():
        (thread,) = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert (thread.id, str(thread.anchor), thread.round, thread.revision_number) == (comment_id, "clause:1", 1, 1)
        assert (thread.quote, thread.quote_start, thread.replacement) == ("thi đua thứ", 9, "thi đua số")
        assert (thread.agency_name, thread.author_name) == ("Sở Thử nghiệm 1", "Đại diện Sở Thử nghiệm 1")
        assert (thread.created_at, thread.answer, thread.replies) == (MAY_15, None, ())
        assert stored_pledge(pledge_id).version == version
        (event,) = events("pledge:comment:added")
        assert event["data"]["comment_id"] == comment_id
        assert event["data"]["anchor"] == "clause:1"
        assert event["data"]["replacement"] == "thi đua số"
        require_sound_history()


def test_everybody_comments_late_while_the_round_is_open(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    clock.forward(days=30)
    for actor in house.representatives:
        comment_by(app, pledge_id, actor)
    with app.app_context():
        threads = load_comment_threads(db.session(), pledge_id, revision_number=None)
        assert [thread.position for thread in threads] == [1, 2, 3]


def test_the_same_comment_twice_is_told_when_it_was_written(
    app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    command = comment_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        add_comment(command)
    clock.forward(minutes=5)
    with app.app_context():
        with pytest.raises(AlreadyDoneError, match="09:00"):
            add_comment(command)
        add_comment(replace(command, actor=house.representatives[1]))
        add_comment(replace(command, anchor=WHOLE))
        assert len(events("pledge:comment:added")) == 3


def test_words_are_composed_and_neither_endless_nor_hidden(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    command = comment_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        add_comment(replace(command, body=unicodedata.normalize("NFD", "  Đẩy mạnh\tthi đua\r\n\r\nhơn. ")))
        assert db.session.scalars(select(Comment.body)).one() == "Đẩy mạnh thi đua\n\nhơn."
        for body in ("", " \n\t ", "a" * 4001, "bình\u202ethường", "\u200b"):
            with pytest.raises(InvalidInputError) as refusal:
                add_comment(replace(command, body=body))
            assert refusal.value.field == "body"
        with pytest.raises(InvalidInputError, match=r"4\.000|4000"):
            add_comment(replace(command, body="a" * 4001))
        assert len(events("pledge:comment:added")) == 1


def test_a_suggestion_must_change_words_that_stand_there(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    good = suggestion_command(app, pledge_id, house.representatives[0], quote="Nội dung", replacement="Phần")
    refused = {
        "quote": [
            replace(good, quote="Nội dung khác"),
            replace(good, quote_start=3),
            replace(good, quote_start=-1, quote="."),
            replace(good, quote_start=None),
            replace(good, quote=""),
            replace(good, quote="", quote_start=None),
            replace(good, anchor=WHOLE),
        ],
        "replacement": [
            replace(good, replacement="Nội dung"),
            replace(good, replacement="a" * 20_001),
            replace(good, replacement="ẩn\u200b"),
            replace(good, anchor=Anchor.parse("party:1"), quote="ĐẠI", quote_start=0, replacement="ĐẠI\nDIỆN"),
            replace(good, anchor=Anchor.parse("title"), quote="BẢN", quote_start=0, replacement="BẢN\nSAO"),
        ],
        "anchor": [replace(good, anchor=Anchor.parse("clause:3")), replace(good, anchor=Anchor.parse("party:4"))],
    }
    with app.app_context():
        for field, commands in refused.items():
            for command in commands:
                with pytest.raises(InvalidInputError) as refusal:
                    add_comment(command)
                assert refusal.value.field == field
        add_comment(replace(good, replacement=""))
        add_comment(replace(good, replacement="Phần một\nPhần hai"))
        stored = db.session.scalars(select(Comment.replacement).order_by(Comment.id)).all()
        assert stored == ["", "Phần một\nPhần hai"]


def test_words_may_be_pointed_at_without_suggesting_others(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    command = comment_command(app, pledge_id, house.representatives[0], "Ý này chưa rõ.")
    with app.app_context():
        add_comment(replace(command, quote="Nội dung", quote_start=0))
        comment = db.session.scalars(select(Comment)).one()
        assert (comment.quote, comment.quote_start, comment.replacement) == ("Nội dung", 0, None)


def test_two_hundred_comments_are_enough(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    command = comment_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        first = add_comment(command)
        stored = db.session.get_one(Comment, first)
        kept = ("pledge_id", "revision_id", "party_id", "person_id", "anchor", "created_at")
        for number in range(1, MOST_COMMENTS):
            db.session.add(Comment(body=f"Ý {number}.", **{name: getattr(stored, name) for name in kept}))
        db.session.commit()
        with pytest.raises(InvalidInputError, match="200"):
            add_comment(replace(command, body="Một ý nữa."))
        withdraw_comment(WithdrawComment(command.actor, pledge_id, first))
        add_comment(replace(command, body="Một ý nữa."))
        add_comment(replace(command, actor=house.representatives[1]))


def test_a_comment_on_a_text_that_changed_is_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    old = comment_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        with pytest.raises(StaleTextError):
            add_comment(replace(old, revision_sha256="0" * 64))
        revise_pledge(revise_command(app, house, pledge_id))
        with pytest.raises(TransitionRefusedError):
            add_comment(old)
        submit_for_review(submit_command(app, house, pledge_id))
        with pytest.raises(StaleTextError):
            add_comment(old)


def test_a_stranger_learns_nothing_and_an_onlooker_may_not_comment(app: Flask, house: SigningHouse) -> None:
    other = make_review_house(app, 4, name="Khối Khác")
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        command = comment_command(app, pledge_id, house.representatives[0], "Khác.")
        for stranger in (other.coordinator, other.representatives[3], house.observer):
            with pytest.raises(NotFoundError):
                add_comment(replace(command, actor=stranger))
            with pytest.raises(NotFoundError):
                withdraw_comment(WithdrawComment(stranger, pledge_id, comment_id))
            with pytest.raises(NotFoundError):
                reply_to_comment(ReplyToComment(stranger, pledge_id, comment_id, "Chào."))
            with pytest.raises(NotFoundError):
                answer_comment(AnswerComment(stranger, pledge_id, comment_id, AnswerKind.ACCEPTED))
        for onlooker in (house.coordinator, house.administrator, other.representatives[0]):
            with pytest.raises(NotAllowedError):
                add_comment(replace(command, actor=onlooker))
            with pytest.raises(NotAllowedError):
                withdraw_comment(WithdrawComment(onlooker, pledge_id, comment_id))
        for onlooker in (house.administrator, other.representatives[0]):
            with pytest.raises(NotAllowedError):
                reply_to_comment(ReplyToComment(onlooker, pledge_id, comment_id, "Chào."))
        with pytest.raises(NotAllowedError):
            answer_comment(AnswerComment(house.representatives[0], pledge_id, comment_id, AnswerKind.ACCEPTED))


def test_a_comment_of_another_pledge_is_not_found_here(app: Flask, house: SigningHouse) -> None:
    pledge_id, other_id = make_review(app, house), make_review(app, house)
    comment_id = comment_by(app, other_id, house.representatives[0])
    with app.app_context():
        with pytest.raises(NotFoundError):
            withdraw_comment(WithdrawComment(house.representatives[0], pledge_id, comment_id))
        with pytest.raises(NotFoundError):
            reply_to_comment(ReplyToComment(house.coordinator, pledge_id, comment_id, "Chào."))
        with pytest.raises(NotFoundError):
            answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED))
