"""Appends one event to the Merkle log: always the last statement of a change, in the change's own transaction."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update
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
from approval.domain.history_filter import EventGroup, group_of
from approval.domain.merkle import Frontier
from approval.domain.states import State
from approval.models.audit_checkpoint import AuditNode
from approval.models.audit_event import AuditEvent, AuditHead, AuditPrivate
from approval.models.pledge import Pledge

_NONCE_LENGTH = 32
_EVENTS, _HEAD, _PRIVATE, _NODES = (
    cast("Table", model.__table__) for model in (AuditEvent, AuditHead, AuditPrivate, AuditNode)
)
# Every change of the product runs these; building a statement takes longer than running it.
_LOCK_HEAD = select(_HEAD.c.size, _HEAD.c.root, _HEAD.c.peaks).where(_HEAD.c.id == 1).with_for_update()
_LAST_PAYLOAD = select(_EVENTS.c.payload).where(_EVENTS.c.seq == bindparam("last"))
_LAST_OF_PLEDGE = (
    select(_EVENTS.c.pledge_seq, _EVENTS.c.leaf_hash)
    .where(_EVENTS.c.pledge_ref == bindparam("pledge"))
    .order_by(_EVENTS.c.pledge_seq.desc())
    .limit(1)
)
_CHANGES_NO_MAIL = (EventType.MAIL_SENT, *(kind for kind in EventType if group_of(kind) is EventGroup.ACCESS))
_OTHER_SINCE = (
    select(_EVENTS.c.seq)
    .where(_EVENTS.c.seq >= bindparam("size"), _EVENTS.c.type.not_in([kind.value for kind in _CHANGES_NO_MAIL]))
    .limit(1)
)
_APPEND, _APPEND_PRIVATE, _APPEND_NODES = insert(_EVENTS), insert(_PRIVATE), insert(_NODES)
_MOVE_HEAD = (
    update(_HEAD)
    .where(_HEAD.c.id == 1, _HEAD.c.size == bindparam("old_size"))
    .values(size=bindparam("new_size"), root=bindparam("new_root"), peaks=bindparam("new_peaks"))
)


class AuditLogError(RuntimeError):
    """The history cannot take the event: a fault of the installation or of the program, never of a person."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What a service says about its change; the log adds number, time, links and hashes.

    `doc_sha256` is the hash of the text or file acted on, `revision` its number. `data` holds ASCII keys and NFC text.
    `pledge_id` is for callers that know the pledge by its number only.
    """

    type: EventType
    actor: Actor
    pledge: Pledge | None = None
    state_from: State | None = None
    state_to: State | None = None
    doc_sha256: str | None = None
    revision: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    pledge_id: uuid.UUID | None = None

    @property
    def pledge_ref(self) -> str | None:
        """The pledge's number as the history writes it."""
        pledge_id = self.pledge_id if self.pledge is None else self.pledge.id
        return None if pledge_id is None else str(pledge_id)


def has_changed_since(session: Session, size: int) -> bool:
    """Whether anything but reading and the sending of mails has happened since the history had `size` events."""
    return session.execute(_OTHER_SINCE, {"size": size}).first() is not None


def append_event(session: Session, draft: EventDraft, now: datetime) -> int:
    """Lock the head, insert the event, move the head; returns the event's `seq`.

    Concurrent appenders wait at the head row, so numbers have no gaps: a rollback gives the number back.
    """
    # Asked of the connection itself: every change of the product comes this way.
    connection = session.connection()
    head = _lock_head(connection)
    nonce, body = _private_part(draft.actor)
    pledge_seq, pledge_prev = _pledge_links(connection, draft.pledge_ref)
    payload = build_payload(
        AuditFields(
            seq=head.size,
            at=_not_before_last(connection, head.size, now),
            type=draft.type,
            actor=actor_label(draft.actor.role, draft.actor.person_id),
            agency=draft.actor.agency_id,
            salt=secrets.token_bytes(SALT_LENGTH),
            pledge=draft.pledge_ref,
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
    _insert(connection, draft, head, payload, pledge_seq)
    if body is not None:
        connection.execute(_APPEND_PRIVATE, {"seq": head.size, "nonce": nonce, "body": body})
    _move_head(connection, head, leaf_hash(payload))
    return head.size


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    root: bytes
    peaks: bytes


def _lock_head(connection: Connection) -> _Head:
    row = connection.execute(_LOCK_HEAD).one_or_none()
    if row is None:
        raise AuditLogError("the history has no head row; run `approval migrate`")
    return _Head(row.size, row.root, row.peaks)


def _private_part(actor: Actor) -> tuple[bytes, bytes | None]:
    nonce = secrets.token_bytes(_NONCE_LENGTH)
    if not (actor.ip or actor.user_agent):
        return nonce, None
    return nonce, private_body(ip=actor.ip, user_agent=actor.user_agent)


def _pledge_links(connection: Connection, pledge_ref: str | None) -> tuple[int | None, bytes | None]:
    """Number of this event within its pledge, from 0, and the leaf hash of the one before."""
    if pledge_ref is None:
        return None, None
    last = connection.execute(_LAST_OF_PLEDGE, {"pledge": pledge_ref}).one_or_none()
    return (0, None) if last is None else (last.pledge_seq + 1, last.leaf_hash)


def _not_before_last(connection: Connection, size: int, now: datetime) -> datetime:
    """Time never runs backwards in the history: clocks get corrected, and a waiting writer carries an older `now`."""
    if size == 0:
        return now
    payload = connection.execute(_LAST_PAYLOAD, {"last": size - 1}).scalar_one()
    return max(now, datetime.fromisoformat(json.loads(payload)["at"]))


def _insert(connection: Connection, draft: EventDraft, head: _Head, payload: bytes, pledge_seq: int | None) -> None:
    connection.execute(
        _APPEND,
        {
            "seq": head.size,
            "type": draft.type.value,
            "pledge_ref": draft.pledge_ref,
            "pledge_seq": pledge_seq,
            "payload": payload,
            "leaf_hash": leaf_hash(payload),
            "prev_root": head.root,
        },
    )


def _move_head(connection: Connection, head: _Head, leaf: bytes) -> None:
    frontier, completed = Frontier.from_bytes(head.size, head.peaks).grow(leaf)
    if completed:
        nodes = [{"level": node.level, "position": node.index, "hash": node.hash} for node in completed]
        connection.execute(_APPEND_NODES, nodes)
    values = {"new_size": frontier.size, "new_root": frontier.root(), "new_peaks": frontier.peaks_bytes()}
    moved = connection.execute(_MOVE_HEAD, {"old_size": head.size, **values})
    if moved.rowcount != 1:
        raise AuditLogError("the head of the history moved although it was locked")
