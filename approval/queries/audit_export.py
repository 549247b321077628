"""The whole history as it is stored, for export and for checking it against its head."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from approval.extensions import db
from approval.models.audit_event import AuditEvent, AuditHead


@dataclass(frozen=True, slots=True)
class AuditExport:
    """Payloads (RFC 8785 bytes) in order of `seq`, and the head they should lead to (root: 32 bytes)."""

    payloads: tuple[bytes, ...]
    size: int
    root: bytes


def load_audit_export() -> AuditExport:
    """Everything recorded so far, with the head of the same moment."""
    head = db.session.execute(select(AuditHead.size, AuditHead.root).where(AuditHead.id == 1)).one()
    payloads = db.session.scalars(
        select(AuditEvent.payload).where(AuditEvent.seq < head.size).order_by(AuditEvent.seq)
    ).all()
    return AuditExport(tuple(payloads), head.size, head.root)
