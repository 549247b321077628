"""The guards of history and evidence, attacked with raw SQL: every trigger of both databases refuses."""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.factories.raw_rows import now, trigger_names

HASH = "a" * 64
TABLES_KEPT = ("verdict", "signing", "pledge")
TABLES_INSERT_ONLY = ("pledge_revision", "signature", "decline")

APPEND = (
    "INSERT INTO audit_event (seq, type, pledge_ref, pledge_seq, payload, leaf_hash, prev_root)"
    " SELECT {seq}, 'x', {ref}, {pledge_seq}, {payload}, {leaf}, {root} FROM audit_head"
)
NEXT = {"seq": "size", "ref": "NULL", "pledge_seq": "NULL", "payload": ":payload", "leaf": ":leaf", "root": "root"}
SAME_PLEDGE = "(SELECT pledge_ref FROM audit_event WHERE pledge_ref IS NOT NULL LIMIT 1)"
MOVE_HEAD = "UPDATE audit_head SET size = size + {by}, root = :leaf"
TO_REVIEW = "UPDATE pledge SET state = 'in_review', signed_count = 0, review_deadline = {now}; "
CANCEL = "UPDATE pledge SET state = 'cancelled', cancel_reason = 'x', signed_count = 0; "

# A foreign key must not be what stops an attack: the refusal has to come from a guard.
GUARD = (
    r"append-only|must continue the head|cannot be deleted|one event at a time|insert-only|rows are kept|"
    r"kept as it was given|only be superseded|cannot be rewritten|pledge cannot change|of every party"
)

# trigger → statements it must refuse; a name may exist on one database only.
ATTACKS: dict[str, tuple[str, ...]] = {
    "audit_event_no_update": ("UPDATE audit_event SET payload = :payload WHERE seq = 0",),
    "audit_event_no_delete": ("DELETE FROM audit_event WHERE seq = 1",),
    "audit_event_no_change": ("UPDATE audit_event SET type = 'x'", "DELETE FROM audit_event WHERE seq = 1"),
    "audit_event_no_truncate": ("TRUNCATE audit_event CASCADE",),
    "audit_event_gapless": (
        APPEND.format(**{**NEXT, "seq": "size + 1"}),
        APPEND.format(**{**NEXT, "seq": "size - 1"}),
        APPEND.format(**{**NEXT, "seq": "-1"}),
        APPEND.format(**{**NEXT, "root": ":leaf"}),
        APPEND.format(**{**NEXT, "ref": SAME_PLEDGE, "pledge_seq": "9"}),
        APPEND.format(**{**NEXT, "ref": SAME_PLEDGE, "pledge_seq": "0"}),
        APPEND.format(**{**NEXT, "ref": SAME_PLEDGE}),
    ),
    "audit_head_no_delete": ("DELETE FROM audit_head",),
    "audit_head_no_truncate": ("TRUNCATE audit_head",),
    "audit_head_forward": (
        MOVE_HEAD.format(by=1),
        MOVE_HEAD.format(by=0),
        MOVE_HEAD.format(by=-1),
        MOVE_HEAD.format(by=2),
    ),
    "verdict_only_superseded": (
        "UPDATE verdict SET kind = 'request_changes', comment = 'x'",
        "UPDATE verdict SET comment = 'x', superseded_at = {now}",
        "UPDATE verdict SET person_id = 1, superseded_at = {now}",
        "UPDATE verdict SET given_at = {now}",
    ),
    "signing_frozen": (
        "UPDATE signing SET base_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET printed_content = :payload WHERE voided_at IS NULL",
        "UPDATE signing SET layout = '{{}}' WHERE voided_at IS NULL",
        "UPDATE signing SET head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET head_position = head_position + 2, head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET head_position = head_position - 1, head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET voided_at = NULL, void_reason = NULL WHERE id = 99",
        "UPDATE signing SET void_reason = 'x' WHERE id = 99",
    ),
    "pledge_agreed_by_all": (TO_REVIEW + "UPDATE pledge SET state = 'agreed'",),
    "pledge_signed_by_all": ("UPDATE pledge SET state = 'finalising', signed_count = party_count",),
    "pledge_over": (
        CANCEL + "UPDATE pledge SET state = 'draft', cancel_reason = NULL",
        CANCEL + "UPDATE pledge SET cancel_reason = 'y'",
    ),
    **{f"{table}_no_update": (f"UPDATE {table} SET id = id",) for table in TABLES_INSERT_ONLY},
    **{f"{table}_no_delete": (f"DELETE FROM {table}",) for table in TABLES_INSERT_ONLY + TABLES_KEPT},
    **{f"{table}_no_change": (f"UPDATE {table} SET id = id", f"DELETE FROM {table}") for table in TABLES_INSERT_ONLY},
    **{f"{table}_no_truncate": (f"TRUNCATE {table} CASCADE",) for table in TABLES_INSERT_ONLY + TABLES_KEPT},
}


def run(connection: Connection, statements: str) -> None:
    payload = b'{"forged":true}'
    values = {"payload": payload, "leaf": hashlib.sha256(b"\x00" + payload).digest(), "hash": HASH}
    for statement in statements.format(now=now(connection)).split("; "):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(text(statement), used)


def test_every_trigger_refuses_its_attacks(connection: Connection) -> None:
    names = trigger_names(connection)
    assert names <= set(ATTACKS), "a new trigger needs an attack"
    for name in sorted(names):
        for attack in ATTACKS[name]:
            with pytest.raises(IntegrityError, match=GUARD):
                run(connection, attack)
            connection.rollback()


def test_the_guards_are_all_there(filled: Flask, connection: Connection) -> None:
    """A guard lost in a migration would make the test above pass by attacking nothing."""
    expected = {
        "audit_event_gapless",
        "audit_head_forward",
        "audit_head_no_delete",
        "pledge_agreed_by_all",
        "pledge_over",
        "pledge_signed_by_all",
        "signing_frozen",
        "verdict_only_superseded",
        *(f"{table}_no_delete" for table in TABLES_KEPT),
    }
    if connection.dialect.name == "postgresql":
        kept = ("audit_event", "audit_head", *TABLES_INSERT_ONLY, *TABLES_KEPT)
        expected |= {f"{table}_no_truncate" for table in kept}
        expected |= {f"{table}_no_change" for table in ("audit_event", *TABLES_INSERT_ONLY)}
    else:
        tables = ("audit_event", *TABLES_INSERT_ONLY)
        expected |= {f"{table}_{verb}" for table in tables for verb in ("no_update", "no_delete")}
    assert trigger_names(connection) == expected


def test_an_event_that_continues_the_head_is_accepted(connection: Connection) -> None:
    """The control for the attacks on the history."""
    run(connection, APPEND.format(**NEXT))
    run(connection, MOVE_HEAD.format(by=1))


def test_a_verdict_may_be_superseded_once(connection: Connection) -> None:
    run(connection, "UPDATE verdict SET superseded_at = {now}")
    with pytest.raises(IntegrityError):
        run(connection, "UPDATE verdict SET superseded_at = NULL")


def test_replacing_rows_fires_the_guards_too(connection: Connection) -> None:
    """SQLite's INSERT OR REPLACE deletes silently unless recursive triggers are on."""
    if connection.dialect.name == "postgresql":
        return
    for statement in (
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
        "INSERT OR REPLACE INTO audit_head SELECT id, 0, root, peaks FROM audit_head",
        "INSERT OR REPLACE INTO pledge_revision SELECT * FROM pledge_revision",
        "INSERT OR REPLACE INTO pledge SELECT * FROM pledge",
    ):
        with pytest.raises(IntegrityError, match=GUARD):
            run(connection, statement)
        connection.rollback()


def test_postgresql_checks_the_leaf_hash_itself(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        return
    with pytest.raises(IntegrityError, match="leaf_of_payload"):
        run(connection, APPEND.format(**{**NEXT, "leaf": "root"}))


def test_a_head_row_of_another_number_or_a_second_one_is_refused(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        run(connection, "INSERT INTO audit_head SELECT 2, size, root, peaks FROM audit_head")
    connection.rollback()
    with pytest.raises(IntegrityError):
        run(connection, "INSERT INTO audit_head SELECT id, size, root, peaks FROM audit_head")
