"""The guards that tie states to their evidence: each one, all others away, refuses its attacks by its own words."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from approval import config
from approval.domain.transitions import TRANSITIONS
from tests.factories.evidence_attacks import EVIDENCE_ATTACKS, EVIDENCE_MOVES
from tests.factories.raw_rows import later, new_uuid, now

SCRIPTS = ScriptDirectory(str(Path(config.__file__).parent / "migrations"))
MIGRATION = SCRIPTS.get_revision("0007").module
REMINDERS = SCRIPTS.get_revision("0009").module
MESSAGES = {name: message for name, _change, _condition, message in MIGRATION.GUARDS}
# What the review of the finished product got past every guard there was.
REPORTED = (
    "UPDATE pledge SET state = 'finalised', agreed_count = 3, signed_count = 3, revision_number = 1,"
    " final_sha256 = draft_sha256, finalised_at = created_at WHERE state = '{state}'"
)


def run(connection: Connection, statements: str) -> None:
    words = {"now": now(connection), "later": later(connection), "uuid": new_uuid(connection)}
    for statement in statements.format(**words).split("; "):
        connection.execute(text(statement))


def leave_only(connection: Connection, guard: str) -> None:
    """Take every other trigger away until the rollback."""
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname AS name, tgrelid::regclass::text AS place FROM pg_trigger WHERE NOT tgisinternal"
        drop = "ALTER TABLE {place} DISABLE TRIGGER {name}"
    else:
        query = "SELECT name, tbl_name AS place FROM sqlite_master WHERE type = 'trigger'"
        drop = "DROP TRIGGER {name}"
    for row in connection.execute(text(query)).all():
        if row.name != guard:
            connection.execute(text(drop.format(name=row.name, place=row.place)))


def test_every_guard_has_its_attacks() -> None:
    assert set(EVIDENCE_ATTACKS) == set(MESSAGES)


@pytest.mark.parametrize("guard", sorted(EVIDENCE_ATTACKS))
def test_the_guard_alone_refuses(connection: Connection, guard: str) -> None:
    for attack in EVIDENCE_ATTACKS[guard]:
        leave_only(connection, guard)
        # PostgreSQL looks at foreign keys before AFTER triggers; SQLite of another client looks at none.
        with pytest.raises(IntegrityError, match=rf"{MESSAGES[guard]}|violates foreign key"):
            run(connection, attack)
        connection.rollback()


@pytest.mark.parametrize("move", sorted(EVIDENCE_MOVES))
def test_what_the_product_does_is_accepted(connection: Connection, move: str) -> None:
    """The control: with every guard up."""
    run(connection, EVIDENCE_MOVES[move])


@pytest.mark.parametrize("state", ["draft", "in_review", "agreed", "signing"])
def test_no_pledge_is_finished_by_a_line_of_sql(connection: Connection, state: str) -> None:
    with pytest.raises(IntegrityError):
        run(connection, REPORTED.format(state=state))


def test_going_down_puts_the_older_guard_of_parties_back() -> None:
    assert REMINDERS.OLD_PARTY_CHANGED_LATE == MIGRATION.PARTY_CHANGED_LATE


def test_the_guards_know_the_moves_of_the_state_table() -> None:
    moves = {(row.source.value, row.target.value) for row in TRANSITIONS if row.source is not row.target}
    assert set(MIGRATION.MOVES) == moves
