"""The guards of history and evidence, attacked with raw SQL: every trigger of both databases refuses."""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.factories.checkpoint_attacks import CHECKPOINT_ATTACKS, CHECKPOINT_MOVES, CHECKPOINT_TABLES
from tests.factories.evidence_attacks import EVIDENCE_ATTACKS
from tests.factories.raw_rows import copy_statement, later, new_uuid, now, trigger_names, true
from tests.factories.replace_attacks import REPLACING

HASH = "a" * 64
TABLES_KEPT = ("verdict", "signing", "pledge", "comment", "comment_answer", "comment_reply", "reminder")
TABLES_INSERT_ONLY = ("pledge_revision", "signature", "decline", "draft_text", "delivery_event")

APPEND = (
    "INSERT INTO audit_event (seq, type, pledge_ref, pledge_seq, payload, leaf_hash, prev_root)"
    " SELECT {seq}, 'x', {ref}, {pledge_seq}, {payload}, {leaf}, {root} FROM audit_head"
)
NEXT = {"seq": "size", "ref": "NULL", "pledge_seq": "NULL", "payload": ":payload", "leaf": ":leaf", "root": "root"}
SAME_PLEDGE = "(SELECT pledge_ref FROM audit_event WHERE pledge_ref IS NOT NULL LIMIT 1)"
MOVE_HEAD = "UPDATE audit_head SET size = size + {by}, root = :leaf"
UNANSWER = "UPDATE comment_answer SET superseded_at = {now}; "
COMMENTED = "(SELECT pledge_id FROM comment)"
REOPEN = f"UPDATE pledge SET state = 'draft', agreed_count = 0, round = 2 WHERE id = {COMMENTED}; "
FREEZE = copy_statement("pledge_revision", where=f"pledge_id = {COMMENTED}", number="2", round="2") + "; "
TO_REVIEW = f"UPDATE pledge SET state = 'in_review', revision_number = 2 WHERE id = {COMMENTED}"
WITHDRAW = UNANSWER + "UPDATE comment SET withdrawn_at = {now}"
MAIL_LEFT = "UPDATE outbox_message SET outcome = 'sent', closed_at = {now}"
UNMAIL = "UPDATE reminder SET outbox_id = NULL"
CANCEL = "UPDATE pledge SET state = 'cancelled', cancel_reason = 'x' WHERE state = 'agreed'; "

# A foreign key must not be what stops an attack: the refusal has to come from a guard.
GUARD = (
    r"append-only|must continue the head|cannot be deleted|one event at a time|insert-only|rows are kept|"
    r"kept as it was given|only be superseded|cannot be rewritten|pledge cannot change|of every party|"
    r"a reminder that was mailed stays|only be withdrawn|cannot be withdrawn|every comment has an answer|"
    r"are not replaced|only moves forward within the history"
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
        "UPDATE verdict SET comment_count = 7, superseded_at = {now}",
    ),
    "comment_only_withdrawn": (
        *(
            f"{UNANSWER}UPDATE comment SET {change}, withdrawn_at = {{now}}"
            for change in (
                "id = 77",
                "pledge_id = {uuid}",
                "revision_id = 77",
                "party_id = 77",
                "person_id = 77",
                "anchor = 'clause:2'",
                "quote = 'x'",
                "quote_start = 7",
                "quote = '', quote_start = NULL, replacement = NULL",
                "replacement = 'x'",
                "replacement = NULL",
                "replacement = ''",
                "body = 'x'",
                "verdict_words = {true}, anchor = 'whole', quote = '', quote_start = NULL, replacement = NULL",
                "created_at = {later}",
            )
        ),
        "UPDATE comment SET body = body",
        f"{WITHDRAW}; UPDATE comment SET withdrawn_at = NULL",
        f"{WITHDRAW}; UPDATE comment SET withdrawn_at = {{later}}",
    ),
    "comment_answered_stays": ("UPDATE comment SET withdrawn_at = {now}",),
    "comment_answer_only_superseded": (
        *(
            f"UPDATE comment_answer SET {change}, superseded_at = {{now}}"
            for change in (
                "id = 77",
                "comment_id = 77",
                "person_id = 77",
                "kind = 'accepted'",
                "words = 'x'",
                "place = NULL",
                "place = 'clause:1'",
                "taken = {true}, kind = 'accepted'",
                "answered_at = {later}",
            )
        ),
        "UPDATE comment_answer SET words = words",
        UNANSWER + "UPDATE comment_answer SET superseded_at = NULL",
        UNANSWER + "UPDATE comment_answer SET superseded_at = {later}",
    ),
    "comment_reply_no_update": ("UPDATE comment_reply SET body = 'x'", "UPDATE comment_reply SET id = id"),
    "reminder_mailed_stays": (
        *(
            f"UPDATE reminder SET {change} WHERE outcome IS NULL"
            for change in (
                "pledge_id = {uuid}",
                "party_id = party_id + 1",
                "round = 2",
                "stage = 'review'",
                "kind = 'nudge'",
                "slot = slot || 'x'",
            )
        ),
        "UPDATE reminder SET due_at = {later} WHERE id = 9001",
        f"{UNMAIL}, outcome = NULL, closed_at = NULL WHERE id = 9001",
        f"{UNMAIL}, outcome = 'withdrawn', note = 'x' WHERE id = 9001",
        f"{MAIL_LEFT}; {UNMAIL}, outcome = 'skipped', note = 'x' WHERE id = 9001",
    ),
    "pledge_sent_when_answered": (f"{UNANSWER}{REOPEN}{FREEZE}{TO_REVIEW}",),
    "signing_frozen": (
        "UPDATE signing SET base_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET printed_content = :payload WHERE voided_at IS NULL",
        "UPDATE signing SET layout = '{{}}' WHERE voided_at IS NULL",
        "UPDATE signing SET head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET head_position = head_position + 2, head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET head_position = head_position - 1, head_sha256 = :hash WHERE voided_at IS NULL",
        "UPDATE signing SET voided_at = NULL, void_reason = NULL WHERE voided_at IS NOT NULL",
        "UPDATE signing SET void_reason = 'x' WHERE voided_at IS NOT NULL",
    ),
    "pledge_agreed_by_all": (
        "UPDATE pledge SET state = 'agreed', agreed_count = party_count WHERE state = 'in_review'",
    ),
    "pledge_signed_by_all": (
        "UPDATE pledge SET state = 'finalising', signed_count = party_count WHERE state = 'signing'",
    ),
    "pledge_over": (
        CANCEL + "UPDATE pledge SET state = 'draft', cancel_reason = NULL WHERE state = 'cancelled'",
        CANCEL + "UPDATE pledge SET cancel_reason = 'y' WHERE state = 'cancelled'",
    ),
    **REPLACING,
    **CHECKPOINT_ATTACKS,
    **{f"{table}_no_update": (f"UPDATE {table} SET id = id",) for table in TABLES_INSERT_ONLY},
    **{f"{table}_no_delete": (f"DELETE FROM {table}",) for table in TABLES_INSERT_ONLY + TABLES_KEPT},
    **{f"{table}_no_change": (f"UPDATE {table} SET id = id", f"DELETE FROM {table}") for table in TABLES_INSERT_ONLY},
    **{f"{table}_no_truncate": (f"TRUNCATE {table} CASCADE",) for table in TABLES_INSERT_ONLY + TABLES_KEPT},
}


def run(connection: Connection, statements: str) -> None:
    payload = b'{"forged":true}'
    values = {"payload": payload, "leaf": hashlib.sha256(b"\x00" + payload).digest(), "hash": HASH}
    words = {
        "now": now(connection),
        "later": later(connection),
        "true": true(connection),
        "uuid": new_uuid(connection),
    }
    for statement in statements.format(**words).split("; "):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        connection.execute(text(statement), used)


def test_every_trigger_refuses_its_attacks(connection: Connection) -> None:
    names = trigger_names(connection) - set(EVIDENCE_ATTACKS)
    assert names <= set(ATTACKS), "a new trigger needs an attack"
    for name in sorted(names):
        for attack in ATTACKS[name]:
            with pytest.raises(IntegrityError, match=GUARD):
                run(connection, attack)
            connection.rollback()


def test_the_guards_are_all_there(filled: Flask, connection: Connection) -> None:
    """A guard lost in a migration would make the test above pass by attacking nothing."""
    expected = {
        "audit_checkpoint_forward",
        "audit_event_gapless",
        "audit_head_forward",
        "audit_head_no_delete",
        "comment_answer_only_superseded",
        "comment_answered_stays",
        "comment_only_withdrawn",
        "comment_reply_no_update",
        "pledge_agreed_by_all",
        "pledge_over",
        "pledge_sent_when_answered",
        "pledge_signed_by_all",
        "reminder_mailed_stays",
        "signing_frozen",
        "verdict_only_superseded",
        *(f"{table}_no_delete" for table in TABLES_KEPT),
        *EVIDENCE_ATTACKS,
    }
    if connection.dialect.name == "postgresql":
        kept = ("audit_event", "audit_head", *CHECKPOINT_TABLES, *TABLES_INSERT_ONLY, *TABLES_KEPT)
        expected |= {f"{table}_no_truncate" for table in kept}
        expected |= {f"{table}_no_change" for table in ("audit_event", *CHECKPOINT_TABLES, *TABLES_INSERT_ONLY)}
    else:
        tables = ("audit_event", *CHECKPOINT_TABLES, *TABLES_INSERT_ONLY)
        expected |= {f"{table}_{verb}" for table in tables for verb in ("no_update", "no_delete")} | set(REPLACING)
    assert trigger_names(connection) == expected


def test_an_event_that_continues_the_head_is_accepted(connection: Connection) -> None:
    """The control for the attacks on the history."""
    run(connection, APPEND.format(**NEXT))
    run(connection, MOVE_HEAD.format(by=1))


@pytest.mark.parametrize("move", CHECKPOINT_MOVES)
def test_the_next_head_may_be_signed_and_stamped(connection: Connection, move: str) -> None:
    """The control for the attacks on heads."""
    run(connection, move)


def test_a_verdict_may_be_superseded_once(connection: Connection) -> None:
    run(connection, "UPDATE verdict SET superseded_at = {now} WHERE id = 1")
    with pytest.raises(IntegrityError):
        run(connection, "UPDATE verdict SET superseded_at = NULL WHERE id = 1")


def test_an_answer_may_be_superseded_and_its_comment_then_withdrawn(connection: Connection) -> None:
    """The control for the attacks on comments."""
    run(connection, f"{WITHDRAW}; {REOPEN}{FREEZE}{TO_REVIEW}")


def test_a_reminder_may_be_dropped_from_a_mail_that_has_not_left(connection: Connection) -> None:
    """The control for the attacks on the plan."""
    run(connection, f"{UNMAIL}, outcome = 'skipped', note = 'already-signed' WHERE id = 9001")


def test_a_round_opens_when_every_comment_has_an_answer(connection: Connection) -> None:
    run(connection, f"{REOPEN}{FREEZE}{TO_REVIEW}")


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
