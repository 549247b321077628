"""Keep a used session from going idle; written at most once a minute, as every page would write otherwise."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import select, update

from approval.extensions import db, parts
from approval.models.web_session import WebSession
from approval.services.unit_of_work import housekeeping

_EVERY = timedelta(minutes=1)


def touch_session(token: str) -> None:
    """Note that the session was used just now. An ended session stays ended."""
    token_sha256 = hashlib.sha256(token.encode()).hexdigest()
    stale = (
        WebSession.token_sha256 == token_sha256,
        WebSession.ended_at.is_(None),
        WebSession.last_seen_at <= parts().clock.now() - _EVERY,
    )
    if db.session.scalar(select(WebSession.id).where(*stale)) is None:
        return
    with housekeeping() as uow:
        uow.session.execute(update(WebSession).where(*stale).values(last_seen_at=uow.now))
