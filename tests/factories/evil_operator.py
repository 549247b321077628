"""An operator with a shell on the database, and perhaps the key of the log: what could be rewritten, is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from approval.domain.audit_event import canonical_json, leaf_hash
from approval.domain.merkle import Frontier
from tests.factories.log_house import LogHouse, Signer

Body = dict[str, Any]


@dataclass
class Operator:
    """The history of one SQLite file as a list of events that may be changed at will; `store` writes it back."""

    path: Path
    bodies: list[Body] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        with closing(sqlite3.connect(self.path)) as database:
            rows = database.execute("SELECT payload FROM audit_event ORDER BY seq").fetchall()
            self.bodies = [json.loads(row[0]) for row in rows]
            self.sizes = [row[0] for row in database.execute("SELECT size FROM audit_checkpoint ORDER BY size")]

    def find(self, kind: str, number: int = 0) -> int:
        """Place of the `number`th event of that type."""
        return [place for place, body in enumerate(self.bodies) if body["type"] == kind][number]

    def roots(self) -> list[bytes]:
        """Root of the first n events, for every n."""
        frontier, roots = Frontier(), [Frontier().root()]
        for payload in self.payloads():
            frontier = frontier.append(leaf_hash(payload))
            roots.append(frontier.root())
        return roots

    def payloads(self) -> list[bytes]:
        """Numbered and linked anew; the seal's event names the history as it now stands before it."""
        written: list[bytes] = []
        last: dict[str, tuple[int, str | None]] = {}
        frontier = Frontier()
        roots = [frontier.root()]
        for seq, body in enumerate(self.bodies):
            body["seq"] = seq
            if body["pledge"] is not None:
                number, previous = last.get(body["pledge"], (-1, None))
                body["pseq"], body["pprev"] = number + 1, previous
            if body["type"] == "pledge:document:finalised":
                size = min(body["data"]["sealed_size"], seq)
                body["data"] |= {"sealed_size": size, "sealed_root": roots[size].hex()}
            written.append(canonical_json(body))
            leaf = leaf_hash(written[-1])
            frontier = frontier.append(leaf)
            roots.append(frontier.root())
            if body["pledge"] is not None:
                last[body["pledge"]] = (body["pseq"], leaf.hex())
        return written

    def store(self, *, sign: Callable[[int, bytes], bytes] | None = None, kept: Iterable[int] | None = None) -> None:
        """Past the triggers. `sign` makes heads at the old sizes anew; heads of the sizes `kept` stay as they were."""
        with closing(sqlite3.connect(self.path)) as database, database:
            _drop_triggers(database)
            self._store_events(database)
            self._store_heads(database, sign, kept)

    def run(self, statement: str, *values: str) -> None:
        """Any statement, past the triggers."""
        with closing(sqlite3.connect(self.path)) as database, database:
            _drop_triggers(database)
            database.execute(statement, values)

    def _store_events(self, database: sqlite3.Connection) -> None:
        for table in ("audit_private", "audit_node", "audit_event"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        frontier = Frontier()
        for seq, payload in enumerate(self.payloads()):
            body, root = self.bodies[seq], frontier.root()
            frontier, nodes = frontier.grow(leaf_hash(payload))
            row = (seq, body["type"], body["pledge"], body["pseq"], payload, leaf_hash(payload), root)
            database.execute("INSERT INTO audit_event VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            for node in nodes:
                database.execute("INSERT INTO audit_node VALUES (?, ?, ?)", (node.level, node.index, node.hash))
        head = (frontier.size, frontier.root(), frontier.peaks_bytes())
        database.execute("UPDATE audit_head SET size = ?, root = ?, peaks = ?", head)

    def _store_heads(
        self,
        database: sqlite3.Connection,
        sign: Callable[[int, bytes], bytes] | None,
        kept: Iterable[int] | None,
    ) -> None:
        staying = set(self.sizes if kept is None else kept)
        for size in set(self.sizes) - staying:
            for table in ("audit_cosignature", "audit_token", "audit_checkpoint"):
                database.execute(f"DELETE FROM {table} WHERE size = ?", (size,))  # noqa: S608 - constants
        if sign is None:
            return
        roots = self.roots()
        for size in {*(size for size in self.sizes if size < len(roots)), len(roots) - 1} - staying:
            row = (size, roots[size], sign(size, roots[size]), "2024-05-15 02:00:00.000000")
            database.execute("INSERT INTO audit_checkpoint VALUES (?, ?, ?, ?)", row)


def _drop_triggers(database: sqlite3.Connection) -> None:
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")


def signing_as(house: LogHouse, witnesses: tuple[Signer, ...] = ()) -> Callable[[int, bytes], bytes]:
    """With the log's own key in hand, and that of some witnesses."""
    return lambda size, root: house.head(size, root, witnesses=witnesses)
