"""The comments of one real pledge: written, answered, taken, as the pages would send it."""

from __future__ import annotations

import json
import uuid
from itertools import count

from sqlalchemy import select

from approval.domain.anchors import Anchor, words_at
from approval.domain.commands import Actor
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import AddComment, AnswerComment, ReplyToComment, TakeSuggestion, WithdrawComment
from approval.domain.states import Action, AnswerKind
from approval.extensions import db
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_revision import PledgeRevision
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.take_suggestion import take_suggestion
from approval.services.withdraw_comment import withdraw_comment
from tests.integration.state_machine.pledge_model import Attempt, Step

CLAUSE_2 = Anchor.parse("clause:2")


class RealTalk:
    """Comments are counted in the order they were written; suggestions are about the last word of clause 2."""

    def __init__(self, pledge_id: uuid.UUID) -> None:
        self.pledge_id = pledge_id
        self._fresh = count(100)

    def perform(self, attempt: Attempt, actor: Actor, version: int, revision: tuple[int, str]) -> None:
        """Send the command of this attempt. Raises what the service raises."""
        comment, words = self._comment(attempt.target), attempt.comment
        match attempt.action:
            case Action.ADD_COMMENT:
                add_comment(self._remark(actor, revision, words))
            case Action.REPLY_TO_COMMENT:
                reply_to_comment(ReplyToComment(actor, self.pledge_id, comment, words))
            case Action.ANSWER_COMMENT:
                kind = AnswerKind.EXPLAINED if words else AnswerKind.ACCEPTED
                answer_comment(AnswerComment(actor, self.pledge_id, comment, kind, words))
            case Step.WITHDRAW_COMMENT:
                withdraw_comment(WithdrawComment(actor, self.pledge_id, comment))
            case Step.TAKE_SUGGESTION:
                take_suggestion(TakeSuggestion(actor, self.pledge_id, comment, version, words))
            case _:
                raise LookupError(attempt.action)

    def waiting(self) -> list[int]:
        """Places of the comments without an answer."""
        answered = set(
            db.session.scalars(select(CommentAnswer.comment_id).where(CommentAnswer.superseded_at.is_(None)))
        )
        return [
            place
            for place, comment in enumerate(self._comments())
            if comment.withdrawn_at is None and comment.id not in answered
        ]

    def _comments(self) -> list[Comment]:
        query = select(Comment).where(Comment.pledge_id == self.pledge_id).order_by(Comment.id)
        return list(db.session.scalars(query))

    def _comment(self, place: int) -> int:
        comments = self._comments()
        return comments[place].id if place < len(comments) else 0

    def _remark(self, actor: Actor, revision: tuple[int, str], words: str) -> AddComment:
        if words:
            return AddComment(actor, self.pledge_id, *revision, CLAUSE_2, words)
        quote, start = self._last_word(revision[0])
        return AddComment(actor, self.pledge_id, *revision, CLAUSE_2, "", start, quote, f"{next(self._fresh)}")

    def _last_word(self, number: int) -> tuple[str, int]:
        query = select(PledgeRevision.content).where(
            PledgeRevision.pledge_id == self.pledge_id, PledgeRevision.number == number
        )
        content = db.session.scalar(query)
        if content is None:
            return "x", 0
        words = words_at(PledgeText.from_dict(json.loads(content)), CLAUSE_2)
        quote = words.rstrip(".").split()[-1]
        return quote, words.rindex(quote)
