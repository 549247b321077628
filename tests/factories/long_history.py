"""A history of very many events, written row by row past the services: for measuring only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Flask
from sqlalchemy import text, update

from approval.domain.audit_event import EventType, canonical_json, leaf_hash
from approval.domain.merkle import Frontier
from approval.extensions import db
from approval.models.audit_event import AuditHead

_AT_ONCE = 50_000
_AT = "2024-01-01T00:00:00.000000Z"


def fill_history(app: Flask, size: int) -> None:
    """Sessions of people until the history has `size` events, with subtrees and head as appending would leave them."""
    with app.app_context():
        head = db.session.get_one(AuditHead, 1)
        frontier = Frontier.from_bytes(head.size, head.peaks)
        while frontier.size < size:
            frontier = _fill_some(frontier, min(_AT_ONCE, size - frontier.size))
        values = {"size": frontier.size, "root": frontier.root(), "peaks": frontier.peaks_bytes()}
        # The head moves one by one on SQLite only; here one jump is as good.
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        db.session.execute(update(AuditHead).values(**values))
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def _fill_some(frontier: Frontier, count: int) -> Frontier:
    events: list[tuple[object, ...]] = []
    nodes: list[tuple[object, ...]] = []
    for seq in range(frontier.size, frontier.size + count):
        payload, root = payload_of(seq), frontier.root()
        leaf = leaf_hash(payload)
        frontier, completed = frontier.grow(leaf)
        events.append((seq, EventType.SESSION_OPENED.value, payload, leaf, root))
        nodes += [(node.level, node.index, node.hash) for node in completed]
    # Guards look at every row and let a history grow from its head only; a million looks would take an hour.
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    _copy("audit_event (seq, type, payload, leaf_hash, prev_root)", events)
    _copy("audit_node (level, position, hash)", nodes)
    db.session.commit()
    return frontier


def _copy(columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """PostgreSQL's own way for many rows."""
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {columns} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def payload_of(seq: int) -> bytes:
    """An event like any other."""
    thing = dict.fromkeys(("doc_sha256", "state_from", "state_to", "version"))
    nobody = dict.fromkeys(("agency", "pledge", "pprev", "priv", "pseq"))
    salt = hashlib.sha256(str(seq).encode()).hexdigest()[:32]
    facts = {"actor": "observer:7", "at": _AT, "data": {}, "obj": thing, "salt": salt, "seq": seq, "v": 1}
    return canonical_json({**nobody, **facts, "type": EventType.SESSION_OPENED.value})
