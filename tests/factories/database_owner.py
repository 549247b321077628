"""What the owner of the database can do to the history: everything, guards included."""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from approval.domain.merkle import Frontier, Node, leaf_hash
from approval.extensions import db
from approval.models.audit_event import AuditHead

Statement = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Backup:
    """How far the history went at some moment."""

    size: int
    root: bytes
    peaks: bytes


def back_up() -> Backup:
    """The history of now, inside an application context."""
    db.session.rollback()
    head = db.session.get_one(AuditHead, 1, populate_existing=True)
    taken = Backup(head.size, head.root, head.peaks)
    db.session.rollback()
    return taken


def restore(backup: Backup) -> None:
    """What is in the tables of the history after an older copy of them was brought back."""
    size = backup.size
    unguarded(
        *((f"DELETE FROM {table} WHERE size > {size}", {}) for table in ("audit_token", "audit_cosignature")),
        (f"DELETE FROM audit_checkpoint WHERE size > {size}", {}),
        (f"DELETE FROM audit_node WHERE (position + 1) * power(2, level) > {size}", {}),
        (f"DELETE FROM audit_private WHERE seq >= {size}", {}),
        (f"DELETE FROM audit_event WHERE seq >= {size}", {}),
        _set_head(size, backup.root, backup.peaks),
    )


def rewrite(seq: int, payload: bytes) -> None:
    """Another payload for one event, and every hash above it made to fit."""
    payloads = db.session.scalars(text("SELECT payload FROM audit_event ORDER BY seq")).all()
    db.session.rollback()
    frontier, nodes = Frontier(), list[Node]()
    for number, stored in enumerate(payloads):
        frontier, completed = frontier.grow(leaf_hash(payload if number == seq else bytes(stored)))
        nodes += completed
    unguarded(
        (
            f"UPDATE audit_event SET payload = :payload, leaf_hash = :leaf WHERE seq = {seq}",
            {"payload": payload, "leaf": leaf_hash(payload)},
        ),
        *(
            (
                f"UPDATE audit_node SET hash = :hash WHERE level = {one.level} AND position = {one.index}",
                {"hash": one.hash},
            )
            for one in nodes
        ),
        _set_head(frontier.size, frontier.root(), frontier.peaks_bytes()),
    )


def unguarded(*statements: Statement) -> None:
    """Run statements with every trigger out of the way."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement, values in statements:
            connection.execute(text(statement), values)


def _set_head(size: int, root: bytes, peaks: bytes) -> Statement:
    return f"UPDATE audit_head SET size = {size}, root = :root, peaks = :peaks", {"root": root, "peaks": peaks}
