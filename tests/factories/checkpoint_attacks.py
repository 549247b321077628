"""Raw SQL against the signed heads of the history, its subtrees, stamps and witnesses; trigger → what it refuses."""

# ruff: noqa: S608, ISC004 - raw SQL is the weapon here, in statements longer than a line
from __future__ import annotations

CHECKPOINT_TABLES = ("audit_node", "audit_checkpoint", "audit_token", "audit_cosignature")
CHECKPOINT_ROWS = """
INSERT INTO audit_checkpoint (size, root, note, signed_at)
  SELECT seq, prev_root, payload, {now} FROM audit_event ORDER BY seq DESC LIMIT 1;
INSERT INTO audit_token (size, token, stamped_at) SELECT size, note, {now} FROM audit_checkpoint;
INSERT INTO audit_cosignature (size, witness, line, cosigned_at)
  SELECT size, 'so-noi-vu.example', 'x', {now} FROM audit_checkpoint
"""
"""A head one event behind the history, with a stamp and a witness. `{now}` is a moment."""

_HEAD = (
    "INSERT INTO audit_checkpoint (size, root, note, signed_at)"
    " SELECT {size}, {root}, :payload, {{now}} FROM audit_head"
)
_SETS = {
    "audit_node": "hash = :leaf",
    "audit_checkpoint": "note = :payload",
    "audit_token": "token = :payload",
    "audit_cosignature": "line = 'y'",
}
_NEXT_HEAD = _HEAD.format(size="size", root="root")

CHECKPOINT_ATTACKS: dict[str, tuple[str, ...]] = {
    "audit_checkpoint_forward": (
        _HEAD.format(size="size + 1", root="root"),
        _HEAD.format(size="size - 2", root="(SELECT prev_root FROM audit_event WHERE seq = size - 2)"),
        _HEAD.format(size="size", root=":leaf"),
        _HEAD.format(size="size", root="(SELECT prev_root FROM audit_event WHERE seq = size - 1)"),
    ),
    **{f"{table}_no_update": (f"UPDATE {table} SET {_SETS[table]}",) for table in CHECKPOINT_TABLES},
    **{f"{table}_no_delete": (f"DELETE FROM {table}",) for table in CHECKPOINT_TABLES},
    **{
        f"{table}_no_change": (f"UPDATE {table} SET {_SETS[table]}", f"DELETE FROM {table}")
        for table in CHECKPOINT_TABLES
    },
    **{f"{table}_no_truncate": (f"TRUNCATE {table} CASCADE",) for table in CHECKPOINT_TABLES},
}
CHECKPOINT_MOVES = (
    _NEXT_HEAD,
    f"{_NEXT_HEAD}; INSERT INTO audit_token (size, token, stamped_at) SELECT size, :payload, {{now}} FROM audit_head",
)
"""The controls: what the log signer and the worker do."""

CHECKPOINT_REPLACING: dict[str, tuple[str, ...]] = {
    "audit_node_no_replace": (
        "INSERT OR REPLACE INTO audit_node SELECT level, position, :leaf FROM audit_node",
        "INSERT OR REPLACE INTO audit_node (rowid, level, position, hash)"
        " SELECT (SELECT min(rowid) FROM audit_node), 40, 0, :leaf",
    ),
    "audit_checkpoint_no_replace": (
        "INSERT OR REPLACE INTO audit_checkpoint SELECT size, root, :payload, signed_at FROM audit_checkpoint",
        "INSERT OR REPLACE INTO audit_checkpoint (rowid, size, root, note, signed_at)"
        " SELECT (SELECT min(rowid) FROM audit_checkpoint), size, root, :payload, '2024-05-06' FROM audit_head",
    ),
    "audit_token_no_replace": (
        "INSERT OR REPLACE INTO audit_token SELECT size, :payload, stamped_at FROM audit_token",
        "INSERT OR REPLACE INTO audit_token (rowid, size, token, stamped_at)"
        " SELECT (SELECT min(rowid) FROM audit_token), 1, :payload, '2024-05-06'",
    ),
    "audit_cosignature_no_replace": (
        "INSERT OR REPLACE INTO audit_cosignature SELECT size, witness, 'y', cosigned_at FROM audit_cosignature",
        "INSERT OR REPLACE INTO audit_cosignature (rowid, size, witness, line, cosigned_at)"
        " SELECT (SELECT min(rowid) FROM audit_cosignature), size, 'so-y-te.example', 'y', '2024-05-06'"
        " FROM audit_cosignature",
    ),
}
