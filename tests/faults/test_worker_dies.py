"""kill -9 of the real worker while it sends and while it seals: nothing lost, nothing doubled, all finished."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.app import create_app
from approval.cli.demo import STORY_BEGINS
from approval.config import Settings
from approval.domain.document import Finding
from approval.domain.states import State
from approval.extensions import db, parts
from approval.models.audit_event import AuditEvent
from approval.models.outbox_message import OutboxMessage
from tests.factories.settings import make_settings
from tests.factories.signing_house import make_house, make_open_pledge, sign_by, stored_pledge
from tests.faults.product_processes import ProductProcess, running, start_beat, start_worker
from tests.servers.databases import close
from tests.servers.smtp import SmtpSink
from tests.servers.waiting import wait_until
from worker.relay_mail import LEASE

# Instead of waiting for a dead worker's lease to end, the next worker's clock stands later.
LATER = 2 * LEASE
FAILPOINTS = [f"finalise:{number}" for number in range(1, 7)]
SAMPLE = {"finalise:4"}


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str, smtp_sink: SmtpSink) -> Settings:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    return make_settings(
        data_dir,
        database_url=sqlite_url,
        smtp_port=smtp_sink.port,
        sweep_seconds=0.5,
        # The draft's printed month is May 2024.
        clock_offset=timedelta(seconds=int((STORY_BEGINS - datetime.now(UTC)).total_seconds())),
    )


def later(settings: Settings) -> Settings:
    return dataclasses.replace(settings, clock_offset=settings.clock_offset + LATER, failpoint=None)


def open_rows(app: Flask) -> int:
    with app.app_context():
        due = OutboxMessage.due_at <= parts().clock.now()
        query = select(func.count()).where(OutboxMessage.closed_at.is_(None), due)
        return db.session.scalar(query) or 0


def test_a_worker_killed_while_it_sends_loses_no_mail(settings: Settings, smtp_sink: SmtpSink) -> None:
    app = create_app(settings)
    house = make_house(app, agencies=8)
    make_open_pledge(app, house)
    smtp_sink.delay = 0.2
    worker = start_worker(settings)
    with running(start_beat(settings)):
        smtp_sink.wait_for(2, seconds=60)
        worker.kill()
        smtp_sink.delay = 0.0
        with running(start_worker(later(settings), name="second")):
            wait_until(lambda: open_rows(app) == 0, seconds=60, what="an empty outbox")
    copies = Counter(str(mail["Message-ID"]) for mail in smtp_sink.mails)
    assert len(copies) == 8
    assert sum(copies.values()) <= 8 + 1, "one crash makes at most one copy"
    close(app)


@pytest.mark.parametrize(
    "failpoint", [pytest.param(one, marks=() if one in SAMPLE else pytest.mark.campaign) for one in FAILPOINTS]
)
def test_a_worker_killed_while_it_seals_leaves_one_valid_document(
    settings: Settings, smtp_sink: SmtpSink, failpoint: str
) -> None:
    app = create_app(settings)
    house = make_house(app, agencies=2)
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    with running(start_beat(settings)):
        dying = start_worker(dataclasses.replace(settings, failpoint=failpoint), name="dying")
        assert dying.wait_for_death() == -9
        with running(start_worker(later(settings), name="second")):
            wait_until(lambda: is_finished(app, pledge_id), seconds=90, what="the finished document")
            wait_until(lambda: open_rows(app) == 0, seconds=60, what="an empty outbox")
    with app.app_context():
        final = stored_pledge(pledge_id).final_sha256
        assert final is not None
        assert parts().validator.inspect(parts().file_store.get(final)).finding is Finding.SOUND
        kinds = Counter(db.session.scalars(select(AuditEvent.type)))
        assert kinds["pledge:document:finalised"] == 1
        numbers = db.session.scalars(select(AuditEvent.seq).order_by(AuditEvent.seq)).all()
        assert list(numbers) == list(range(len(numbers)))
    close(app)


def is_finished(app: Flask, pledge_id: object) -> bool:
    with app.app_context():
        db.session.rollback()
        return stored_pledge(pledge_id).state == State.FINALISED  # type: ignore[arg-type]


def test_without_a_worker_the_web_keeps_what_is_to_be_done(settings: Settings, smtp_sink: SmtpSink) -> None:
    app = create_app(settings)
    house = make_house(app, agencies=2)
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    assert smtp_sink.mails == []
    with app.app_context():
        assert stored_pledge(pledge_id).state == State.FINALISING
    workers: list[ProductProcess] = [start_worker(settings), start_beat(settings)]
    with running(*workers):
        wait_until(lambda: is_finished(app, pledge_id), seconds=60, what="the finished document")
        wait_until(lambda: open_rows(app) == 0, seconds=60, what="an empty outbox")
    assert sum("Đã ban hành" in mail["Subject"] for mail in smtp_sink.mails) == 4
    close(app)
