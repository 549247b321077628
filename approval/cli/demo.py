"""`approval demo --out DIR`: plays the whole story on a private instance in May 2024, and checks what came of it."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from approval.adapters.clock import VIETNAM, SystemClock
from approval.cli.demo_checks import check_outcome
from approval.cli.demo_mailbox import DemoMailbox
from approval.cli.demo_story import Story
from approval.cli.embedded_home import EmbeddedHome, free_port
from approval.cli.embedded_stack import EmbeddedStack
from approval.cli.first_accounts import read_accounts
from approval.cli.form_browser import PageError

# The month the real pledge was signed in; a working day.
STORY_BEGINS = datetime(2024, 5, 15, 8, 0, tzinfo=VIETNAM)
# The cheapest derivation still advised (19 MiB, 2 passes): the demo shows the story, not the cost of a password.
_KDF = {"MEMORY_KIB": "19456", "TIME": "2", "PARALLELISM": "1"}


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where results are left.")
@click.pass_obj
def command(create_app: Callable[[], Flask], out: Path) -> None:
    """Play the story of the real pledge over HTTP; exit 0 only if every check holds."""
    out.mkdir(parents=True, exist_ok=True)
    transcript = Transcript()
    with tempfile.TemporaryDirectory(prefix="giao-uoc-demo-") as folder:
        home = EmbeddedHome(Path(folder) / "data", port=free_port(), mail_port=free_port())
        try:
            _play(create_app, home, out, transcript)
            failed = check_outcome(create_app, home.environment("demo", _settings()), out, transcript.say)
        except PageError as error:
            transcript.say(f"✗ {error}")
            failed = 1
    transcript.say("Mọi điều đều đúng. / Everything holds." if not failed else f"{failed} điều sai. / {failed} wrong.")
    (out / "transcript.txt").write_text("\n".join(transcript.lines) + "\n", encoding="utf-8")
    sys.exit(1 if failed else 0)


class Transcript:
    """Lines with the time since the start, printed and kept."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Print one line."""
        stamped = f"{time.monotonic() - self._began:6.1f} s  {line}"
        self.lines.append(stamped)
        click.echo(stamped)


def _play(create_app: Callable[[], Flask], home: EmbeddedHome, out: Path, transcript: Transcript) -> None:
    transcript.say("Khởi động một bản riêng, đồng hồ đặt ở 08:00 15/5/2024 / private instance, clock set to May 2024")
    stack = EmbeddedStack(home, create_app, mode="demo", more=_settings())
    try:
        with stack.running(transcript.say) as supervisor:
            accounts = read_accounts(home.folder / "accounts.json")
            mailbox = DemoMailbox(home.folder / "mail", supervisor.tend)
            Story(home.url, accounts, mailbox, transcript.say).play(out / "final.pdf")
    finally:
        _keep(home, out)


def _settings() -> dict[str, str]:
    offset = STORY_BEGINS - SystemClock().now()
    kdf = {f"APPROVAL_{use}_KDF_{name}": value for use in ("PASSWORD", "PIN") for name, value in _KDF.items()}
    return {"APPROVAL_CLOCK_OFFSET_SECONDS": str(int(offset.total_seconds())), "APPROVAL_SWEEP_SECONDS": "0.5", **kdf}


def _keep(home: EmbeddedHome, out: Path) -> None:
    """Copies of the mails, the logs and the root certificate outlive the instance."""
    for name, pattern in (("mail", "*.eml"), ("log", "*.log")):
        target = out / {"mail": "mails"}.get(name, name)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for file in sorted((home.folder / name).glob(pattern)):
            shutil.copyfile(file, target / file.name)
