"""One filled database of each kind for all attacks: every one of them is refused or rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from approval.app import create_app
from approval.extensions import db
from tests.factories.raw_rows import false, now
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, make_house, make_open_pledge, sign_by
from tests.servers.databases import close, sqlite_copy
from tests.servers.fixtures import DATABASES
from tests.servers.postgres import PostgresServer

_MORE_ROWS = """
INSERT INTO web_session (id, token_sha256, person_id, created_at, last_seen_at, expires_at)
  SELECT 1, 't', id, {now}, {now}, {now} FROM person ORDER BY id LIMIT 1;
INSERT INTO login_throttle (subject, failures, window_started_at) VALUES ('s', 1, {now});
INSERT INTO signature_picture (person_id, png, origin, updated_at)
  SELECT person_id, container, 'default', {now} FROM signing_key ORDER BY person_id LIMIT 1;
INSERT INTO verdict (id, revision_id, party_id, person_id, kind, comment, comment_count, given_at)
  SELECT 1, pledge_revision.id, pledge_party.id, person_id, 'agree', '', 0, {now}
  FROM pledge_revision, pledge_party WHERE position = 1;
INSERT INTO signing (id, pledge_id, revision_id, printed_content, layout, base_sha256, head_sha256, head_position,
    lease_number, opened_by, opened_at, voided_at, void_reason)
  SELECT 99, pledge_id, revision_id, printed_content, layout, base_sha256, head_sha256, 0, 0, opened_by, {now},
    {now}, 'sai' FROM signing;
INSERT INTO comment (id, pledge_id, revision_id, party_id, person_id, anchor, quote, quote_start, replacement, body,
    verdict_words, created_at)
  SELECT 1, pledge_revision.pledge_id, pledge_revision.id, pledge_party.id, person_id, 'clause:1', 'Nội', 0, 'Bên',
    'Rõ hơn.', {false}, {now}
  FROM pledge_revision, pledge_party WHERE position = 1;
INSERT INTO comment_reply (id, comment_id, party_id, person_id, body, written_at)
  SELECT 1, 1, party_id, person_id, 'Đúng.', {now} FROM comment;
INSERT INTO comment_answer (id, comment_id, person_id, kind, words, place, taken, answered_at)
  SELECT 1, 1, person_id, 'explained', 'Đã có.', 'clause:2', {false}, {now} FROM comment;
INSERT INTO draft_text (id, pledge_id, version, content, sha256, saved_by, saved_at)
  SELECT 1, id, version, draft_content, draft_sha256, created_by, {now} FROM pledge;
INSERT INTO working_copy (pledge_id, person_id, base_version, edit_number, fields, saved_at)
  SELECT id, created_by, version, 1, '[]', {now} FROM pledge;
INSERT INTO finding_dismissal (id, pledge_id, rule, found, fingerprint, dismissed_by, dismissed_at)
  SELECT 1, id, 'W01', 'đầy mạnh', draft_sha256, created_by, {now} FROM pledge;
INSERT INTO calendar_day (day, works, note, set_by, set_at) SELECT '2024-05-23', {false}, 'Nghỉ bù', min(id), {now}
  FROM person;
INSERT INTO agency_superior (agency_id, name, title, address, set_by, set_at)
  SELECT min(agency_id), 'An', 'Giám đốc', 'an@bacgiang.example', min(person_id), {now} FROM pledge_party;
INSERT INTO pledge_reminder_policy (pledge_id, stage, policy, set_by, set_at)
  SELECT id, 'signing', '{{}}', created_by, {now} FROM pledge;
INSERT INTO reminder_pause (id, party_id, reason, paused_by, paused_at)
  SELECT 1, id, 'Đợi.', person_id, {now} FROM pledge_party WHERE position = 1;
INSERT INTO delivery_event (id, outbox_id, step, answer, at) SELECT 1, min(id), 'attempted', '', {now}
  FROM outbox_message;
INSERT INTO heartbeat (name, seen_at) VALUES ('relay', {now});
INSERT INTO reminder (id, pledge_id, party_id, round, stage, kind, slot, due_at, planned_at, outcome, note, outbox_id,
    closed_at)
  SELECT 9001, outbox_message.pledge_id, outbox_message.party_id, 1, 'signing', 'nudge', 'x', {now}, {now}, 'mailed',
    '', outbox_message.id, {now}
  FROM outbox_message WHERE topic = 'mail' AND party_id IS NOT NULL ORDER BY outbox_message.id LIMIT 1;
INSERT INTO decline (id, signing_id, party_id, person_id, reason, declined_at)
  SELECT 1, 99, id, person_id, 'sai', {now} FROM pledge_party WHERE position = 2
"""


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A database with at least one valid row in every table; a pledge is open, one of two has signed."""
    folder = tmp_path_factory.mktemp(f"filled-{request.param}")
    app = create_app(make_settings(folder, database_url=_url(request, folder)), clock=MovingClock(MAY_15))
    house = make_house(app)
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, house.representatives[0])
    with app.app_context(), db.engine.begin() as connection:
        for statement in _MORE_ROWS.split(";"):
            connection.execute(text(statement.format(now=now(connection), false=false(connection))))
    yield app
    close(app)


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return sqlite_copy(request.getfixturevalue("migrated_sqlite"), folder)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.new_database(template=request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def connection(filled: Flask) -> Iterator[Connection]:
    """A connection whose every change is undone."""
    with filled.app_context(), db.engine.connect() as opened:
        yield opened
        opened.rollback()
