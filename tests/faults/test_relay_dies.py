"""`kill -9` of one of two relays, again and again: no mail is lost, and a copy is known by its twin's Message-ID."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.adapters.clock import SystemClock
from approval.extensions import db, parts
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from tests.factories.history import require_sound_history
from tests.factories.review_house import make_review, make_review_house
from tests.factories.settings import make_settings, to_environment
from tests.factories.signing_house import MAY_15
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink
from worker.relay_mail import LEASE

ROOT = Path(__file__).resolve().parents[2]
# By then nobody holds what a dead relay held.
RESTARTED_LATER = LEASE + timedelta(seconds=20)
PARTIES = 3
# Commands that two relays give while they hand a few mails over.
MOST_STEPS = 3 * 3 * PARTIES


class Relays:
    """Forks relays and tells how they ended."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.dying_relays"]
        self._server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, environment: dict[str, str]) -> int:
        """The process id of a new relay."""
        return self._ask(f"start {json.dumps(environment)}")

    def watch(self, process_id: int) -> None:
        """Return when it has ended; until it is waited for, its id is given to nobody else."""
        self._ask(f"watch {process_id}")

    def wait(self, process_id: int) -> int:
        """Its exit code."""
        return self._ask(f"wait {process_id}")

    def stop(self) -> None:
        """End the server."""
        self._server.communicate()

    def _ask(self, line: str) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(line, file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline())


class Executioner:
    """Kills one of two relays when the mail server has seen so many steps, whoever took them."""

    def __init__(self, sink: SmtpSink) -> None:
        self.victim = 0
        self.left = 0
        sink.on_step = self._step

    def _step(self, _step: str) -> None:
        self.left -= 1
        if self.left == 0 and self.victim:
            os.kill(self.victim, signal.SIGKILL)


class Siege:
    """One instance whose relays die; the clock goes on between two rounds."""

    def __init__(self, app_factory: AppFactory, database_url: str, data_dir: Path, sink: SmtpSink) -> None:
        self._overrides = {"database_url": database_url, "smtp_port": sink.port}
        self._data_dir = data_dir
        self._offset = timedelta(seconds=int((MAY_15 - datetime.now(UTC)).total_seconds()))
        self.app = app_factory(data_dir=data_dir, clock_offset=self._offset, **self._overrides)

    def later(self) -> None:
        """Time passes for everybody."""
        self._offset += RESTARTED_LATER
        with self.app.app_context():
            parts().clock = SystemClock(self._offset)

    def environment(self) -> dict[str, str]:
        """Of a relay that starts now."""
        return to_environment(make_settings(self._data_dir, clock_offset=self._offset, **self._overrides))


@pytest.fixture(scope="module")
def relays() -> Iterator[Relays]:
    server = Relays()
    yield server
    server.stop()


def besiege(siege: Siege, relays: Relays, sink: SmtpSink, *, kills: int, seed: int) -> None:
    house = make_review_house(siege.app, PARTIES)
    chance, executioner, killed = random.Random(seed), Executioner(sink), 0
    while killed < kills:
        make_review(siege.app, house)
        executioner.left = 0
        pair = [relays.start(siege.environment()) for _ in range(2)]
        executioner.victim, executioner.left = chance.choice(pair), chance.randint(1, MOST_STEPS)
        for process_id in pair:
            relays.watch(process_id)
        executioner.victim = 0
        codes = [relays.wait(process_id) for process_id in pair]
        assert set(codes) <= {0, -signal.SIGKILL}
        killed += codes.count(-signal.SIGKILL)
        siege.later()
    while open_mails(siege.app):
        assert relays.wait(relays.start(siege.environment())) == 0
        siege.later()
    judge(siege.app, sink, kills=killed)


def open_mails(app: Flask) -> int:
    with app.app_context():
        db.session.rollback()
        due = OutboxMessage.due_at <= parts().clock.now()
        query = select(func.count()).where(OutboxMessage.closed_at.is_(None), due)
        return db.session.scalar(query) or 0


def judge(app: Flask, sink: SmtpSink, *, kills: int) -> None:
    arrived = Counter(str(mail["Message-ID"]) for mail in sink.mails)
    with app.app_context():
        rows = db.session.execute(select(OutboxMessage.message_id, OutboxMessage.outcome, OutboxMessage.id)).all()
        attempts = Counter(db.session.scalars(select(DeliveryEvent.outbox_id).where(DeliveryEvent.step == "attempted")))
        require_sound_history()
    assert {row.outcome for row in rows} == {"sent"}
    assert {row.message_id for row in rows} == set(arrived), "none is lost, none is made up"
    copies = sum(arrived.values()) - len(arrived)
    assert copies <= kills
    for row in rows:
        assert arrived[str(row.message_id)] <= attempts[row.id], "each copy has left its trace before it left"
    print(f"{kills} kills, {len(rows)} mails, {copies} copies")  # shown in a campaign


@pytest.fixture
def siege(app_factory: AppFactory, database_url: str, tmp_path: Path, smtp_sink: SmtpSink) -> Siege:
    return Siege(app_factory, database_url, tmp_path / "data", smtp_sink)


def test_a_few_killed_relays_lose_nothing(siege: Siege, relays: Relays, smtp_sink: SmtpSink) -> None:
    besiege(siege, relays, smtp_sink, kills=3, seed=4)


@pytest.mark.campaign
def test_three_hundred_killed_relays_lose_nothing(siege: Siege, relays: Relays, smtp_sink: SmtpSink) -> None:
    besiege(siege, relays, smtp_sink, kills=300, seed=300)
