"""The keys that the history has been signed with, as the history itself names them."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.log_keys import LogKey, believed_keys
from approval.domain.log_signing import KEY_EVENTS
from approval.extensions import parts
from approval.models.audit_event import AuditEvent


def load_log_keys(session: Session) -> tuple[LogKey, ...]:
    """All, oldest first; the last one signs now."""
    query = (
        select(AuditEvent.seq, AuditEvent.payload).where(AuditEvent.type.in_(KEY_EVENTS)).order_by(AuditEvent.seq.asc())
    )
    events = [(row.seq, json.loads(row.payload)["data"]) for row in session.execute(query)]
    return tuple(LogKey(seq, data["vkey"], data["previous"], data["signature"]) for seq, data in events)


def load_believed_keys(session: Session) -> tuple[str, ...]:
    """Those that this installation vouches for to others: who can write into the database cannot add one."""
    return believed_keys(load_log_keys(session), parts().settings.log_keys, verify_ed25519)
