"""The supervisor outlives its children, and no child outlives it: not after a signal, not after kill -9."""

from __future__ import annotations

import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers.waiting import wait_until

pytestmark = pytest.mark.faults

# Two children: one a function, one a module run as a program; one ignores being asked to leave.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from approval.cli.child_process import ChildSpec, module
from approval.cli import supervisor

supervisor._PATIENCE_SECONDS = 1.0
supervisor._FIRST_PAUSE_SECONDS = 0.1
folder = Path(sys.argv[1])

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN if "ignore" in sys.argv else signal.SIG_DFL)
    print("stubborn is here", flush=True)
    time.sleep(600)

def leave(number, frame):
    raise KeyboardInterrupt

signal.signal(signal.SIGTERM, leave)
tended = supervisor.Supervisor(lambda line: print(line, flush=True))
tended.start(ChildSpec("stubborn", stubborn, {"PATH": "/usr/bin"}, folder / "stubborn.log"))
sys.path.insert(0, str(folder))
(folder / "sleeper.py").write_text("import os, sys, time; print(os.environ['MARK'], flush=True); time.sleep(600)")
tended.start(ChildSpec("sleeper", module("sleeper"), {"MARK": "sleeper is here"}, folder / "sleeper.log"))
print("up", flush=True)
try:
    while True:
        tended.tend()
        time.sleep(0.05)
except KeyboardInterrupt:
    tended.stop()
    print("stopped", flush=True)
"""


class Run:
    """One supervisor with two children."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), *words], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"
        wait_until(lambda: self.said("stubborn") and self.said("sleeper"), what="both children")

    def said(self, name: str) -> bool:
        log = self.folder / f"{name}.log"
        return log.exists() and f"{name} is here" in log.read_text()

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    running = Run(tmp_path)
    yield running
    end(running)


def end(running: Run) -> None:
    running.process.kill()
    running.process.communicate(timeout=10)


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs; one that ended and waits to be collected by its new parent is gone too."""
    return not [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_supervisor_and_children(run: Run, number: signal.Signals) -> None:
    children = run.children()
    assert len(children) == 2
    run.process.send_signal(number)
    out, _ = run.process.communicate(timeout=30)
    assert "stopped" in out
    assert gone(children)


def test_a_child_that_will_not_leave_says_where_it_hangs_and_is_ended(tmp_path: Path) -> None:
    running = Run(tmp_path, "ignore")
    children = running.children()
    running.process.terminate()
    said, _ = running.process.communicate(timeout=30)
    assert gone(children)
    assert "stubborn không dừng khi được yêu cầu" in said
    assert re.search(r"most recent call first.*in stubborn\b", (tmp_path / "stubborn.log").read_text(), re.DOTALL)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_kill_minus_nine_of_the_supervisor_leaves_none(run: Run) -> None:
    children = run.children()
    run.process.kill()
    wait_until(lambda: gone(children), what="the children to follow their parent")


def test_a_child_that_dies_is_started_again(run: Run) -> None:
    victim, other = run.children()
    victim.kill()
    wait_until(lambda: len(run.children()) == 2 and victim.pid not in [c.pid for c in run.children()], what="a new one")
    assert other.pid in [child.pid for child in run.children()]
    assert run.process.stdout is not None
    assert "ended (-9); restarting" in run.process.stdout.readline()


def test_ctrl_c_of_the_terminal_reaches_the_supervisor_alone(run: Run) -> None:
    sessions = {Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[3] for child in run.children()}
    assert sessions == {str(child.pid) for child in run.children()}


def test_logs_are_private(run: Run) -> None:
    assert {stat.S_IMODE(log.stat().st_mode) for log in run.folder.glob("*.log")} == {0o600}
