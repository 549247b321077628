"""Every CHECK and unique rule, attacked with raw SQL on both databases: each refuses by its own name."""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint, Connection, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError

from approval.models.all_tables import Base
from tests.factories.raw_rows import clone, new_uuid, now, true

HASH = "'" + "a" * 64 + "'"
OTHER_HASH = "'" + "b" * 64 + "'"

FRESH = "(SELECT id FROM pledge WHERE state = 'draft' AND revision_number = 0)"
AGREED = "(SELECT id FROM pledge WHERE state = 'agreed')"
OPEN = "(SELECT id FROM pledge WHERE state = 'signing')"
OPEN_FILE = "(SELECT id FROM signing WHERE voided_at IS NULL)"
SECOND = f"FROM pledge_party WHERE pledge_id = {OPEN} AND position = 2)"

# A copy of the first row of each table that every rule accepts; the attacks change one thing more.
ACCEPTED: dict[str, dict[str, str]] = {
    "agency": {"name": "'Sở Khác'", "short_name": "'SK'"},
    "audit_node": {"level": "40", "position": "0"},
    "audit_cosignature": {"witness": "'so-y-te.example'"},
    "bloc": {"name": "'Khối khác'"},
    "bloc_member": {"bloc_id": "bloc_id", "agency_id": "9001", "position": "9"},
    "person": {"email": "'khac@bacgiang.example'"},
    "web_session": {"token_sha256": "'khac'"},
    "login_throttle": {"subject": "'khac'"},
    "signing_authority": {"kind": "'TUQ'", "document_reference": "'12/UQ'"},
    "signing_key": {"certificate_serial": "'khac'", "revoked_at": "{now}"},
    "signature_picture": {"person_id": "(SELECT max(person_id) FROM signing_key)"},
    "pledge": {
        "id": "{uuid}",
        "state": "'draft'",
        "party_count": "2",
        "revision_number": "0",
        "agreed_count": "0",
        "signed_count": "0",
        "review_deadline": "NULL",
        "signing_deadline": "NULL",
    },
    "pledge_party": {"pledge_id": FRESH, "agency_id": "9001", "person_id": "9001", "position": "9"},
    "pledge_revision": {"pledge_id": FRESH, "sha256": f"(SELECT draft_sha256 FROM pledge WHERE id = {FRESH})"},
    "verdict": {"superseded_at": "{now}"},
    "comment": {},
    "comment_reply": {},
    "comment_answer": {"superseded_at": "{now}"},
    "draft_text": {"version": "99"},
    "working_copy": {"person_id": "(SELECT max(id) FROM person)"},
    "finding_dismissal": {"restored_at": "{now}"},
    "signing": {
        "pledge_id": AGREED,
        "revision_id": f"(SELECT id FROM pledge_revision WHERE pledge_id = {AGREED})",
        "voided_at": "NULL",
        "void_reason": "NULL",
    },
    "signature": {
        "party_id": f"(SELECT id {SECOND}",
        "person_id": f"(SELECT person_id {SECOND}",
        "authority_id": f"(SELECT id FROM signing_authority WHERE person_id = (SELECT person_id {SECOND})",
        "position": "2",
        "document_sha256": OTHER_HASH,
        "previous_sha256": "document_sha256",
    },
    "decline": {"signing_id": OPEN_FILE, "party_id": f"(SELECT id {SECOND}"},
    "outbox_message": {"key": "'khac'", "message_id": "'<khac>'"},
    "calendar_day": {"day": "'2024-05-24'"},
    "agency_superior": {"agency_id": "9001"},
    "pledge_reminder_policy": {"stage": "'review'"},
    "reminder_pause": {"resumed_at": "{now}"},
    "delivery_event": {},
    "heartbeat": {"name": "'khac'"},
    "reminder": {"slot": "'khac'"},
}

MAILED = {"outcome": "'mailed'", "closed_at": "{now}"}
SIGNING = {"state": "'signing'", "revision_number": "1", "agreed_count": "2", "signing_deadline": "{now}"}
COMPLETE = {"revision_number": "1", "agreed_count": "2", "signed_count": "2"}
FINISHED = {**COMPLETE, "state": "'finalised'", "finalised_at": "{now}", "final_sha256": HASH}

CHECKS: dict[str, list[dict[str, str]]] = {
    "ck_audit_node_node_of_a_tree": [{"level": "0"}, {"position": "-1"}, {"hash": "substr(hash, 1, 31)"}],
    "ck_bloc_member_position_from_one": [{"position": "0"}],
    "ck_person_role_known": [{"role": "'king'"}, {"role": "'system'"}],
    "ck_person_representative_has_agency": [{"role": "'representative'", "agency_id": "NULL"}],
    "ck_person_email_lower_case": [{"email": "'Khac@bacgiang.example'"}],
    "ck_login_throttle_failures_not_negative": [{"failures": "-1"}],
    "ck_signing_authority_kind_known": [{"kind": "'KING'"}],
    "ck_signing_authority_period_forward": [{"valid_to": "valid_from"}],
    "ck_signing_authority_mandate_has_document": [{"document_reference": "''"}],
    "ck_signing_key_attempts_not_negative": [{"failed_attempts": "-1"}],
    "ck_signature_picture_origin_known": [{"origin": "'stolen'"}],
    "ck_pledge_state_known": [{"state": "'bogus'", "revision_number": "1"}],
    "ck_pledge_counters_from_one": [{"round": "0"}, {"version": "0"}],
    "ck_pledge_party_count_range": [{"party_count": "1"}, {"party_count": "41"}],
    "ck_pledge_agreed_count_range": [{"agreed_count": "-1"}, {"agreed_count": "3"}],
    "ck_pledge_signed_count_range": [{**SIGNING, "signed_count": "-1"}, {**SIGNING, "signed_count": "3"}],
    "ck_pledge_left_draft_has_revision": [{"state": "'in_review'", "review_deadline": "{now}"}],
    "ck_pledge_agreed_means_every_party": [
        {"state": "'agreed'", "revision_number": "1", "agreed_count": "1"},
        {"state": "'signing'", "revision_number": "1", "agreed_count": "1", "signing_deadline": "{now}"},
    ],
    "ck_pledge_all_signed_means_every_party": [
        {**COMPLETE, "state": "'finalising'", "signed_count": "1"},
        {**SIGNING, "signed_count": "2"},
    ],
    "ck_pledge_signed_only_when_signing": [{"signed_count": "1"}],
    "ck_pledge_finalised_has_final_file": [{**FINISHED, "final_sha256": "NULL"}, {"final_sha256": HASH}],
    "ck_pledge_finalised_has_moment": [{**FINISHED, "finalised_at": "NULL"}, {"finalised_at": "{now}"}],
    "ck_pledge_cancelled_has_reason": [{"state": "'cancelled'"}, {"cancel_reason": "'vì sao'"}],
    "ck_pledge_review_has_deadline": [{"state": "'in_review'", "revision_number": "1"}],
    "ck_pledge_signing_has_deadline": [{"state": "'signing'", "revision_number": "1", "agreed_count": "2"}],
    "ck_pledge_final_sha256_length": [{**FINISHED, "final_sha256": "'abc'"}],
    "ck_pledge_party_position_range": [{"position": "0"}, {"position": "41"}],
    "ck_pledge_revision_counters_from_one": [{"number": "0"}, {"round": "0"}],
    "ck_pledge_revision_sha256_length": [{"sha256": "'abc'"}],
    "ck_verdict_kind_known": [{"kind": "'perhaps'", "comment": "'x'"}],
    "ck_verdict_comment_when_not_plain_agreement": [
        {"kind": "'request_changes'", "comment_count": "0"},
        {"kind": "'agree_with_comments'", "comment_count": "0"},
    ],
    "ck_verdict_comment_count_not_negative": [{"comment_count": "-1"}],
    "ck_comment_quote_has_place": [{"quote_start": "NULL"}, {"quote": "''", "replacement": "NULL"}],
    "ck_comment_quote_start_not_negative": [{"quote_start": "-1"}],
    "ck_comment_suggestion_replaces": [{"replacement": "quote"}, {"quote": "''", "quote_start": "NULL"}],
    "ck_comment_says_something": [{"body": "''", "replacement": "NULL"}],
    "ck_comment_verdict_words_on_whole": [
        {"verdict_words": "{true}", "quote": "''", "quote_start": "NULL", "replacement": "NULL"},
        {"verdict_words": "{true}", "anchor": "'whole'"},
    ],
    "ck_comment_reply_says_something": [{"body": "''"}],
    "ck_comment_answer_kind_known": [{"kind": "'maybe'"}],
    "ck_comment_answer_reasons_given": [{"words": "''"}, {"words": "''", "kind": "'partly_accepted'"}],
    "ck_comment_answer_taken_is_accepted": [
        {"taken": "{true}"},
        {"taken": "{true}", "kind": "'accepted'", "place": "NULL"},
    ],
    "ck_draft_text_version_from_one": [{"version": "0"}],
    "ck_draft_text_sha256_length": [{"sha256": "'abc'"}],
    "ck_working_copy_counters_from_one": [{"edit_number": "0"}, {"base_version": "0"}],
    "ck_finding_dismissal_fingerprint_length": [{"fingerprint": "'abc'"}],
    "ck_signing_sha256_length": [{"base_sha256": "'abc'"}, {"head_sha256": "'abc'"}],
    "ck_signing_counters_not_negative": [{"head_position": "-1"}, {"lease_number": "-1"}],
    "ck_signing_void_has_reason": [{"void_reason": "'x'"}, {"voided_at": "{now}"}],
    "ck_signature_position_range": [{"position": "0"}, {"position": "41"}],
    "ck_signature_sha256_length": [{"document_sha256": "'abc'"}, {"previous_sha256": "'abc'"}],
    "ck_signature_file_moved_on": [{"document_sha256": "document_sha256"}],
    "ck_decline_reason_given": [{"reason": "''"}],
    "ck_outbox_message_topic_known": [{"topic": "'gossip'"}],
    "ck_outbox_message_outcome_known": [{"outcome": "'lost'", "closed_at": "{now}"}],
    "ck_outbox_message_closed_has_outcome": [{"outcome": "'sent'"}, {"closed_at": "{now}"}],
    "ck_outbox_message_mail_has_recipient": [{"person_id": "NULL"}, {"message_id": "NULL"}],
    "ck_calendar_day_reason_given": [{"note": "''"}],
    "ck_agency_superior_can_be_written_to": [{"name": "''"}, {"address": "''"}],
    "ck_agency_superior_address_lower_case": [{"address": "'An@bacgiang.example'"}],
    "ck_pledge_reminder_policy_stage_known": [{"stage": "'lunch'"}],
    "ck_reminder_pause_reason_given": [{"reason": "''"}],
    "ck_delivery_event_step_known": [{"step": "'lost'"}],
    "ck_reminder_stage_known": [{"stage": "'lunch'"}],
    "ck_reminder_kind_known": [{"kind": "'gossip'"}],
    "ck_reminder_round_from_one": [{"round": "0"}],
    "ck_reminder_outcome_known": [{"outcome": "'lost'", "note": "'x'", "closed_at": "{now}"}],
    "ck_reminder_closed_has_outcome": [{"closed_at": "{now}"}, {"outcome": "'skipped'", "note": "'x'"}],
    "ck_reminder_mailed_has_mail": [
        MAILED,
        {"outbox_id": "(SELECT min(id) FROM outbox_message)"},
    ],
    "ck_reminder_why_not_mailed": [
        {"outcome": "'skipped'", "closed_at": "{now}"},
        {"outcome": "'withdrawn'", "closed_at": "{now}"},
    ],
    "ck_outbox_message_counters_not_negative": [{"attempts": "-1"}, {"lease_number": "-1"}],
}

# Reached only past the triggers that guard the history; test_append_only.py attacks those.
GUARDED_BY_TRIGGERS = {
    "ck_audit_event_seq_from_zero",
    "ck_audit_event_hash_length",
    "ck_audit_checkpoint_head_of_a_tree",
    "ck_audit_event_pledge_has_number",
    "ck_audit_head_single_row",
    "ck_audit_head_hash_length",
}

UNIQUE: dict[str, dict[str, str]] = {
    "uq_agency_name": {"name": "name"},
    "uq_agency_short_name": {"short_name": "short_name"},
    "uq_bloc_name": {"name": "name"},
    "uq_bloc_member_bloc_id_agency_id": {"agency_id": "agency_id"},
    "uq_bloc_member_bloc_id_position": {"position": "position"},
    "uq_person_email": {"email": "email"},
    "uq_web_session_token_sha256": {"token_sha256": "token_sha256"},
    "uq_signing_authority_current": {"kind": "kind"},
    "uq_signing_key_certificate_serial": {"certificate_serial": "certificate_serial"},
    "uq_signing_key_current": {"revoked_at": "NULL"},
    "uq_pledge_party_pledge_id_agency_id": {"agency_id": "agency_id"},
    "uq_pledge_party_pledge_id_position": {"position": "position"},
    "uq_pledge_party_pledge_id_person_id": {"person_id": "person_id"},
    "uq_pledge_revision_pledge_id_number": {"pledge_id": "pledge_id"},
    "uq_verdict_current": {"superseded_at": "NULL"},
    "uq_comment_answer_current": {"superseded_at": "NULL"},
    "uq_draft_text_pledge_id_version": {"version": "version"},
    "uq_finding_dismissal_current": {"restored_at": "NULL"},
    "uq_signing_open": {"pledge_id": OPEN},
    "uq_signature_signing_id_party_id": {"party_id": "party_id"},
    "uq_signature_signing_id_person_id": {"person_id": "person_id"},
    "uq_signature_signing_id_position": {"position": "position"},
    "uq_decline_signing_id": {"signing_id": "signing_id"},
    "uq_reminder_pause_current": {"resumed_at": "NULL"},
    "uq_reminder_pledge_id_party_id_round_stage_kind_slot": {"slot": "slot"},
    "uq_outbox_message_key": {"key": "key"},
    "uq_outbox_message_message_id": {"message_id": "message_id"},
}
UNIQUE_IN_HISTORY = {"uq_audit_event_pledge_ref_pledge_seq"}


def insert(connection: Connection, table: str, changes: dict[str, str]) -> None:
    """The accepted copy with `changes`; an agency and its representative that no pledge has yet are made first."""
    connection.execute(text("INSERT INTO agency (id, name, short_name) VALUES (9001, 'Sở 9001', 'S9001')"))
    clone(
        connection, "person", id="9001", email="'so-9001@bacgiang.example'", role="'representative'", agency_id="9001"
    )
    chosen = {**ACCEPTED[table], **changes}
    words = {"now": now(connection), "uuid": new_uuid(connection), "true": true(connection)}
    clone(connection, table, **{name: sql.format(**words) for name, sql in chosen.items()})


def table_of(rule: str) -> str:
    for table in Base.metadata.tables.values():
        names = [item.name for item in table.constraints] + [item.name for item in table.indexes]
        if rule in map(str, names):
            return table.name
    raise LookupError(rule)


@pytest.mark.parametrize("table", sorted(ACCEPTED))
def test_a_valid_row_is_accepted(connection: Connection, table: str) -> None:
    """The control: what the attacks below change is what gets them refused."""
    insert(connection, table, {})


@pytest.mark.parametrize(
    ("rule", "changes"), [(rule, changes) for rule, attacks in sorted(CHECKS.items()) for changes in attacks]
)
def test_a_check_refuses(connection: Connection, rule: str, changes: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=rule):
        insert(connection, table_of(rule), changes)


@pytest.mark.parametrize("rule", sorted(UNIQUE))
def test_a_second_one_is_refused(connection: Connection, rule: str) -> None:
    # SQLite: or by the guard against INSERT OR REPLACE, which must look first.
    table = table_of(rule)
    with pytest.raises(
        IntegrityError, match=rf"(?i){rule}|UNIQUE constraint failed: {table}|{table} rows are not repl"
    ):
        insert(connection, table, UNIQUE[rule])


def test_every_rule_of_the_tables_is_attacked() -> None:
    checks, unique = set(), set()
    for table in Base.metadata.tables.values():
        checks |= {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        unique |= {str(c.name) for c in table.constraints if isinstance(c, UniqueConstraint)}
        unique |= {str(index.name) for index in table.indexes if index.unique}
    assert checks == set(CHECKS) | GUARDED_BY_TRIGGERS
    assert unique == set(UNIQUE) | UNIQUE_IN_HISTORY


MISSED = "parties are set|freezes the draft|only a party|opens on the agreed"


def test_foreign_keys_are_enforced(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        for key in sorted(fk.parent.name for fk in table.foreign_keys):
            if table.name in ACCEPTED:
                nobody = new_uuid(connection, "9") if key == "pledge_id" else "987654"
                together = MAILED if (table.name, key) == ("reminder", "outbox_id") else {}
                # SQLite checks its keys after the guards, and a guard may miss the row first.
                with pytest.raises(IntegrityError, match=rf"(?i)foreign key|{MISSED}"):
                    insert(connection, table.name, {**together, key: nobody})
                connection.rollback()
