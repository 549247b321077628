"""What stands on a pledge in comments: one of them, its answer, how many wait for one."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError, TransitionRefusedError, UnansweredCommentsError
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision

_ANSWERED = exists().where(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None))


def require_comment(session: Session, pledge: Pledge, comment_id: int) -> Comment:
    """The comment of this pledge, fresh. Raises NotFoundError."""
    query = select(Comment).where(Comment.id == comment_id, Comment.pledge_id == pledge.id)
    comment = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if comment is None:
        raise NotFoundError(
            "comment-not-found",
            "Không tìm thấy góp ý này. Tải lại trang văn bản rồi chọn lại.",
            "No such comment. Reload the page of the pledge and choose again.",
        )
    return comment


def require_open_comment(session: Session, pledge: Pledge, comment: Comment) -> PledgeRevision:
    """The revision of a standing comment of the current round. Raises TransitionRefusedError for any other."""
    if comment.withdrawn_at is not None:
        raise TransitionRefusedError(
            "comment-withdrawn",
            "Cơ quan góp ý đã rút góp ý này nên không cần xử lý nữa. Tải lại trang để xem các góp ý còn lại.",
            "The agency has withdrawn this comment, so nothing is left to do. Reload the page to see the others.",
        )
    revision = session.get_one(PledgeRevision, comment.revision_id)
    if revision.number != pledge.revision_number:
        raise TransitionRefusedError(
            "comment-of-earlier-round",
            "Góp ý này thuộc lần lấy ý kiến đã khép lại. Trao đổi tiếp dưới các góp ý của lần hiện tại.",
            "This comment belongs to a round that is closed. Go on below the comments of the current round.",
        )
    return revision


def current_answer(session: Session, comment: Comment) -> CommentAnswer | None:
    """The answer that counts, fresh."""
    query = select(CommentAnswer).where(CommentAnswer.comment_id == comment.id, CommentAnswer.superseded_at.is_(None))
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def require_all_answered(session: Session, pledge: Pledge) -> None:
    """Raise UnansweredCommentsError while a standing comment of the pledge has no answer."""
    query = select(func.count()).where(Comment.pledge_id == pledge.id, Comment.withdrawn_at.is_(None), ~_ANSWERED)
    count = session.scalar(query) or 0
    if count == 0:
        return
    raise UnansweredCommentsError(
        "comments-unanswered",
        f"Còn {count} ý kiến chưa được trả lời. Mở trang Tiếp thu, giải trình, trả lời từng ý kiến rồi làm lại.",
        f"{count} comments have no answer yet. Answer each of them on the page of comments, then try again.",
        count=count,
    )


def standing_comments(session: Session, *, revision_id: int, party_id: int) -> int:
    """How many comments on parts of this revision the agency lets stand; words of its verdict are not counted."""
    query = select(func.count()).where(
        Comment.revision_id == revision_id,
        Comment.party_id == party_id,
        Comment.withdrawn_at.is_(None),
        Comment.verdict_words.is_(False),
    )
    return session.scalar(query) or 0
