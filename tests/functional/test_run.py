"""`approval run` as a newcomer meets it: addresses and accounts, a second start, a busy port, and a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from approval.cli.form_browser import FormBrowser
from tests.servers.waiting import free_port, wait_until

pytestmark = pytest.mark.timeout(300)

_START_SECONDS = 120


class Run:
    """One `approval run` on a folder."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.output = folder.parent / f"{folder.name}-{time.monotonic_ns()}.txt"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("APPROVAL_")}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("approval")), "run"],
                env={**clean, "APPROVAL_DATA_DIR": str(folder), "APPROVAL_LISTEN_PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_until_up(self) -> None:
        wait_until(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, seconds=_START_SECONDS)
        assert self.process.poll() is None, self.said
        wait_until(lambda: len(self.children()) == 5, what="web, worker, beat, log signer and sink")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: signal.Signals = signal.SIGINT) -> list[psutil.Process]:
        """Send a signal, wait for the end, and return the children it had."""
        children = self.children() if self.process.poll() is None else []
        self.process.send_signal(number)
        self.process.wait(60)
        return children


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the product ran once, with its output beside it."""
    folder = tmp_path_factory.mktemp("home") / "data"
    run = Run(folder)
    try:
        run.wait_until_up()
        (folder.parent / "first.txt").write_text(run.said)
        account = json.loads((folder / "accounts.json").read_text())[0]
        browser = FormBrowser(f"http://127.0.0.1:{run.port}")
        form = browser.open("/dang-nhap").form("/dang-nhap")
        page = browser.send(form.filled({"email": account["email"], "password": account["password"]}))
        (folder.parent / "inbox.html").write_text(page.text)
        (folder.parent / "mailbox.html").write_text(browser.open("/thu").text)
        (folder.parent / "memory.txt").write_text(str(_megabytes(run)))
        wait_until(lambda: _signed_heads(folder), what="the history to be signed")
        (folder.parent / "listening.txt").write_text(" ".join(_listening(run)))
    finally:
        left = run.end()
    assert alive(left) == []
    return folder


def _signed_heads(folder: Path) -> list[str]:
    """What the log signer remembers."""
    state = folder / "log-signer" / "state.json"
    return json.loads(state.read_text())["heads"] if state.exists() else []


def _megabytes(run: Run) -> float:
    """PSS of web, worker, beat and log signer together."""
    wanted = [child for child in run.children() if child.pid != _sink_pid(run)]
    return sum(child.memory_full_info().pss for child in wanted) / 2**20


def _listening(run: Run) -> set[str]:
    return {one.laddr.ip for child in run.children() for one in child.net_connections() if one.status == "LISTEN"}


def _sink_pid(run: Run) -> int:
    # The sink is the first child that was started.
    return min(run.children(), key=lambda child: child.create_time()).pid


def test_the_first_start_prints_address_and_accounts(home: Path) -> None:
    said = (home.parent / "first.txt").read_text()
    assert "http://127.0.0.1:" in said
    for account in json.loads((home / "accounts.json").read_text()):
        assert account["email"] in said
        assert account["password"] in said
        assert account["pin"] is None or account["pin"] in said


def test_the_printed_account_signs_in_and_the_draft_is_there(home: Path) -> None:
    assert "Việc cần xử lý" in (home.parent / "inbox.html").read_text()
    assert "BẢN GIAO ƯỚC THI ĐUA NĂM 2024" in (home.parent / "inbox.html").read_text().upper()


def test_the_test_mailbox_has_a_page(home: Path) -> None:
    assert "thử nghiệm" in (home.parent / "mailbox.html").read_text()


def test_the_history_is_signed_by_a_process_with_a_folder_of_its_own(home: Path) -> None:
    (head,) = _signed_heads(home)
    assert head.startswith("127.0.0.1/nhat-ky\n")
    assert "127.0.0.1/nhat-ky+" in (home / "log" / "log-signer.log").read_text()


def test_memory_stays_within_the_promise(home: Path) -> None:
    assert float((home.parent / "memory.txt").read_text()) <= 350


def test_it_listens_on_loopback_only(home: Path) -> None:
    assert (home.parent / "listening.txt").read_text() == "127.0.0.1"


def test_nobody_else_can_read_anything(home: Path) -> None:
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    open_to_others = [path for path in home.rglob("*") if path.lstat().st_mode & 0o077 and not path.is_symlink()]
    assert open_to_others == []


def test_a_second_start_goes_on_and_a_third_beside_it_is_refused(home: Path) -> None:
    before = (home / "accounts.json").read_text()
    run = Run(home)
    try:
        run.wait_until_up()
        assert (home / "accounts.json").read_text() == before
        assert json.loads(before)[0]["password"] not in run.said
        assert "accounts.txt" in run.said
        beside = Run(home)
        assert beside.process.wait(60) == 1
        assert "đang chạy với thư mục" in beside.said
    finally:
        left = run.end(signal.SIGTERM)
    assert run.process.returncode == 0
    assert alive(left) == []


def test_kill_minus_nine_leaves_no_process(home: Path) -> None:
    run = Run(home)
    run.wait_until_up()
    children = run.end(signal.SIGKILL)
    wait_until(lambda: alive(children) == [], seconds=30, what="the children to follow")


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port_gets_a_clear_sentence(tmp_path: Path, busy_port: int) -> None:
    run = Run(tmp_path / "data", busy_port)
    assert run.process.wait(60) == 1
    assert f"Cổng {busy_port} đang được chương trình khác dùng" in run.said
    assert f"APPROVAL_LISTEN_PORT={busy_port + 1}" in run.said
    assert "Traceback" not in run.said
