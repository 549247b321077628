"""How many comments a pledge has and how many of them wait for the coordinator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision

CURRENT_ANSWER = and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None))
_COUNTS = (
    select(func.count(), func.count().filter(CommentAnswer.id.is_(None)))
    .select_from(Comment)
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .join(Pledge, and_(Pledge.id == Comment.pledge_id, Pledge.revision_number == PledgeRevision.number))
    .outerjoin(CommentAnswer, CURRENT_ANSWER)
    .where(Comment.pledge_id == bindparam("pledge_id"), Comment.withdrawn_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class CommentCounts:
    """Standing comments of the newest round; no earlier one can have any without an answer."""

    total: int
    unanswered: int


def load_comment_counts(session: Session, pledge_id: uuid.UUID) -> CommentCounts:
    """The counts, in one statement. Whether the viewer may see the pledge is asked before."""
    total, unanswered = session.execute(_COUNTS, {"pledge_id": pledge_id}).one()
    return CommentCounts(total, unanswered)
