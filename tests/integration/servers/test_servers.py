"""The servers are real, private to the run, and fail when told to."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
import redis
from flask import Flask
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError

from approval.extensions import db
from tests.servers.redis import RedisServer
from tests.servers.smtp import Behaviour, SmtpSink


def _mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Mời cho ý kiến"
    message.set_content("Kính gửi Sở Y tế")
    return message


def _send(sink: SmtpSink) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
        client.send_message(_mail(), "from@example.vn", ["to@example.vn"])


def test_database_is_migrated_and_enforces_its_rules(app: Flask) -> None:
    with app.app_context():
        assert {"pledge", "audit_event", "outbox_message", "alembic_version"} <= set(
            inspect(db.engine).get_table_names()
        )
        with pytest.raises(IntegrityError):
            db.session.execute(text("INSERT INTO pledge (id) VALUES (NULL)"))
        db.session.rollback()


def test_memory_database_is_migrated_and_foreign_keys_are_on(sqlite_memory: Flask) -> None:
    with sqlite_memory.app_context():
        assert "pledge" in inspect(db.engine).get_table_names()
        assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_each_test_has_a_database_of_its_own(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_sqlite_writer_begins_immediate_and_reader_does_not(app_factory: object, sqlite_url: str) -> None:
    app: Flask = app_factory(database_url=sqlite_url)  # type: ignore[operator]
    with app.app_context():
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        other = create_engine(sqlite_url, connect_args={"timeout": 0})
        with other.connect() as second:
            assert second.execute(text("SELECT count(*) FROM pledge")).scalar() == 0
            second.rollback()
            with pytest.raises(OperationalError, match="locked"):
                second.exec_driver_sql("BEGIN IMMEDIATE")
        db.session.rollback()
        other.dispose()


def test_redis_asks_for_a_password(redis_url: str, redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("a", "b")
    redis_server.empty()
    with redis.Redis.from_url(redis_url) as client:
        assert client.get("a") is None
    with (
        redis.Redis(host="127.0.0.1", port=redis_server.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_mail_sink_keeps_whole_mails(smtp_sink: SmtpSink) -> None:
    _send(smtp_sink)
    (mail,) = smtp_sink.wait_for(1)
    assert mail["Subject"] == "Mời cho ý kiến"
    assert mail["X-Envelope-To"] == "to@example.vn"
    assert "Sở Y tế" in mail.get_content()


@pytest.mark.parametrize(
    "behaviour", [b for b in Behaviour if b not in {Behaviour.ACCEPT, Behaviour.LEAVE_AFTER, Behaviour.TIRED}]
)
def test_mail_sink_fails_as_told(smtp_sink: SmtpSink, behaviour: Behaviour) -> None:
    smtp_sink.behaviour = behaviour
    with pytest.raises((smtplib.SMTPException, OSError)):
        _send(smtp_sink)
    assert len(smtp_sink.mails) == int(behaviour in {Behaviour.DROP_AFTER, Behaviour.NONSENSE})
    # What is cut before its last dot was no attempt at keeping a mail.
    assert smtp_sink.attempts == int(behaviour not in {Behaviour.DROP_AT_DATA, Behaviour.DROP_IN_DATA})


def test_mail_sink_says_when_too_little_came(smtp_sink: SmtpSink) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 mails"):
        smtp_sink.wait_for(1, seconds=0.05)
