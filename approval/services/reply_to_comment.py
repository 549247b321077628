"""Writes below a comment: the agencies and the coordinator talk about it until it is answered and after."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor
from approval.domain.review_commands import ReplyToComment
from approval.domain.states import Action, Role, State
from approval.domain.transitions import find_transition
from approval.models.comment import Comment
from approval.models.comment_reply import CommentReply
from approval.models.pledge import Pledge
from approval.services.already_done import already_done
from approval.services.comment_standing import require_comment, require_open_comment
from approval.services.reason_text import required_words
from approval.services.signing_standing import require_acting_party, require_coordinator_sight
from approval.services.unit_of_work import EventDraft, unit_of_work


def reply_to_comment(command: ReplyToComment) -> int:
    """Store the reply and return its id; it settles nothing.

    Raises InvalidInputError (body), AlreadyDoneError when the thread ends in the same reply, TransitionRefusedError,
    NotAllowedError, NotFoundError.
    """
    body = required_words(command.body, field="body")
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        party_id = _speaks_for(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.REPLY_TO_COMMENT, command.actor.role)
        comment = require_comment(uow.session, pledge, command.comment_id)
        revision = require_open_comment(uow.session, pledge, comment)
        _refuse_same_again(uow.session, comment, command.actor, body)
        reply = CommentReply(
            comment_id=comment.id,
            party_id=party_id,
            person_id=command.actor.person_id,
            body=body,
            written_at=uow.now,
        )
        uow.session.add(reply)
        uow.session.flush()
        uow.record(
            EventDraft(
                type=EventType.COMMENT_REPLIED,
                actor=command.actor,
                pledge=pledge,
                state_from=State(pledge.state),
                state_to=State(pledge.state),
                doc_sha256=revision.sha256,
                revision=revision.number,
                data={"anchor": comment.anchor, "body": body, "comment_id": comment.id, "reply_id": reply.id},
            )
        )
        return reply.id


def _speaks_for(session: Session, actor: Actor, pledge: Pledge) -> int | None:
    """The party the actor speaks for; None for those who speak for none, which the state table then judges."""
    if actor.role is Role.REPRESENTATIVE:
        return require_acting_party(session, actor, pledge).id
    require_coordinator_sight(session, actor, pledge)
    return None


def _refuse_same_again(session: Session, comment: Comment, actor: Actor, body: str) -> None:
    query = select(CommentReply).where(CommentReply.comment_id == comment.id)
    last = session.scalars(query.order_by(CommentReply.id.desc()).limit(1)).one_or_none()
    if last is not None and (last.person_id, last.body) == (actor.person_id, body):
        raise already_done("reply-already-sent", "gửi nội dung này", "sent this reply", done_at=last.written_at)
