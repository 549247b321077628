"""One instance whose relays are killed again and again, while people go on working with it and days pass."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter, deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from approval.adapters.clock import SystemClock
from approval.config import Settings
from approval.extensions import db, parts
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from tests.factories.history import require_sound_history
from tests.factories.review_house import agree_by, make_review, make_review_house
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
# So long after the server first hears of a mail; by then two relays are done.
LONGEST_WAIT = 0.08
FAILPOINTS = [f"relay:{number}" for number in range(1, 6)]
# Pledges under review at a time: enough for several reminders to fall on one person and morning.
OPEN_PLEDGES = 3


class Relays:
    """Forks relays and tells how they ended."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.dying_relays"]
        self._server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, settings: Settings) -> int:
        """The process id of a new relay."""
        return self._ask(f"start {json.dumps(to_environment(settings))}")

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
    """Kills when the mail server has seen so many steps, whoever took them; or so long after the first one."""

    def __init__(self, sink: SmtpSink) -> None:
        self._lock = threading.Lock()
        self._victim = 0
        self._left = 0
        self._pause = 0.0
        sink.on_step = self._step

    def spare(self) -> None:
        """Nobody is killed from now on."""
        with self._lock:
            self._victim = 0

    def sentence(self, process_id: int, *, steps: int = 1, pause: float = 0.0) -> None:
        """`kill -9` after so many steps and then `pause` seconds."""
        with self._lock:
            self._victim, self._left, self._pause = process_id, steps, pause

    def _step(self, _step: str) -> None:
        self._left -= 1
        if self._left != 0:
            return
        if self._pause:
            threading.Timer(self._pause, self._kill).start()
        else:
            self._kill()

    def _kill(self) -> None:
        with self._lock:
            if self._victim:
                os.kill(self._victim, signal.SIGKILL)


class Siege:
    """The instance; its clock goes on between two rounds."""

    def __init__(self, app_factory: AppFactory, database_url: str, data_dir: Path, sink: SmtpSink) -> None:
        self.sink = sink
        offset = timedelta(seconds=int((MAY_15 - datetime.now(UTC)).total_seconds()))
        self.settings = make_settings(
            data_dir, database_url=database_url, smtp_port=sink.port, clock_offset=offset, sweep_seconds=0.5
        )
        overrides = {"database_url": database_url, "smtp_port": sink.port, "clock_offset": offset}
        self.app = app_factory(data_dir=data_dir, **overrides)
        self.house = make_review_house(self.app, PARTIES)
        self._open: deque[uuid.UUID] = deque()

    def later(self, by: timedelta = RESTARTED_LATER) -> None:
        """Time passes for everybody."""
        self.settings = dataclasses.replace(self.settings, clock_offset=self.settings.clock_offset + by)
        with self.app.app_context():
            parts().clock = SystemClock(self.settings.clock_offset)

    def ask_for_opinions(self) -> None:
        """One more pledge goes to everybody."""
        self._open.append(make_review(self.app, self.house))

    def next_morning(self) -> None:
        """All mails have arrived; the oldest pledges are agreed to; two days later others are to be reminded of."""
        assert self.waiting() == 0
        while len(self._open) > OPEN_PLEDGES:
            agree_by(self.app, self._open.popleft(), *self.house.representatives)
        self.later(timedelta(days=2))

    def waiting(self) -> int:
        """Mails that are due and have not left, reminders without a mail."""
        with self.app.app_context():
            db.session.rollback()
            now = parts().clock.now()
            mails = select(func.count()).where(OutboxMessage.closed_at.is_(None), OutboxMessage.due_at <= now)
            reminders = select(func.count()).where(Reminder.outcome.is_(None), Reminder.due_at <= now)
            return (db.session.scalar(mails) or 0) + (db.session.scalar(reminders) or 0)

    def kinds(self) -> set[str]:
        """Kinds of the mails that were sent."""
        with self.app.app_context():
            return set(db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.outcome == "sent")))

    def judge(self, *, kills: int) -> None:
        """Assert that nothing was lost, and that each copy is owed to a kill and known by its twin's Message-ID."""
        arrived = Counter(str(mail["Message-ID"]) for mail in self.sink.mails)
        with self.app.app_context():
            rows = db.session.scalars(select(OutboxMessage)).all()
            attempted = select(DeliveryEvent.outbox_id).where(DeliveryEvent.step == "attempted")
            attempts = Counter(db.session.scalars(attempted))
            require_sound_history()
        assert self.waiting() == 0
        assert {row.outcome for row in rows} <= {"sent", "skipped"}
        assert {row.message_id for row in rows if row.outcome == "sent"} == set(arrived), "none lost, none made up"
        for row in rows:
            assert arrived[str(row.message_id)] <= attempts[row.id], "each copy has left its trace before it left"
            # Whoever agreed before the morning came.
            assert row.outcome == "sent" or (row.note, attempts[row.id]) == ("pledge-moved-on", 0)
        copies = sum(arrived.values()) - len(arrived)
        assert copies <= kills
        print(
            f"{kills} kills, {len(arrived)} mails, {copies} copies, kinds {sorted(self.kinds())}"
        )  # shown in a campaign


def besiege(siege: Siege, relays: Relays, *, kills: int, seed: int) -> None:
    """Two relays a round, one of which is killed; days pass every few rounds."""
    chance, executioner, killed = random.Random(seed), Executioner(siege.sink), 0
    turn = 0
    while killed < kills:
        turn += 1
        # The first morning reminds of one pledge, the next ones of several, in digests.
        if turn % 3 == 2:
            drain(siege, relays)
            siege.next_morning()
        else:
            siege.ask_for_opinions()
        killed += _round(siege, relays, executioner, chance)
        siege.later()
    drain(siege, relays)
    siege.judge(kills=killed)


def drain(siege: Siege, relays: Relays) -> None:
    """Restart until nothing waits; in the end one pass is enough."""
    while siege.waiting():
        assert relays.wait(relays.start(siege.settings)) == 0
        siege.later()


def _round(siege: Siege, relays: Relays, executioner: Executioner, chance: random.Random) -> int:
    """How many were killed."""
    way = chance.choice(["step", "step", "pause", "failpoint"])
    dying = dataclasses.replace(siege.settings, failpoint=chance.choice(FAILPOINTS)) if way == "failpoint" else None
    executioner.spare()
    pair = [relays.start(dying or siege.settings), relays.start(siege.settings)]
    if way == "step":
        executioner.sentence(chance.choice(pair), steps=chance.randint(1, MOST_STEPS))
    elif way == "pause":
        executioner.sentence(chance.choice(pair), pause=chance.uniform(0.001, LONGEST_WAIT))
    for process_id in pair:
        relays.watch(process_id)
    executioner.spare()
    codes = [relays.wait(process_id) for process_id in pair]
    assert set(codes) <= {0, -signal.SIGKILL}
    return codes.count(-signal.SIGKILL)
