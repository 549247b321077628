"""The head of the history as its signer needs it: how far it goes, how far it is signed, whether that can wait."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from approval.domain.log_signing import SIGNED_AT_ONCE
from approval.models.audit_checkpoint import AuditCheckpoint
from approval.models.audit_event import AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class LogHead:
    """`size` events with that root; `signed_size` of them under the newest checkpoint (0: none).

    `urgent`: among the rest is one after which a checkpoint is made at once.
    """

    size: int
    root: bytes
    signed_size: int
    signed_at: datetime | None
    urgent: bool


def load_log_head(session: Session) -> LogHead:
    """The head of this moment."""
    head = session.execute(select(AuditHead.size, AuditHead.root).where(AuditHead.id == 1)).one()
    newest = select(AuditCheckpoint.size, AuditCheckpoint.signed_at).order_by(AuditCheckpoint.size.desc()).limit(1)
    signed = session.execute(newest).one_or_none()
    signed_size = 0 if signed is None else signed.size
    since = exists().where(AuditEvent.type.in_(SIGNED_AT_ONCE), AuditEvent.seq >= signed_size)
    urgent = signed_size < head.size and bool(session.scalar(select(since)))
    return LogHead(head.size, head.root, signed_size, None if signed is None else signed.signed_at, urgent)


def load_unsigned_since(session: Session) -> datetime | None:
    """When the oldest event happened that no checkpoint covers; None when all are covered."""
    signed_size = session.scalar(select(AuditCheckpoint.size).order_by(AuditCheckpoint.size.desc()).limit(1)) or 0
    payload = session.scalar(select(AuditEvent.payload).where(AuditEvent.seq == signed_size))
    return None if payload is None else datetime.fromisoformat(json.loads(payload)["at"])
