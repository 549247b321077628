"""Events that say they are a pledge's while the database files them elsewhere, or has lost them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from approval.domain.history_chain import read_event, stored_bytes
from approval.models.audit_event import AuditEvent


def first_hidden(session: Session, pledge_ref: str, *, after: int, size: int) -> int | None:
    """The first number after the pledge's last one (`after`), of `size` written, that is gone or the pledge's as well.

    One question where all is well, over what came since.
    """
    counted = select(func.count(), func.count().filter(_displaced(session, pledge_ref))).where(*_between(after, size))
    present, candidates = session.execute(counted).one()
    displaced = load_displaced(session, pledge_ref, after=after, size=size) if candidates else ()
    if displaced:
        return displaced[0]
    return None if present == max(size - after - 1, 0) else _first_lost(session, after=after, size=size)


def load_displaced(session: Session, pledge_ref: str, *, after: int, size: int) -> tuple[int, ...]:
    """Numbers of events after number `after`, of the first `size`, that only their payload gives to the pledge.

    What stands before the pledge's last event need not be looked for: it leaves a gap in the pledge's own numbers.
    """
    query = (
        select(AuditEvent.seq, AuditEvent.payload)
        .where(*_between(after, size), _displaced(session, pledge_ref))
        .order_by(AuditEvent.seq)
    )
    read = ((row.seq, read_event(stored_bytes(row.payload))) for row in session.execute(query))
    return tuple(seq for seq, event in read if event is not None and event.get("pledge") == pledge_ref)


def _first_lost(session: Session, *, after: int, size: int) -> int:
    present = session.scalars(select(AuditEvent.seq).where(*_between(after, size)).order_by(AuditEvent.seq))
    expected = after + 1
    for seq in present:
        if seq != expected:
            break
        expected += 1
    return expected


def _between(after: int, size: int) -> tuple[ColumnElement[bool], ...]:
    return AuditEvent.seq > after, AuditEvent.seq < size


def _displaced(session: Session, pledge_ref: str) -> ColumnElement[bool]:
    elsewhere = or_(AuditEvent.pledge_ref.is_(None), AuditEvent.pledge_ref != pledge_ref)
    return and_(elsewhere, _holds(session, f'"pledge":"{pledge_ref}"'.encode()))


def _holds(session: Session, part: bytes) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "postgresql":
        return func.position(literal(part).op("IN")(AuditEvent.payload)) > 0
    return func.instr(AuditEvent.payload, part) > 0
