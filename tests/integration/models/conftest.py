"""One filled database of each kind for all attacks: every one of them is refused or rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from approval.app import create_app
from approval.domain.anchors import Anchor
from approval.domain.review_commands import AnswerComment, ReplyToComment
from approval.domain.states import AnswerKind
from approval.extensions import db
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.decline_to_sign import decline_to_sign
from approval.services.reply_to_comment import reply_to_comment
from tests.factories.checkpoint_attacks import CHECKPOINT_ROWS
from tests.factories.raw_rows import now
from tests.factories.review_comments import suggestion_command
from tests.factories.review_house import agree_by, import_draft, make_review
from tests.factories.settings import make_settings
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    decline_command,
    make_agreed_pledge,
    make_house,
    make_open_pledge,
    sign_by,
)
from tests.servers.databases import close, sqlite_copy
from tests.servers.fixtures import DATABASES
from tests.servers.postgres import PostgresServer

_MORE_ROWS = """
INSERT INTO web_session (id, token_sha256, person_id, created_at, last_seen_at, expires_at)
  SELECT 1, 't', id, {now}, {now}, {now} FROM person ORDER BY id LIMIT 1;
INSERT INTO login_throttle (subject, failures, window_started_at) VALUES ('s', 1, {now});
INSERT INTO signature_picture (person_id, png, origin, updated_at)
  SELECT person_id, container, 'default', {now} FROM signing_key ORDER BY person_id LIMIT 1;
INSERT INTO working_copy (pledge_id, person_id, base_version, edit_number, fields, saved_at)
  SELECT id, created_by, version, 1, '[]', {now} FROM pledge WHERE state = 'in_review';
INSERT INTO finding_dismissal (id, pledge_id, rule, found, fingerprint, dismissed_by, dismissed_at)
  SELECT 1, id, 'W01', 'đầy mạnh', draft_sha256, created_by, {now} FROM pledge WHERE state = 'in_review';
INSERT INTO calendar_day (day, works, note, set_by, set_at) SELECT '2024-05-23', (1 = 0), 'Nghỉ bù', min(id), {now}
  FROM person;
INSERT INTO agency_superior (agency_id, name, title, address, set_by, set_at)
  SELECT min(agency_id), 'An', 'Giám đốc', 'an@bacgiang.example', min(person_id), {now} FROM pledge_party;
INSERT INTO pledge_reminder_policy (pledge_id, stage, policy, set_by, set_at)
  SELECT id, 'signing', '{{}}', created_by, {now} FROM pledge;
INSERT INTO reminder_pause (id, party_id, reason, paused_by, paused_at)
  SELECT id, id, 'Đợi.', person_id, {now} FROM pledge_party WHERE position = 1;
INSERT INTO delivery_event (id, outbox_id, step, answer, at) SELECT 1, min(id), 'attempted', '', {now}
  FROM outbox_message;
INSERT INTO heartbeat (name, seen_at) VALUES ('relay', {now});
INSERT INTO reminder (id, pledge_id, party_id, round, stage, kind, slot, due_at, planned_at, outcome, note, outbox_id,
    closed_at)
  SELECT 9001, outbox_message.pledge_id, outbox_message.party_id, 1, 'signing', 'nudge', 'x', {now}, {now}, 'mailed',
    '', outbox_message.id, {now}
  FROM outbox_message WHERE topic = 'mail' AND party_id IS NOT NULL ORDER BY outbox_message.id LIMIT 1
"""


@pytest.fixture(scope="module", params=DATABASES)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A database with at least one valid row in every table, and one pledge in each of these states.

    A fresh draft; in review, one of three agreed, its one comment (of revision 1) replied to and answered; agreed;
    declined, hence a draft of round 2 with a void signing (the first); signing, one of three has signed.
    """
    folder = tmp_path_factory.mktemp(f"filled-{request.param}")
    app = create_app(make_settings(folder, database_url=_url(request, folder)), clock=MovingClock(MAY_15))
    house = make_house(app, agencies=3)
    _review(app, house)
    declined, open_one = make_open_pledge(app, house), make_open_pledge(app, house)
    command = decline_command(app, declined, house.representatives[0])
    with app.app_context():
        decline_to_sign(command)
    sign_by(app, open_one, house.representatives[0])
    make_agreed_pledge(app, house)
    import_draft(app, house)
    with app.app_context(), db.engine.begin() as connection:
        for statement in (_MORE_ROWS + ";" + CHECKPOINT_ROWS).split(";"):
            connection.execute(text(statement.format(now=now(connection))))
    yield app
    close(app)


def _review(app: Flask, house: SigningHouse) -> None:
    first = house.representatives[0]
    pledge_id = make_review(app, house)
    suggestion = suggestion_command(app, pledge_id, first, quote="Nội", replacement="Bên")
    explained = AnswerKind.EXPLAINED
    with app.app_context():
        comment_id = add_comment(replace(suggestion, body="Rõ hơn."))
        reply_to_comment(ReplyToComment(first, pledge_id, comment_id, "Đúng."))
        place = Anchor.parse("clause:2")
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, explained, "Đã có.", place))
    agree_by(app, pledge_id, first)


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
