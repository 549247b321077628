"""Events that say they are a pledge's while the database files them elsewhere, or has lost them."""

from __future__ import annotations

import json

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from approval.domain.history_chain import stored_bytes
from approval.models.audit_event import AuditEvent


def load_displaced(session: Session, pledge_ref: str, *, after: int, size: int) -> tuple[int, ...]:
    """Numbers of events after number `after`, of the first `size`, that only their payload gives to the pledge.

    What stands before the pledge's last event need not be looked for: it leaves a gap in the pledge's own numbers.
    """
    query = (
        select(AuditEvent.seq, AuditEvent.payload)
        .where(AuditEvent.seq > after, AuditEvent.seq < size)
        .where(or_(AuditEvent.pledge_ref.is_(None), AuditEvent.pledge_ref != pledge_ref))
        .where(_holds(session, f'"pledge":"{pledge_ref}"'.encode()))
        .order_by(AuditEvent.seq)
    )
    return tuple(row.seq for row in session.execute(query) if _pledge_of(row.payload) == pledge_ref)


def first_lost(session: Session, *, after: int, size: int) -> int | None:
    """The first number after `after` below `size` that no event has any more, None when all are there."""
    numbers = select(func.count(), func.max(AuditEvent.seq)).where(AuditEvent.seq > after, AuditEvent.seq < size)
    if session.execute(numbers).one()[0] == max(size - after - 1, 0):
        return None
    present = session.scalars(
        select(AuditEvent.seq).where(AuditEvent.seq > after, AuditEvent.seq < size).order_by(AuditEvent.seq)
    )
    expected = after + 1
    for seq in present:
        if seq != expected:
            break
        expected += 1
    return expected


def _holds(session: Session, part: bytes) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "postgresql":
        return func.position(literal(part).op("IN")(AuditEvent.payload)) > 0
    return func.instr(AuditEvent.payload, part) > 0


def _pledge_of(payload: bytes | str) -> str | None:
    """As the payload itself says; None for what cannot be read, which its leaf hash gives away."""
    try:
        body = json.loads(stored_bytes(payload))
    except (ValueError, RecursionError):
        return None
    return body.get("pledge") if isinstance(body, dict) else None
