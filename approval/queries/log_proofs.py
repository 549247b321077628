"""Proofs out of the stored history: a few rows each, in one question, whatever its age."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from approval.domain.merkle import HASH_LENGTH
from approval.domain.merkle_proof import NodeAt, consistency_proof, inclusion_proof
from approval.models.audit_checkpoint import AuditNode
from approval.models.audit_event import AuditEvent

Proof = tuple[bytes, ...]


def load_inclusion_proof(session: Session, seq: int, size: int) -> Proof:
    """That event `seq` is among the first `size`.

    Raises ValueError unless 0 <= seq < size, LookupError when the history has fewer events.
    """
    return _from_stored(session, lambda node_at: inclusion_proof(node_at, seq, size))


def load_consistency_proof(session: Session, old: int, new: int) -> Proof:
    """That the history of `old` events is the beginning of the one of `new`. Raises as above."""
    return _from_stored(session, lambda node_at: consistency_proof(node_at, old, new))


def _from_stored(session: Session, make: Callable[[NodeAt], Proof]) -> Proof:
    """Made twice: first to learn which subtrees it takes, as each question by itself costs a way to the server."""
    wanted: dict[tuple[int, int], bytes] = {}

    def note(level: int, index: int) -> bytes:
        wanted[level, index] = b""
        return bytes(HASH_LENGTH)

    make(note)
    wanted.update(_load(session, wanted))

    def stored(level: int, index: int) -> bytes:
        found = wanted[level, index]
        if not found:
            raise LookupError(f"the history has no full subtree {index} of level {level}")
        return found

    return make(stored)


def _load(session: Session, wanted: dict[tuple[int, int], bytes]) -> dict[tuple[int, int], bytes]:
    """Those that there are. Level 0 stands with the events."""
    if not wanted:
        return {}
    leaves = [index for level, index in wanted if level == 0]
    above = [(level, index) for level, index in wanted if level]
    query = union_all(
        select(literal(0), AuditEvent.seq, AuditEvent.leaf_hash).where(AuditEvent.seq.in_(leaves)),
        select(AuditNode.level, AuditNode.position, AuditNode.hash).where(
            tuple_(AuditNode.level, AuditNode.position).in_(above)
        ),
    )
    return {(level, index): bytes(found) for level, index, found in session.execute(query)}
