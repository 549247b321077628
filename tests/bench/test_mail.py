"""Mails rendered and handed over per second by 1, 2 and 4 relays, beside smtplib alone with the same mails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from approval.config import Settings
from tests.bench.figures import Figure, Ledger
from tests.factories.relayed_mails import rows
from tests.factories.review_house import make_review, make_review_house
from tests.factories.settings import make_settings, to_environment
from tests.factories.signing_house import SigningHouse
from tests.servers.fixtures import AppFactory
from tests.servers.waiting import free_port, listens, wait_until

# On a machine busy with other things starting 35 relays takes minutes.
pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).resolve().parents[2]
PARTIES, PLEDGES, ROUNDS = 20, 8, 5
MAILS = PARTIES * PLEDGES
RELAYS = (1, 2, 4)


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return make_settings(tmp_path / "data", database_url=sqlite_url, smtp_port=free_port())


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Where the product's own mail catcher, in a process of its own, keeps what arrives."""
    folder = tmp_path / "mail"
    command = [str(Path(sys.executable).parent / "approval"), "mail-sink", "--port", str(settings.smtp_port)]
    sink = subprocess.Popen([*command, "--folder", str(folder)], stdout=subprocess.DEVNULL)
    wait_until(lambda: listens(settings.smtp_port), seconds=60, what="the mail sink")
    yield folder
    sink.terminate()
    sink.wait(30)


@pytest.fixture
def app(app_factory: AppFactory, settings: Settings) -> Flask:
    return app_factory(database_url=settings.database_url, smtp_port=settings.smtp_port)


def test_mails_a_second(app: Flask, settings: Settings, folder: Path, ledger: Ledger) -> None:
    house = make_review_house(app, PARTIES)
    relayed: dict[int, list[float]] = {workers: [] for workers in RELAYS}
    bare: dict[int, list[float]] = {1: [], MAILS: []}
    for _ in range(ROUNDS):
        # Each round measures everything, so that what else the machine does befalls all alike.
        for workers, spent in relayed.items():
            spent.append(_relayed(app, house, settings, folder, workers))
        for mails_a_line, spent in bare.items():
            spent.append(_bare(settings, folder, mails_a_line))
    assert not rows(app, outcome=None)
    loop = tuple(bare[1])
    ledger.add(Figure("mail: smtplib alone, a connection a mail, same mails", loop))
    ledger.add(Figure("mail: smtplib alone, one connection for all", tuple(bare[MAILS])))
    for workers, spent in relayed.items():
        # 0.6 of the loop's mails a second is at most 1.67 of its time a mail.
        goal = round(1 / 0.6, 2) if workers == 1 else None
        name = f"mail rendered and handed over, {workers} relay{'s' if workers > 1 else ''}"
        ledger.add(Figure(name, tuple(spent), goal=goal, bare=loop))


def _relayed(app: Flask, house: SigningHouse, settings: Settings, folder: Path, workers: int) -> float:
    """Milliseconds a mail."""
    make_review(app, house)
    environment = {**os.environ, **to_environment(settings)}
    relays = [_start([], environment) for _ in range(workers)]
    _wait_for(relays, "ready")
    for _ in range(PLEDGES):
        make_review(app, house)
    before = len(list(folder.iterdir()))
    spent = _race(relays)
    assert len(list(folder.iterdir())) == before + MAILS
    return 1000 * spent / MAILS


def _bare(settings: Settings, folder: Path, mails_a_line: int) -> float:
    mails = [path.read_text("ascii") for path in sorted(folder.iterdir())[-MAILS:]]
    process = _start(["bare", settings.smtp_host, str(settings.smtp_port), str(mails_a_line)], dict(os.environ))
    assert process.stdin is not None
    addressed = [("a@khoi.example", "b@khoi.example", mail) for mail in mails]
    print(json.dumps(addressed), file=process.stdin, flush=True)
    _wait_for([process], "ready")
    return 1000 * _race([process]) / MAILS


def _start(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.relay_process", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _race(processes: list[subprocess.Popen[str]]) -> float:
    """Seconds from the word to the last that is done."""
    began = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        print(file=process.stdin, flush=True)
    _wait_for(processes, "done")
    spent = time.perf_counter() - began
    for process in processes:
        process.communicate()
    return spent


def _wait_for(processes: list[subprocess.Popen[str]], word: str) -> None:
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{word}\n"
