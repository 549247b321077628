"""Appends one event to the Merkle log: always the last statement of a change, in the change's own transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from approval.domain.audit_event import (
    SALT_LENGTH,
    AuditFields,
    EventType,
    actor_label,
    build_payload,
    leaf_hash,
    private_body,
    private_commitment,
)
from approval.domain.commands import Actor
from approval.domain.merkle import Frontier
from approval.domain.states import State
from approval.models.audit_checkpoint import AuditNode
from approval.models.audit_event import AuditEvent, AuditHead, AuditPrivate
from approval.models.pledge import Pledge

_NONCE_LENGTH = 32


class AuditLogError(RuntimeError):
    """The history cannot take the event: a fault of the installation or of the program, never of a person."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What a service says about its change; the log adds number, time, links and hashes.

    `doc_sha256` is the hash of the text or file acted on, `revision` its number. `data` holds ASCII keys and NFC text.
    """

    type: EventType
    actor: Actor
    pledge: Pledge | None = None
    state_from: State | None = None
    state_to: State | None = None
    doc_sha256: str | None = None
    revision: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def append_event(session: Session, draft: EventDraft, now: datetime) -> int:
    """Lock the head, insert the event, move the head; returns the event's `seq`.

    Concurrent appenders wait at the head row, so numbers have no gaps: a rollback gives the number back.
    """
    head = _lock_head(session)
    nonce, body = _private_part(draft.actor)
    pledge_seq, pledge_prev = _pledge_links(session, draft.pledge)
    payload = build_payload(
        AuditFields(
            seq=head.size,
            at=_not_before_last(session, head.size, now),
            type=draft.type,
            actor=actor_label(draft.actor.role, draft.actor.person_id),
            agency=draft.actor.agency_id,
            salt=secrets.token_bytes(SALT_LENGTH),
            pledge=None if draft.pledge is None else str(draft.pledge.id),
            pledge_seq=pledge_seq,
            pledge_prev=pledge_prev,
            doc_sha256=draft.doc_sha256,
            version=draft.revision,
            state_from=draft.state_from,
            state_to=draft.state_to,
            data=draft.data,
            private=None if body is None else private_commitment(nonce, body),
        )
    )
    _insert(session, draft, head, payload, pledge_seq)
    if body is not None:
        session.execute(insert(AuditPrivate).values(seq=head.size, nonce=nonce, body=body))
    _move_head(session, head, leaf_hash(payload))
    return head.size


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    root: bytes
    peaks: bytes


def _lock_head(session: Session) -> _Head:
    query = select(AuditHead.size, AuditHead.root, AuditHead.peaks).where(AuditHead.id == 1).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        raise AuditLogError("the history has no head row; run `approval migrate`")
    return _Head(row.size, row.root, row.peaks)


def _private_part(actor: Actor) -> tuple[bytes, bytes | None]:
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    if not (actor.ip or actor.user_agent):
        return nonce, None
    return nonce, private_body(ip=actor.ip, user_agent=actor.user_agent)


def _pledge_links(session: Session, pledge: Pledge | None) -> tuple[int | None, bytes | None]:
    """Number of this event within its pledge, from 0, and the leaf hash of the one before."""
    if pledge is None:
        return None, None
    query = (
        select(AuditEvent.pledge_seq, AuditEvent.leaf_hash)
        .where(AuditEvent.pledge_ref == str(pledge.id))
        .order_by(AuditEvent.pledge_seq.desc())
        .limit(1)
    )
    last = session.execute(query).one_or_none()
    return (0, None) if last is None else (last.pledge_seq + 1, last.leaf_hash)


def _not_before_last(session: Session, size: int, now: datetime) -> datetime:
    """Time never runs backwards in the history: clocks get corrected, and a waiting writer carries an older `now`."""
    if size == 0:
        return now
    payload = session.execute(select(AuditEvent.payload).where(AuditEvent.seq == size - 1)).scalar_one()
    return max(now, datetime.fromisoformat(json.loads(payload)["at"]))


def _insert(session: Session, draft: EventDraft, head: _Head, payload: bytes, pledge_seq: int | None) -> None:
    session.execute(
        insert(AuditEvent).values(
            seq=head.size,
            type=draft.type.value,
            pledge_ref=None if draft.pledge is None else str(draft.pledge.id),
            pledge_seq=pledge_seq,
            payload=payload,
            leaf_hash=leaf_hash(payload),
            prev_root=head.root,
        )
    )


def _move_head(session: Session, head: _Head, leaf: bytes) -> None:
    frontier, completed = Frontier.from_bytes(head.size, head.peaks).grow(leaf)
    if completed:
        nodes = [{"level": node.level, "position": node.index, "hash": node.hash} for node in completed]
        session.execute(insert(AuditNode).values(nodes))
    moved = session.execute(
        update(AuditHead)
        .where(AuditHead.id == 1, AuditHead.size == head.size)
        .values(size=frontier.size, root=frontier.root(), peaks=frontier.peaks_bytes())
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise AuditLogError("the head of the history moved although it was locked")
