"""The revision an agency last agreed to: what its representative has read, whatever came since."""

from __future__ import annotations

import uuid

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.states import AGREEING_VERDICTS
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict

_LAST_AGREED = (
    select(PledgeRevision.number)
    .join(Verdict, Verdict.revision_id == PledgeRevision.id)
    .join(PledgeParty, PledgeParty.id == Verdict.party_id)
    .where(
        PledgeParty.pledge_id == bindparam("pledge_id"),
        PledgeParty.agency_id == bindparam("agency_id"),
        Verdict.superseded_at.is_(None),
        Verdict.kind.in_([kind.value for kind in AGREEING_VERDICTS]),
    )
    .order_by(PledgeRevision.number.desc())
    .limit(1)
)


def last_agreed(session: Session, pledge_id: uuid.UUID, agency_id: int | None) -> int | None:
    """Number of the newest revision the agency agreed to; None when there is none, or no agency."""
    if agency_id is None:
        return None
    return session.scalar(_LAST_AGREED, {"pledge_id": pledge_id, "agency_id": agency_id})
