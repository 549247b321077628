"""A mail costs one commit and the next one is written meanwhile, yet none leaves that has lost its reason."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, text, update
from sqlalchemy.exc import DBAPIError

from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.services.cancel_pledge import cancel_pledge
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from approval.services.take_mail import take_mail
from approval.services.taken_mail import ReadAhead, TakeMail, TakenMail
from tests.factories.relayed_mails import email, events, ids, relay, rows, steps
from tests.factories.review_house import agree_by, cancel_command, make_review
from tests.factories.signing_house import MovingClock, SigningHouse
from tests.servers.smtp import SmtpSink
from worker.mail_reading import Reading, read_ahead, read_mail
from worker.relay_mail import LEASE

# What a database that stumbles over one row does.
_SQLITE_FAULT = """CREATE TRIGGER stumble BEFORE UPDATE ON outbox_message
    WHEN NEW.id = {0} AND NEW.lease_until IS NOT NULL BEGIN SELECT RAISE(ABORT, 'stumbled'); END"""
_POSTGRES_FAULT = """ALTER TABLE outbox_message ADD CONSTRAINT stumble CHECK (id <> {0} OR lease_until IS NULL)"""
_REPAIR = {"sqlite": "DROP TRIGGER stumble", "postgresql": "ALTER TABLE outbox_message DROP CONSTRAINT stumble"}


def look(app: Flask) -> ReadAhead[Reading]:
    with app.app_context():
        ahead = read_ahead(besides="")
        assert ahead is not None
        assert ahead.reading.written is not None
        return ahead


def take(app: Flask, ahead: ReadAhead[Reading] | None = None) -> TakenMail[Reading]:
    with app.app_context():
        taken = take_mail(TakeMail(LEASE, read_mail, ahead))
        assert taken is not None
        return taken


def test_what_was_read_ahead_is_used_while_only_mails_are_sent(app: Flask, house: SigningHouse) -> None:
    make_review(app, house)
    first, ahead = take(app), look(app)
    with app.app_context():
        mark_mail_sent(MarkMailSent(first.claimed.id, first.claimed.lease_number, "250 kept"))
    assert take(app, ahead).reading is ahead.reading
    assert steps(app, ahead.outbox_id) == ["attempted"]


def test_what_was_read_ahead_is_read_again_once_anything_happened(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    ahead = look(app)
    with app.app_context():
        cancelled = cancel_command(app, house.coordinator, pledge_id)
        cancel_pledge(cancelled)
    taken = take(app, ahead)
    assert taken.claimed.id == ahead.outbox_id
    assert taken.reading is not None
    assert not taken.reading.is_due
    assert steps(app, ahead.outbox_id) == [], "nothing was attempted"


def test_what_was_read_ahead_is_of_no_use_for_another_mail(app: Flask, house: SigningHouse) -> None:
    make_review(app, house)
    ahead = look(app)
    first, second = take(app), take(app, ahead)
    assert first.claimed.id == ahead.outbox_id
    assert second.reading is not None
    assert second.reading != ahead.reading


def test_nothing_is_read_ahead_for_who_is_written_to_at_this_moment(app: Flask, house: SigningHouse) -> None:
    make_review(app, house)
    with app.app_context():
        assert read_ahead(besides=email(app, house, 0)) is None


def test_reminders_are_read_when_they_leave(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    make_review(app, house)
    relay(app)
    clock.forward(days=2)
    with app.app_context():
        db.session.execute(update(OutboxMessage).values(kind="reminder-cadence", closed_at=None, outcome=None))
        db.session.commit()
        assert read_ahead(besides="") is None


def test_who_answers_while_mails_are_going_out_gets_none(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    """The pledge is cancelled at the moment the server stores the first mail, when the second is being written."""
    pledge_id = make_review(app, house)

    def cancel(step: str) -> None:
        if step == "KEPT" and len(smtp_sink.mails) == 1:
            with app.app_context():
                cancel_pledge(cancel_command(app, house.coordinator, pledge_id))

    smtp_sink.on_step = cancel
    relay(app)
    invitations = rows(app, kind="review-invitation")
    assert [row.outcome for row in invitations] == ["sent", "skipped", "skipped"]
    assert set(ids(smtp_sink.mails).values()) == {1}
    assert not {row.message_id for row in invitations[1:]} & set(ids(smtp_sink.mails))


def test_a_mail_costs_one_commit(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    relay(app)
    for _ in range(4):
        make_review(app, house)
    commits: list[None] = []
    with app.app_context():
        event.listen(db.engine, "commit", lambda _connection: commits.append(None))
    assert relay(app) == 12
    assert len(smtp_sink.mails) == 12
    # The sweep of the plan and the first claim are the others.
    assert len(commits) <= 12 + 2


def test_a_mail_that_cannot_be_read_stops_nobody(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_review(app, house)
    (broken, *others) = rows(app, kind="review-invitation")
    with app.app_context():
        db.session.execute(update(OutboxMessage).where(OutboxMessage.id == broken.id).values(facts="no JSON"))
        db.session.commit()
    assert relay(app) == 2
    assert set(ids(smtp_sink.mails)) == {str(row.message_id) for row in others}
    (waiting,) = rows(app, id=broken.id)
    assert (waiting.outcome, waiting.attempts) == (None, 1)
    assert "JSONDecodeError" in waiting.last_error
    assert steps(app, broken.id) == ["deferred"]


def test_a_mail_that_left_is_noted_though_the_next_one_cannot_be_taken(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    make_review(app, house)
    first, second, _third = rows(app, kind="review-invitation")
    with app.app_context():
        dialect = db.engine.dialect.name
        fault = _SQLITE_FAULT if dialect == "sqlite" else _POSTGRES_FAULT
        db.session.execute(text(fault.format(second.id)))
        db.session.commit()
    with pytest.raises(DBAPIError):
        relay(app)
    assert [row.outcome for row in rows(app, id=first.id)] == ["sent"]
    assert events(app, "mail:message:sent") == 1
    with app.app_context():
        db.session.execute(text(_REPAIR[dialect]))
        db.session.commit()
    assert relay(app) == 2
    assert sorted(ids(smtp_sink.mails).values()) == [1, 1, 1]


def test_who_has_answered_meanwhile_is_not_written_to(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    ahead = look(app)
    agree_by(app, pledge_id, house.representatives[0])
    taken = take(app, ahead)
    assert taken.reading is not None
    assert not taken.reading.is_due
