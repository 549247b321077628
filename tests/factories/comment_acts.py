"""Acts on comments, each prepared up to the one call that is to be watched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask

from approval.domain.review_commands import AnswerComment, ReplyToComment, WithdrawComment
from approval.domain.states import AnswerKind
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.take_suggestion import take_suggestion
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.review_comments import comment_by, comment_command, suggest_by, take_command
from tests.factories.review_house import make_review, revise_command
from tests.factories.signing_house import SigningHouse

Call = Callable[[], object]


def prepare_comment(app: Flask, house: SigningHouse) -> Call:
    """The first agency comments."""
    return partial(add_comment, comment_command(app, make_review(app, house), house.representatives[0]))


def prepare_withdrawal(app: Flask, house: SigningHouse) -> Call:
    """It takes its comment back."""
    pledge_id, first = make_review(app, house), house.representatives[0]
    return partial(withdraw_comment, WithdrawComment(first, pledge_id, comment_by(app, pledge_id, first)))


def prepare_reply(app: Flask, house: SigningHouse) -> Call:
    """The coordinator writes below it."""
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    return partial(reply_to_comment, ReplyToComment(house.coordinator, pledge_id, comment_id, "Vì sao?"))


def prepare_answer(app: Flask, house: SigningHouse) -> Call:
    """The coordinator explains."""
    pledge_id = make_review(app, house)
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    command = AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.EXPLAINED, "Đã có.")
    return partial(answer_comment, command)


def prepare_taking(app: Flask, house: SigningHouse) -> Call:
    """The coordinator takes the words it suggests into the draft."""
    pledge_id = make_review(app, house)
    comment_id = suggest_by(app, pledge_id, house.representatives[0], quote="Nội dung", replacement="Phần việc")
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
    return partial(take_suggestion, take_command(app, house, pledge_id, comment_id))
