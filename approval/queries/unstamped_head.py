"""Which signed head needs a trusted time stamp next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.models.audit_checkpoint import AuditCheckpoint, AuditToken
from approval.models.audit_event import AuditEvent

_AT_LEAST_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnstampedHead:
    """A head of `size` events; the stamp goes over the SHA-256 of `note` as the log signed it, without witnesses."""

    size: int
    note: bytes


def load_unstamped_head(session: Session, now: datetime) -> UnstampedHead | None:
    """The first head after a finalisation that no stamp covers, else the newest when the last stamp is a day old."""
    stamped = session.execute(
        select(AuditToken.size, AuditToken.stamped_at).order_by(AuditToken.size.desc()).limit(1)
    ).one_or_none()
    size = 0 if stamped is None else stamped.size
    finalised = session.scalar(
        select(func.min(AuditEvent.seq)).where(AuditEvent.type == EventType.DOCUMENT_FINALISED, AuditEvent.seq >= size)
    )
    heads = select(AuditCheckpoint.size, AuditCheckpoint.note)
    if finalised is not None:
        found = session.execute(
            heads.where(AuditCheckpoint.size > finalised).order_by(AuditCheckpoint.size).limit(1)
        ).one_or_none()
        if found is not None:
            return UnstampedHead(found.size, bytes(found.note))
    if stamped is not None and timedelta(0) <= now - stamped.stamped_at < _AT_LEAST_EVERY:
        return None
    newest = session.execute(
        heads.where(AuditCheckpoint.size > size).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    return None if newest is None else UnstampedHead(newest.size, bytes(newest.note))
