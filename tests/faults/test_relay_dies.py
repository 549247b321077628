"""`kill -9` of relays and workers, again and again: no mail is lost, and a copy is known by its twin's Message-ID."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.product_processes import running, start_beat, start_worker
from tests.faults.siege import MOST_STEPS, Executioner, Relays, Siege, besiege
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink
from tests.servers.waiting import wait_until

# Of the 300, as many are deaths of whole Celery workers; each takes seconds to start.
KILLS, OF_WORKERS = 300, 24


@pytest.fixture(scope="module")
def relays() -> Iterator[Relays]:
    server = Relays()
    yield server
    server.stop()


@pytest.fixture
def siege(app_factory: AppFactory, database_url: str, tmp_path: Path, smtp_sink: SmtpSink) -> Siege:
    return Siege(app_factory, database_url, tmp_path / "data", smtp_sink)


def test_a_few_killed_relays_lose_nothing(siege: Siege, relays: Relays) -> None:
    besiege(siege, relays, kills=4, seed=4)
    assert {"review-invitation", "reminder-cadence"} <= siege.kinds()


@pytest.mark.campaign
def test_hundreds_of_killed_relays_lose_nothing(siege: Siege, relays: Relays) -> None:
    besiege(siege, relays, kills=KILLS - OF_WORKERS, seed=300)
    assert {"review-invitation", "reminder-cadence", "reminder-digest"} <= siege.kinds()


@pytest.mark.campaign
def test_dozens_of_killed_workers_lose_nothing(siege: Siege) -> None:
    """Two workers of which one is killed while both relay; both are started again later."""
    chance, executioner, killed, turn = random.Random(24), Executioner(siege.sink), 0, 0
    while killed < OF_WORKERS:
        turn += 1
        if turn % 3 == 0:
            siege.next_morning()
        else:
            siege.ask_for_opinions()
        killed += _kill_a_worker(siege, executioner, chance, turn)
        siege.later()
        with running(start_worker(siege.settings, name=f"last-{turn}"), start_beat(siege.settings)):
            wait_until(lambda: not siege.waiting(), seconds=90, what="an empty queue")
        siege.later()
    siege.judge(kills=killed)


def _kill_a_worker(siege: Siege, executioner: Executioner, chance: random.Random, turn: int) -> int:
    """How many were killed: one, unless all mails had left before its hour came."""
    executioner.spare()
    pools = chance.sample(["threads", "solo"], 2)
    pair = [
        start_worker(siege.settings, name=name, pool=pool) for name, pool in zip(("one", "two"), pools, strict=True)
    ]
    victim = chance.choice(pair)
    executioner.sentence(victim.process.pid, steps=chance.randint(1, MOST_STEPS // 2))
    with running(*pair, start_beat(siege.settings)):
        wait_until(lambda: victim.process.poll() is not None or not siege.waiting(), seconds=60, what="a death")
        executioner.spare()
        return int(victim.process.poll() is not None)
