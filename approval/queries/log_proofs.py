"""Proofs out of the stored history: a few rows each, whatever its age."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.merkle_proof import NodeAt, consistency_proof, inclusion_proof
from approval.models.audit_checkpoint import AuditNode
from approval.models.audit_event import AuditEvent


def load_inclusion_proof(session: Session, seq: int, size: int) -> tuple[bytes, ...]:
    """That event `seq` is among the first `size`.

    Raises ValueError unless 0 <= seq < size, LookupError when the history has fewer events.
    """
    return inclusion_proof(_node_at(session), seq, size)


def load_consistency_proof(session: Session, old: int, new: int) -> tuple[bytes, ...]:
    """That the history of `old` events is the beginning of the one of `new`. Raises as above."""
    return consistency_proof(_node_at(session), old, new)


def _node_at(session: Session) -> NodeAt:
    def node_at(level: int, index: int) -> bytes:
        query = (
            select(AuditEvent.leaf_hash).where(AuditEvent.seq == index)
            if level == 0
            else select(AuditNode.hash).where(AuditNode.level == level, AuditNode.position == index)
        )
        found = session.scalar(query)
        if found is None:
            raise LookupError(f"the history has no full subtree {index} of level {level}")
        return bytes(found)

    return node_at
