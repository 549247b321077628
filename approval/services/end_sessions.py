"""Ends all sessions of a person at once, inside a change that demands it."""

from __future__ import annotations

from sqlalchemy import update

from approval.models.web_session import WebSession
from approval.services.unit_of_work import UnitOfWork


def end_sessions_of(uow: UnitOfWork, person_id: int, *, reason: str) -> int:
    """End every living session of the person and return how many. `reason` is at most 40 ASCII characters."""
    result = uow.session.execute(
        update(WebSession)
        .where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
        .values(ended_at=uow.now, ended_reason=reason)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
