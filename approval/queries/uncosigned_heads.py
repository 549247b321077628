"""What each witness has still to sign: the newest head, and where the witness stood when it signed last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.witness import AddCheckpoint
from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature
from approval.queries.log_proofs import load_consistency_proof


@dataclass(frozen=True, slots=True)
class UncosignedHead:
    """The newest head (`size`, `note`), which the witness has not signed; its last one had `old` events."""

    witness: str
    size: int
    note: bytes
    old: int


def load_uncosigned_heads(session: Session, witnesses: Iterable[str]) -> tuple[UncosignedHead, ...]:
    """One for each of these witnesses that has something to sign."""
    newest = session.execute(
        select(AuditCheckpoint.size, AuditCheckpoint.note).order_by(AuditCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return ()
    found = (UncosignedHead(name, newest.size, bytes(newest.note), _last(session, name)) for name in witnesses)
    return tuple(head for head in found if head.old < head.size)


def load_request(session: Session, head: UncosignedHead, old: int) -> AddCheckpoint:
    """What to send to a witness that holds a head of `old` events. Raises ValueError for more than there are."""
    return AddCheckpoint(old, load_consistency_proof(session, old, head.size), head.note)


def _last(session: Session, witness: str) -> int:
    query = (
        select(AuditCosignature.size)
        .where(AuditCosignature.witness == witness)
        .order_by(AuditCosignature.size.desc())
        .limit(1)
    )
    return session.scalar(query) or 0
