"""`approval run` as a newcomer starts it: memory after the whole story, seconds until the first page."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from approval.cli.demo_mailbox import DemoMailbox
from approval.cli.demo_story import Story
from approval.cli.first_accounts import read_accounts
from tests.bench.figures import Figure, Ledger
from tests.servers.waiting import free_port, wait_until

pytestmark = pytest.mark.timeout(600)

_GOAL_MB = 350
_GOAL_SECONDS = 5
_STARTS = 5
_CHILDREN = 4
_MEGABYTE = 1e6


class StoryToday(Story):
    """The story of the demo on the machine's own clock: today lies outside the month that the draft prints."""

    def _open_signing(self) -> None:
        browser = self._coordinator.browser
        browser.send(browser.open(self._pledge + "/mo-ky").form("/mo-ky").filled({"date_choice": "blank"}))
        self._wait_for_mails(len(self._parties))


@contextmanager
def _running(folder: Path, port: int) -> Iterator[psutil.Process]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("APPROVAL_")}
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("approval")), "run", "--data-dir", str(folder), "--port", str(port)],
        env=clean,
        stdout=subprocess.DEVNULL,
    )
    supervisor = psutil.Process(process.pid)
    try:
        yield supervisor
        wait_until(lambda: len(supervisor.children()) == _CHILDREN, seconds=60, what="web, worker, beat and mail sink")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/dang-nhap")
        answer = connection.getresponse()
        return answer.status == http.client.OK and bool(answer.read())
    except OSError:
        return False
    finally:
        connection.close()


def _first_page(port: int) -> None:
    wait_until(lambda: _answers(port), seconds=120, what="the first page")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the product keeps everything; filled by the first test."""
    return tmp_path_factory.mktemp("run") / "data"


def test_memory_after_the_story(ledger: Ledger, folder: Path, tmp_path: Path) -> None:
    """Proportional set size: pages that processes share count once."""
    port = free_port()
    with _running(folder, port) as supervisor:
        _first_page(port)
        accounts = read_accounts(folder / "accounts.json")
        mailbox = DemoMailbox(folder / "mail", lambda: None)
        StoryToday(f"http://127.0.0.1:{port}", accounts, mailbox, lambda _line: None).play(tmp_path / "final.pdf")
        sink, *others = sorted(supervisor.children(), key=lambda child: child.create_time())
        assert len(others) == 3, "web, worker and beat"
        shares = [child.memory_full_info().pss / _MEGABYTE for child in others]
        rest = [process.memory_full_info().pss / _MEGABYTE for process in (supervisor, sink)]
    ledger.add(Figure("memory: web + worker + beat", (sum(shares),), unit="MB", goal=_GOAL_MB))
    ledger.add(Figure("(memory: with supervisor and test mailbox)", (sum(shares) + sum(rest),), unit="MB"))
    named = zip(("web", "worker", "beat", "supervisor", "test mailbox"), [*shares, *rest], strict=True)
    ledger.note("Memory after the story, MB of proportional set size: " + ", ".join(f"{n} {s:.0f}" for n, s in named))


def test_first_page_of_a_warm_start(ledger: Ledger, folder: Path) -> None:
    """From the command to the last byte of the sign-in page, with accounts and pledges already there."""
    taken = []
    for _ in range(_STARTS):
        port = free_port()
        began = time.perf_counter()
        with _running(folder, port):
            _first_page(port)
            taken.append(time.perf_counter() - began)
    ledger.add(Figure("first page of a warm start", tuple(taken), unit="s", goal=_GOAL_SECONDS))
