"""Proofreading findings that people let stand in a pledge. Ask who may see the pledge first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.models.finding_dismissal import FindingDismissal
from approval.models.person import Person

_DISMISSALS = (
    select(
        FindingDismissal.fingerprint,
        FindingDismissal.rule,
        FindingDismissal.found,
        FindingDismissal.dismissed_at,
        Person.display_name,
    )
    .join(Person, Person.id == FindingDismissal.dismissed_by)
    .where(FindingDismissal.pledge_id == bindparam("pledge_id"), FindingDismissal.restored_at.is_(None))
    .order_by(FindingDismissal.id)
)


@dataclass(frozen=True, slots=True)
class DismissalView:
    """One finding let stand: its fingerprint (64 hex), rule and words, by whom and when."""

    fingerprint: str
    rule: str
    found: str
    person_name: str
    dismissed_at: datetime


def load_dismissals(session: Session, pledge_id: uuid.UUID) -> tuple[DismissalView, ...]:
    """All that stand now, in the order they were dismissed."""
    rows = session.execute(_DISMISSALS, {"pledge_id": pledge_id})
    return tuple(
        DismissalView(row.fingerprint, row.rule, row.found, row.display_name, row.dismissed_at) for row in rows
    )
