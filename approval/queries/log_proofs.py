"""Proofs out of the stored history: a few rows each, whatever its age, asked for in one statement."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import and_, false, literal, or_, select, union_all
from sqlalchemy.orm import Session

from approval.domain.merkle_proof import NodeAt, consistency_proof, inclusion_proof
from approval.models.audit_checkpoint import AuditNode
from approval.models.audit_event import AuditEvent

Proof = tuple[bytes, ...]
_Place = tuple[int, int]
_NO_HASH = bytes(32)


def load_inclusion_proof(session: Session, seq: int, size: int) -> Proof:
    """That event `seq` is among the first `size`.

    Raises ValueError unless 0 <= seq < size, LookupError when the history has fewer events.
    """
    return _prove(session, partial(inclusion_proof, index=seq, size=size))


def load_consistency_proof(session: Session, old: int, new: int) -> Proof:
    """That the history of `old` events is the beginning of the one of `new`. Raises as above."""
    return _prove(session, partial(consistency_proof, old=old, new=new))


def _prove(session: Session, prove: Callable[[NodeAt], Proof]) -> Proof:
    """Which nodes a proof takes depends on its numbers alone: a first run tells them, a second one has them."""
    places: list[_Place] = []

    def note(level: int, index: int) -> bytes:
        places.append((level, index))
        return _NO_HASH

    prove(note)
    nodes = _load(session, places)

    def node_at(level: int, index: int) -> bytes:
        try:
            return nodes[level, index]
        except KeyError:
            raise LookupError(f"the history has no full subtree {index} of level {level}") from None

    return prove(node_at)


def _load(session: Session, places: list[_Place]) -> dict[_Place, bytes]:
    leaves = [index for level, index in places if level == 0]
    subtrees = [and_(AuditNode.level == level, AuditNode.position == index) for level, index in places if level]
    query = union_all(
        select(literal(0), AuditEvent.seq, AuditEvent.leaf_hash).where(AuditEvent.seq.in_(leaves)),
        select(AuditNode.level, AuditNode.position, AuditNode.hash).where(or_(false(), *subtrees)),
    )
    return {(level, index): bytes(found) for level, index, found in session.execute(query)}
