"""Whether a proofreading finding stands dismissed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.models.finding_dismissal import FindingDismissal
from approval.models.pledge import Pledge


def current_dismissal(session: Session, pledge: Pledge, fingerprint: str) -> FindingDismissal | None:
    """The dismissal in force, if there is one."""
    query = select(FindingDismissal).where(
        FindingDismissal.pledge_id == pledge.id,
        FindingDismissal.fingerprint == fingerprint,
        FindingDismissal.restored_at.is_(None),
    )
    return session.execute(query).scalar_one_or_none()


def last_restored(session: Session, pledge: Pledge, fingerprint: str) -> datetime | None:
    """When a dismissal of it was last ended."""
    query = select(func.max(FindingDismissal.restored_at)).where(
        FindingDismissal.pledge_id == pledge.id, FindingDismissal.fingerprint == fingerprint
    )
    return session.scalar(query)
