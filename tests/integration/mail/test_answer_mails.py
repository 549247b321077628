"""What became of a comment reaches its agency by mail: one letter a working session, a summary in the next round."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.letters import Letter, write_letter
from approval.domain.anchors import Anchor
from approval.domain.review_commands import AnswerComment, WithdrawComment
from approval.domain.states import AnswerKind, VerdictKind
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.queries.mail_content import MailContent, NoLongerDue, load_mail_content
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.cancel_pledge import cancel_pledge
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from approval.services.take_suggestion import take_suggestion
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.review_comments import comment_by, comment_command, suggest_by, take_command
from tests.factories.review_house import (
    agree_by,
    cancel_command,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
    submit_command,
    verdict_command,
)
from tests.factories.review_house import draft_text as draft_of
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse

ACCEPTED, PARTLY, EXPLAINED = AnswerKind.ACCEPTED, AnswerKind.PARTLY_ACCEPTED, AnswerKind.EXPLAINED


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: Callable[..., Flask], database_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=database_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def answer(house: SigningHouse, pledge_id: uuid.UUID, comment_id: int, kind: AnswerKind, words: str = "") -> None:
    answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, kind, words))


def planned(kind: str = "comment-answered") -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)))


def letter_of(message: OutboxMessage) -> Letter:
    content = load_mail_content(message.id)
    assert isinstance(content, MailContent)
    return write_letter(content.kind, content.values)


def said(letter: Letter) -> str:
    return " ".join(letter.text.split())


def test_the_answers_of_one_session_make_one_letter_an_agency(
    app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    first, second, _ = house.representatives
    one = comment_by(app, pledge_id, first, "Nên nêu rõ\nchỉ tiêu.")
    with app.app_context():
        two = add_comment(comment_command(app, pledge_id, first, "Thiếu căn cứ.", anchor=Anchor.parse("preamble")))
        other = comment_by(app, pledge_id, second, "Ý của Sở 2.")
        answer(house, pledge_id, one, EXPLAINED, "Đã nêu\nở khoản 2.")
        clock.forward(minutes=4)
        answer(house, pledge_id, two, ACCEPTED)
        answer(house, pledge_id, other, PARTLY, "Chỉ vế đầu.")
        letters = planned()
        assert [(row.person_id, row.due_at) for row in letters] == [
            (first.person_id, MAY_15 + timedelta(minutes=10)),
            (second.person_id, MAY_15 + timedelta(minutes=14)),
        ]
        clock.forward(minutes=10)
        letter = letter_of(letters[0])
        assert letter.subject == (
            "[Khối Thử nghiệm] Tiếp thu, giải trình ý kiến của Quý Sở về dự thảo lần 1 Bản giao ước thi đua năm 2024"
        )
        assert "trả lời 2 ý kiến của Quý Sở" in said(letter)
        preamble = "Phần mở đầu: Ý kiến: “Thiếu căn cứ.”. Kết quả: tiếp thu Khoản 1:"
        clause = "Ý kiến: “Nên nêu rõ chỉ tiêu.”. Kết quả: giải trình. Đã nêu ở khoản 2."
        assert f"{preamble} {clause}" in said(letter)
        assert "Ý của Sở 2" not in said(letter)
        assert "tiếp thu một phần. Chỉ vế đầu." in said(letter_of(letters[1]))


def test_an_answer_after_the_letter_was_due_makes_a_new_one_with_the_new_answer_only(
    app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    one, two = comment_by(app, pledge_id, first), comment_by(app, pledge_id, first, "Ý thứ hai.")
    with app.app_context():
        answer(house, pledge_id, one, ACCEPTED)
        clock.forward(minutes=10)
        answer(house, pledge_id, two, EXPLAINED, "Không cần.")
        answer(house, pledge_id, two, EXPLAINED, "Không cần, đã nêu.")
        _, second = planned()
        assert second.due_at == MAY_15 + timedelta(minutes=20)
        text = said(letter_of(second))
        assert "trả lời 1 ý kiến" in text
        assert "Không cần, đã nêu." in text
        assert "Không cần. " not in text


def test_a_long_list_of_answers_is_cut_and_says_so(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    for number in range(23):
        comment_id = comment_by(app, pledge_id, first, f"Ý {number}: " + "dài " * 100)
        with app.app_context():
            answer(house, pledge_id, comment_id, EXPLAINED, "x" * 1000)
    with app.app_context():
        (letter,) = planned()
        text = said(letter_of(letter))
        assert "trả lời 23 ý kiến" in text
        assert "3 ý kiến khác, xem trên trang văn bản" in text
        assert len(text) < 14_000
        assert "dài dài…”" in text


def test_a_suggestion_taken_is_told_too_even_one_to_drop_words(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="thi đua ", replacement="")
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
        take_suggestion(take_command(app, house, pledge_id, comment_id))
        (letter,) = planned()
        assert "Ý kiến: “bỏ “thi đua””. Kết quả: tiếp thu" in said(letter_of(letter))
        # The round of the comment, although the pledge is in its next one.
        assert "dự thảo lần 1" in letter_of(letter).subject


def test_nobody_is_told_about_a_pledge_that_was_cancelled(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        answer(house, pledge_id, comment_id, ACCEPTED)
        cancel_pledge(cancel_command(app, house.coordinator, pledge_id))
        (letter,) = planned()
        assert load_mail_content(letter.id) == NoLongerDue("pledge-moved-on")


def test_the_next_round_says_how_the_comments_fared(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, third = house.representatives
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES, "Sai chính tả."))
    agree_by(app, pledge_id, second)
    ids = [comment_by(app, pledge_id, third, f"Ý {number}.") for number in range(5)]
    with app.app_context():
        withdraw_comment(WithdrawComment(third, pledge_id, ids[4]))
        revise_pledge(revise_command(app, house, pledge_id))
    save(app, house, pledge_id, reworded(draft_of(app, pledge_id), "Nội dung mới."))
    with app.app_context():
        answer(house, pledge_id, ids[0] - 1, ACCEPTED)
        answer(house, pledge_id, ids[0], EXPLAINED, "Không cần.")
        answer(house, pledge_id, ids[0], ACCEPTED)
        answer(house, pledge_id, ids[1], ACCEPTED)
        answer(house, pledge_id, ids[2], PARTLY, "Một nửa.")
        answer(house, pledge_id, ids[3], EXPLAINED, "Không cần.")
        submit_for_review(submit_command(app, house, pledge_id))
        fared = "ý kiến lần 1: 3 tiếp thu, 1 tiếp thu một phần, 1 giải trình."
        invitations = [row for row in planned("review-invitation") if row.round == 2]
        assert len(invitations) == 2
        for message in (*invitations, *planned("text-changed")):
            assert f"Dự thảo lần 2 đã tiếp thu, giải trình {fared}" in said(letter_of(message))


def test_the_first_round_and_a_round_without_comments_say_nothing_of_answers(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    with app.app_context():
        assert "tiếp thu" not in said(letter_of(planned("review-invitation")[0]))
        revise_pledge(revise_command(app, house, pledge_id))
        submit_for_review(submit_command(app, house, pledge_id))
        assert "tiếp thu" not in said(letter_of(planned("review-invitation")[-1]))
