"""An agency takes back a comment nobody has answered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.errors import NotAllowedError, TransitionRefusedError
from approval.domain.review_commands import WithdrawComment
from approval.domain.states import Action, State, VerdictKind
from approval.domain.transitions import find_transition
from approval.models.comment import Comment
from approval.models.pledge_party import PledgeParty
from approval.models.verdict import Verdict
from approval.services.already_done import already_done
from approval.services.comment_standing import (
    current_answer,
    require_comment,
    require_open_comment,
    standing_comments,
)
from approval.services.signing_standing import require_acting_party
from approval.services.unit_of_work import EventDraft, unit_of_work


def withdraw_comment(command: WithdrawComment) -> None:
    """The comment stays in the records, withdrawn, and waits for no answer any more.

    Raises AlreadyDoneError for the second time, TransitionRefusedError when it is answered, closed with its round, or
    all that a verdict rests on, NotAllowedError for another agency's, NotFoundError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        party = require_acting_party(uow.session, command.actor, pledge)
        comment = require_comment(uow.session, pledge, command.comment_id)
        _require_own(comment, party)
        find_transition(State(pledge.state), Action.ADD_COMMENT, command.actor.role)
        revision = require_open_comment(uow.session, pledge, comment)
        _require_free(uow.session, comment)
        comment.withdrawn_at = uow.now
        uow.record(
            EventDraft(
                type=EventType.COMMENT_WITHDRAWN,
                actor=command.actor,
                pledge=pledge,
                state_from=State(pledge.state),
                state_to=State(pledge.state),
                doc_sha256=revision.sha256,
                revision=revision.number,
                data={"anchor": comment.anchor, "comment_id": comment.id},
            )
        )


def _require_own(comment: Comment, party: PledgeParty) -> None:
    if comment.party_id != party.id:
        raise NotAllowedError(
            "comment-of-another",
            "Đây là góp ý của cơ quan khác; chỉ cơ quan đó được rút. Trao đổi ngay dưới góp ý nếu cần.",
            "This comment is another agency's; only that agency withdraws it. Reply below it if needed.",
        )
    if comment.withdrawn_at is not None:
        raise already_done(
            "comment-already-withdrawn", "rút góp ý này", "withdrew this comment", done_at=comment.withdrawn_at
        )


def _require_free(session: Session, comment: Comment) -> None:
    """Neither words of a verdict, nor answered, nor the last reason of a verdict that needs one."""
    if comment.verdict_words:
        raise TransitionRefusedError(
            "comment-is-verdict",
            "Đây là nội dung ghi trong phần cho ý kiến; hãy cho ý kiến lại với nội dung khác để thay thế.",
            "These are the words of your verdict; give the verdict again with other words instead.",
        )
    if current_answer(session, comment) is not None:
        raise TransitionRefusedError(
            "comment-answered",
            "Thư ký Khối đã trả lời góp ý này nên không rút được nữa. Trao đổi tiếp ngay dưới góp ý nếu cần.",
            "The coordinator has answered this comment, so it stays. Reply below it if needed.",
        )
    if _verdict_rests_on(session, comment):
        raise TransitionRefusedError(
            "comment-carries-verdict",
            "Ý kiến của cơ quan chỉ dựa vào góp ý này. Cho ý kiến lại trước (Thống nhất, hoặc ghi nội dung), rồi rút.",
            "Your verdict rests on this comment alone. Give another verdict, or add words to it, then withdraw.",
        )


def _verdict_rests_on(session: Session, comment: Comment) -> bool:
    verdict = session.scalars(
        select(Verdict).where(
            Verdict.revision_id == comment.revision_id,
            Verdict.party_id == comment.party_id,
            Verdict.superseded_at.is_(None),
        )
    ).one_or_none()
    if verdict is None or verdict.kind == VerdictKind.AGREE or verdict.comment:
        return False
    return standing_comments(session, revision_id=comment.revision_id, party_id=comment.party_id) == 1
