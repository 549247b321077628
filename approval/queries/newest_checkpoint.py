"""The newest signed head with the signatures of its witnesses: what every receipt carries."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature


def load_newest_checkpoint(session: Session) -> bytes | None:
    """The note (C2SP tlog-checkpoint) with the lines of witnesses joined to it; None before the first was signed."""
    newest = select(AuditCheckpoint.size).order_by(AuditCheckpoint.size.desc()).limit(1)
    size = session.scalar(newest)
    return None if size is None else load_checkpoint(session, size)


def load_checkpoint(session: Session, size: int) -> bytes | None:
    """The same for the head of `size` events; None when that one was not signed."""
    note = session.scalar(select(AuditCheckpoint.note).where(AuditCheckpoint.size == size))
    if note is None:
        return None
    lines = select(AuditCosignature.line).where(AuditCosignature.size == size).order_by(AuditCosignature.witness)
    return bytes(note) + "".join(session.scalars(lines)).encode()
