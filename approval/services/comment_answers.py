"""Puts an answer to a comment in place of the one before, whoever decided it and how."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.commands import Actor
from approval.domain.states import AnswerKind
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.services.answer_mails import queue_answer_mail
from approval.services.comment_standing import current_answer
from approval.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What is answered, cleaned. `place` is an anchor as written."""

    kind: AnswerKind
    words: str
    place: str | None
    taken: bool = False


def put_answer(uow: UnitOfWork, pledge: Pledge, comment: Comment, answer: NewAnswer, actor: Actor) -> None:
    """Supersede the current answer of a comment by this one and tell the agency by mail."""
    previous = current_answer(uow.session, comment)
    if previous is not None:
        previous.superseded_at = uow.now
        # The partial unique index allows one current answer: the old one must be out before the new one comes in.
        uow.session.flush()
    uow.session.add(
        CommentAnswer(
            comment_id=comment.id,
            person_id=actor.person_id,
            kind=answer.kind.value,
            words=answer.words,
            place=answer.place,
            taken=answer.taken,
            answered_at=uow.now,
        )
    )
    uow.session.flush()
    queue_answer_mail(uow, pledge, comment)


def answer_data(comment: Comment, answer: NewAnswer, previous: CommentAnswer | None) -> dict[str, object]:
    """What the history says about an answer."""
    return {
        "anchor": comment.anchor,
        "comment_id": comment.id,
        "kind": answer.kind.value,
        "place": answer.place,
        "replaced": None if previous is None else previous.kind,
        "taken": answer.taken,
        "words": answer.words,
    }
