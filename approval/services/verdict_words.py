"""The words typed into a verdict are a comment on the whole text, and go with the verdict when it is replaced."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.anchors import Anchor, AnchorPart
from approval.models.comment import Comment
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.services.comment_standing import current_answer
from approval.services.unit_of_work import UnitOfWork


def keep_verdict_words(
    uow: UnitOfWork, pledge: Pledge, revision: PledgeRevision, party: PledgeParty, words: str
) -> None:
    """Let `words` stand as the agency's comment and withdraw those of its earlier verdicts.

    An answered comment stays with its answer; the same words again need no second one.
    """
    query = select(Comment).where(
        Comment.revision_id == revision.id,
        Comment.party_id == party.id,
        Comment.verdict_words,
        Comment.withdrawn_at.is_(None),
    )
    standing = uow.session.scalars(query.execution_options(populate_existing=True)).all()
    for comment in standing:
        if comment.body != words and current_answer(uow.session, comment) is None:
            comment.withdrawn_at = uow.now
    if words and words not in {comment.body for comment in standing}:
        _add(uow, pledge, revision, party, words)


def _add(uow: UnitOfWork, pledge: Pledge, revision: PledgeRevision, party: PledgeParty, words: str) -> None:
    uow.session.add(
        Comment(
            pledge_id=pledge.id,
            revision_id=revision.id,
            party_id=party.id,
            person_id=party.person_id,
            anchor=str(Anchor(AnchorPart.WHOLE)),
            body=words,
            verdict_words=True,
            created_at=uow.now,
        )
    )
    uow.session.flush()
