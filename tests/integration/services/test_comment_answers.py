"""Answers to comments: taken, taken in part, explained; without them neither the next round nor signing begins."""

from __future__ import annotations

import hashlib
import uuid
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
    UnansweredCommentsError,
)
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.review_commands import AnswerComment, WithdrawComment
from approval.domain.states import AnswerKind, Role
from approval.extensions import db
from approval.models.comment_answer import CommentAnswer
from approval.models.draft_text import DraftText
from approval.queries.comment_threads import AnswerView, load_comment_threads
from approval.services.answer_comment import answer_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.take_suggestion import take_suggestion
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.history import events, require_sound_history
from tests.factories.pledge_texts import small_text
from tests.factories.review_comments import comment_by, suggest_by, take_command
from tests.factories.review_house import (
    draft_text,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
    submit_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, add_person, stored_pledge


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def _reopen(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))


def _current(pledge_id: uuid.UUID) -> AnswerView | None:
    return load_comment_threads(db.session(), pledge_id, revision_number=1)[0].answer


def test_an_answer_is_shown_and_may_be_replaced_until_the_next_round(
    app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    place = Anchor.parse("clause:2")
    with app.app_context():
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED))
        assert _current(pledge_id) == AnswerView(AnswerKind.ACCEPTED, "", None, False, "Thư ký Khối", MAY_15)
        clock.forward(hours=1)
        revise_pledge(revise_command(app, house, pledge_id))
        words = "Nêu chỉ tiêu ở khoản 2."
        answer = AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.PARTLY_ACCEPTED, words, place)
        answer_comment(answer)
        shown = _current(pledge_id)
        assert shown is not None
        assert (shown.kind, shown.words, shown.place) == (AnswerKind.PARTLY_ACCEPTED, words, place)
        rows = db.session.scalars(select(CommentAnswer).order_by(CommentAnswer.id)).all()
        assert [(row.kind, row.superseded_at is None) for row in rows] == [
            ("accepted", False),
            ("partly_accepted", True),
        ]
        last = events("pledge:comment:answered")[-1]
        assert last["data"] == {
            "anchor": "clause:1",
            "comment_id": comment_id,
            "kind": "partly_accepted",
            "place": "clause:2",
            "replaced": "accepted",
            "taken": False,
            "words": words,
        }
        submit_for_review(submit_command(app, house, pledge_id))
        with pytest.raises(TransitionRefusedError, match="round that is closed"):
            answer_comment(replace(answer, words="Khác."))
        require_sound_history()


def test_the_same_answer_twice_is_told_when_it_was_given(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    answer = AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.EXPLAINED, "Đã có ở khoản 2.")
    with app.app_context():
        answer_comment(answer)
        clock.forward(minutes=3)
        with pytest.raises(AlreadyDoneError, match="09:00"):
            answer_comment(answer)
        second = add_person(Role.COORDINATOR, house.bloc_id, name="Phó Thư ký Khối")
        db.session.commit()
        answer_comment(replace(answer, actor=second))
        shown = _current(pledge_id)
        assert shown is not None
        assert shown.author_name == "Phó Thư ký Khối"


@pytest.mark.parametrize("kind", [AnswerKind.PARTLY_ACCEPTED, AnswerKind.EXPLAINED])
def test_whoever_does_not_take_a_comment_whole_says_why(app: Flask, house: SigningHouse, kind: AnswerKind) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        for words in ("", " \n ", "a" * 4001, "ẩn\u200b"):
            with pytest.raises(InvalidInputError) as refusal:
                answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, kind, words))
            assert refusal.value.field == "words"
        nowhere = Anchor.parse("clause:9")
        with pytest.raises(InvalidInputError) as refusal:
            answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, kind, "Vì thế.", nowhere))
        assert refusal.value.field == "place"
        assert _current(pledge_id) is None


def test_the_next_round_waits_for_every_answer(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, third = house.representatives
    kept = comment_by(app, pledge_id, first)
    comment_by(app, pledge_id, second)
    gone = comment_by(app, pledge_id, third)
    with app.app_context():
        withdraw_comment(WithdrawComment(third, pledge_id, gone))
        revise_pledge(revise_command(app, house, pledge_id))
        command = submit_command(app, house, pledge_id)
        with pytest.raises(UnansweredCommentsError) as refusal:
            submit_for_review(command)
        assert refusal.value.count == 2
        assert "Còn 2 ý kiến" in refusal.value.vi
        answer_comment(AnswerComment(house.coordinator, pledge_id, kept, AnswerKind.ACCEPTED))
        with pytest.raises(UnansweredCommentsError, match="1 comments"):
            submit_for_review(command)
        answer_comment(AnswerComment(house.coordinator, pledge_id, kept + 1, AnswerKind.ACCEPTED))
        submit_for_review(command)
        assert stored_pledge(pledge_id).revision_number == 2


def test_one_click_changes_the_draft_and_answers_the_comment_in_one_event(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="thi đua thứ", replacement="thi đua số")
    _reopen(app, house, pledge_id)
    with app.app_context():
        before = len(events())
        take_suggestion(take_command(app, house, pledge_id, comment_id))
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.version) == ("draft", 4)
        shown = _current(pledge_id)
        assert shown is not None
        assert (shown.kind, shown.taken, str(shown.place)) == (AnswerKind.ACCEPTED, True, "clause:1")
        (event,) = events()[before:]
        assert event["type"] == "pledge:comment:answered"
        assert event["data"]["taken"] is True
        assert event["obj"]["doc_sha256"] == pledge.draft_sha256 == hashlib.sha256(pledge.draft_content).hexdigest()
        kept = db.session.scalars(select(DraftText).order_by(DraftText.version)).all()
        assert [(row.version, row.sha256) for row in kept][-1] == (4, pledge.draft_sha256)
        require_sound_history()
    assert draft_text(app, pledge_id).clauses == reworded(small_text(3), "Nội dung thi đua số 1.").clauses


def test_a_suggestion_finds_its_clause_where_it_stands_now(app: Flask, house: SigningHouse) -> None:
    text = reworded(small_text(3), "Phối hợp công tác, phối hợp phong trào giữa các cơ quan trong Khối.")
    pledge_id = make_review(app, house, text)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="phong trào", replacement="thi đua")
    _reopen(app, house, pledge_id)
    moved = replace(
        text,
        clauses=(
            Clause(1, ("Khoản mới về phong trào.",)),
            Clause(2, (f"Năm nay: {text.clauses[0].paragraphs[0]}",)),
            replace(text.clauses[1], number=3),
        ),
    )
    save(app, house, pledge_id, moved)
    with app.app_context():
        take_suggestion(take_command(app, house, pledge_id, comment_id))
        shown = _current(pledge_id)
        assert shown is not None
        assert str(shown.place) == "clause:2"
    changed = "Năm nay: Phối hợp công tác, phối hợp thi đua giữa các cơ quan trong Khối."
    assert draft_text(app, pledge_id).clauses[1].paragraphs == (changed,)


def _without_the_words(text: PledgeText) -> PledgeText:
    return reworded(text, "Phần việc thi đua thứ nhất.")


def _without_the_clause(text: PledgeText) -> PledgeText:
    return replace(text, clauses=(Clause(1, text.clauses[1].paragraphs),))


@pytest.mark.parametrize("edit", [_without_the_words, _without_the_clause])
def test_a_suggestion_about_words_that_are_gone_is_refused_and_changes_nothing(
    app: Flask, house: SigningHouse, edit: Callable[[PledgeText], PledgeText]
) -> None:
    text = reworded(small_text(3), "Nội dung hoàn toàn riêng của khoản đầu.")
    pledge_id = make_review(app, house, text)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="Nội dung", replacement="Phần")
    _reopen(app, house, pledge_id)
    save(app, house, pledge_id, edit(text))
    with app.app_context():
        version = stored_pledge(pledge_id).version
        with pytest.raises(TransitionRefusedError, match="no longer stand"):
            take_suggestion(take_command(app, house, pledge_id, comment_id))
        assert (stored_pledge(pledge_id).version, _current(pledge_id)) == (version, None)


def test_of_two_conflicting_suggestions_the_second_is_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    one = suggest_by(app, pledge_id, first, quote="thi đua thứ", replacement="công tác thứ")
    two = suggest_by(app, pledge_id, second, quote="dung thi đua", replacement="dung phong trào")
    _reopen(app, house, pledge_id)
    with app.app_context():
        take_suggestion(take_command(app, house, pledge_id, one))
        with pytest.raises(TransitionRefusedError, match="no longer stand"):
            take_suggestion(take_command(app, house, pledge_id, two))


def test_taking_follows_the_rules_of_saving(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    plain = comment_by(app, pledge_id, first)
    comment_id = suggest_by(app, pledge_id, first, quote="Nội dung", replacement="Phần")
    unprintable = suggest_by(app, pledge_id, first, quote="thi đua", replacement="thi \N{PILE OF POO}")
    with app.app_context(), pytest.raises(TransitionRefusedError, match="in_review"):
        take_suggestion(take_command(app, house, pledge_id, comment_id))
    _reopen(app, house, pledge_id)
    command = take_command(app, house, pledge_id, comment_id)
    other = make_review_house(app, 4, name="Khối Khác")
    with app.app_context():
        with pytest.raises(NotFoundError):
            take_suggestion(replace(command, actor=other.coordinator))
        with pytest.raises(NotAllowedError):
            take_suggestion(replace(command, actor=first))
        with pytest.raises(TransitionRefusedError, match="suggests no words"):
            take_suggestion(replace(command, comment_id=plain))
        with pytest.raises(InvalidInputError):
            take_suggestion(replace(command, comment_id=unprintable))
        with pytest.raises(StaleTextError):
            take_suggestion(replace(command, expected_version=command.expected_version - 1))
        take_suggestion(command)
        with pytest.raises(AlreadyDoneError):
            take_suggestion(command)
        assert len(events("pledge:comment:answered")) == 1
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.EXPLAINED, "Đổi lại."))
        last = events("pledge:comment:answered")[-1]["data"]
        assert (last["kind"], last["taken"], last["replaced"]) == ("explained", False, "accepted")


def test_a_suggestion_to_drop_a_clause_drops_it(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    words = small_text(3).clauses[0].paragraphs[0]
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote=words, replacement="")
    _reopen(app, house, pledge_id)
    with app.app_context():
        take_suggestion(take_command(app, house, pledge_id, comment_id))
        shown = _current(pledge_id)
        assert shown is not None
        assert str(shown.place) == "whole"
    assert draft_text(app, pledge_id).clauses == (Clause(1, small_text(3).clauses[1].paragraphs),)
