"""Reads the history as a checker would: events in order, and whether head, numbers and hashes fit together."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from approval.domain.merkle import Frontier, leaf_hash
from approval.extensions import db
from approval.models.audit_event import AuditEvent, AuditHead


def events(kind: str | None = None) -> list[dict[str, Any]]:
    """Payloads in order, all or of one type, inside an application context."""
    rows = db.session.scalars(select(AuditEvent.payload).order_by(AuditEvent.seq)).all()
    payloads = [json.loads(row) for row in rows]
    return [payload for payload in payloads if kind is None or payload["type"] == kind]


def require_sound_history() -> None:
    """Assert that the numbers have no gap, every leaf is its payload's hash, and the head is the recomputed root."""
    rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [row.seq for row in rows] == list(range(len(rows)))
    frontier = Frontier()
    for row in rows:
        assert row.leaf_hash == leaf_hash(row.payload)
        assert row.prev_root == frontier.root()
        frontier = frontier.append(row.leaf_hash)
    head = db.session.get_one(AuditHead, 1, populate_existing=True)
    assert (head.size, head.root) == (len(rows), frontier.root())
