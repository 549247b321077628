"""End one session at once: a copied cookie is worth nothing afterwards."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.commands import SignOut
from approval.extensions import db
from approval.models.web_session import WebSession
from approval.services.unit_of_work import EventDraft, unit_of_work


class _AlreadyOverError(Exception):
    """Another tab was faster; leaves the unit of work without a trace."""


def sign_out(command: SignOut) -> None:
    """End the session of this token. A session that is already over, or never was, is left in peace."""
    token_sha256 = hashlib.sha256(command.session_token.encode()).hexdigest()
    alive = select(WebSession).where(WebSession.token_sha256 == token_sha256, WebSession.ended_at.is_(None))
    if db.session.scalars(alive).one_or_none() is None:
        return
    try:
        with unit_of_work() as uow:
            row = uow.session.scalars(alive.with_for_update()).one_or_none()
            if row is None:
                raise _AlreadyOverError
            row.ended_at = uow.now
            row.ended_reason = "signed_out"
            uow.record(
                EventDraft(
                    type=EventType.SESSION_CLOSED,
                    actor=command.actor,
                    data={"reason": "signed_out"},
                )
            )
    except _AlreadyOverError:
        return
