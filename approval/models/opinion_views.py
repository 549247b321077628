"""The rows behind the table of opinions, written as views are: pages and the kept evidence read the very same."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, select

from approval.domain.opinion_rounds import ROUND_EVENTS
from approval.models.agency import Agency
from approval.models.audit_event import AuditEvent
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict

# Each takes `pledge_id`, ROUND_EVENT_ROWS the same id as text in `pledge_ref`.
REVISION_ROWS = select(
    PledgeRevision.number, PledgeRevision.round, PledgeRevision.sha256, PledgeRevision.submitted_at
).where(PledgeRevision.pledge_id == bindparam("pledge_id"))
VERDICT_ROWS = (
    select(PledgeParty.position, Agency.name, PledgeRevision.number, Verdict.kind)
    .join(Agency, Agency.id == PledgeParty.agency_id)
    .outerjoin(Verdict, and_(Verdict.party_id == PledgeParty.id, Verdict.superseded_at.is_(None)))
    .outerjoin(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
    .where(PledgeParty.pledge_id == bindparam("pledge_id"))
)
OPINION_ROWS = (
    select(
        *(Comment.id, PledgeRevision.number, PledgeParty.position, Agency.name.label("agency_name")),
        *(Comment.anchor, Comment.quote, Comment.replacement, Comment.body, Comment.created_at),
        *(CommentAnswer.kind, CommentAnswer.words, CommentAnswer.place, CommentAnswer.taken, CommentAnswer.answered_at),
    )
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .join(PledgeParty, PledgeParty.id == Comment.party_id)
    .join(Agency, Agency.id == PledgeParty.agency_id)
    .outerjoin(CommentAnswer, and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None)))
    .where(Comment.pledge_id == bindparam("pledge_id"), Comment.withdrawn_at.is_(None))
)
ROUND_EVENT_ROWS = (
    select(AuditEvent.payload)
    .where(
        AuditEvent.pledge_ref == bindparam("pledge_ref"),
        AuditEvent.type.in_([event.value for event in ROUND_EVENTS]),
    )
    .order_by(AuditEvent.seq)
)
