"""SQLite from another client: without our pragmas REPLACE deletes silently, and the guards refuse it all the same."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from approval.extensions import db
from tests.factories.replace_attacks import REPLACING

ATTACKS = [(name, number) for name in sorted(REPLACING) for number in range(len(REPLACING[name]))]
PAYLOAD = b'{"forged":true}'
VALUES = {"payload": PAYLOAD, "leaf": hashlib.sha256(b"\x00" + PAYLOAD).digest()}


@pytest.fixture
def plain(filled: Flask) -> Iterator[sqlite3.Connection]:
    """The file as the sqlite3 program opens it: no foreign keys, no recursive triggers."""
    with filled.app_context():
        url = db.engine.url
    if url.get_backend_name() != "sqlite":
        pytest.skip("PostgreSQL has no REPLACE")
    with closing(sqlite3.connect(str(url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.rollback()


@pytest.mark.parametrize(("name", "number"), ATTACKS)
def test_nothing_kept_is_replaced(plain: sqlite3.Connection, name: str, number: int) -> None:
    table = name.removesuffix("_no_replace").removesuffix("_row_stays")
    statement = REPLACING[name][number].replace("{uuid}", f"'{'7' * 32}'")
    with pytest.raises(sqlite3.IntegrityError, match=rf"{table} rows are not replaced|must continue the head"):
        plain.execute(statement, VALUES)


def test_an_ordinary_row_is_still_taken(plain: sqlite3.Connection) -> None:
    """The control."""
    plain.execute(
        "INSERT OR REPLACE INTO comment_reply SELECT 99, comment_id, party_id, person_id, body, written_at"
        " FROM comment_reply"
    )
    assert plain.execute("SELECT count(*) FROM comment_reply").fetchone() == (2,)
