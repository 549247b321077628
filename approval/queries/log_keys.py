"""The keys that the history has been signed with, as the history itself names them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.log_signing import KEY_EVENTS
from approval.models.audit_event import AuditEvent


@dataclass(frozen=True, slots=True)
class LogKey:
    """Named by event `seq`. `previous` is the key before (None for the first).

    `signature` (base64) is the old key's over `rotation_statement`, "" where the old key was lost.
    """

    seq: int
    vkey: str
    previous: str | None
    signature: str


def load_log_keys(session: Session) -> tuple[LogKey, ...]:
    """All, oldest first; the last one signs now."""
    query = (
        select(AuditEvent.seq, AuditEvent.payload).where(AuditEvent.type.in_(KEY_EVENTS)).order_by(AuditEvent.seq.asc())
    )
    events = [(row.seq, json.loads(row.payload)["data"]) for row in session.execute(query)]
    return tuple(LogKey(seq, data["vkey"], data["previous"], data["signature"]) for seq, data in events)
