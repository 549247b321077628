"""Plans the mails of a review round: who is asked, who is told that the text changed, and when to remind."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.reminder_policy import Stage
from approval.domain.states import AGREEING_VERDICTS
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict
from approval.services.outbox import queue_mail
from approval.services.pledge_parties import parties_of
from approval.services.reminder_plans import plan_stage
from approval.services.unit_of_work import UnitOfWork


def queue_review_mails(uow: UnitOfWork, pledge: Pledge, revision: PledgeRevision) -> None:
    """One request to each party, and the plan of its reminders; who agreed to another text is told that it changed."""
    had_agreed = _agreed_to_another_text(uow.session, pledge, revision)
    parties = parties_of(uow.session, pledge)
    for party in parties:
        kind = "text-changed" if party.id in had_agreed else "review-invitation"
        queue_mail(uow, kind=kind, pledge=pledge, party=party, person_id=party.person_id, slot="review")
    plan_stage(uow, pledge, Stage.REVIEW, parties=parties, invited_at=uow.now)


def _agreed_to_another_text(session: Session, pledge: Pledge, revision: PledgeRevision) -> frozenset[int]:
    """Parties whose answer to the revision before was an agreement, if that revision said something else."""
    query = (
        select(Verdict.party_id)
        .join(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
        .where(
            PledgeRevision.pledge_id == pledge.id,
            PledgeRevision.number == revision.number - 1,
            PledgeRevision.sha256 != revision.sha256,
            Verdict.superseded_at.is_(None),
            Verdict.kind.in_(AGREEING_VERDICTS),
        )
    )
    return frozenset(session.scalars(query))
