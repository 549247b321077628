"""The product's processes as production starts them, each ended by its own id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from approval.config import Settings
from tests.factories.settings import to_environment
from tests.servers.waiting import listens, wait_until

_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 60


class ProductProcess:
    """One process in a session of its own; its output goes to `log`."""

    def __init__(self, name: str, arguments: list[str], settings: Settings) -> None:
        self.log = settings.data_dir / f"{name}.log"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("APPROVAL_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(_BIN / arguments[0]), *arguments[1:]],
                env={**inherited, **to_environment(settings)},
                cwd=_ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, words: str) -> bool:
        """Whether the log holds these words."""
        return words in self.log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9, children of the process included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_PATIENCE_SECONDS)

    def stop(self) -> None:
        """Ask it to leave; insist when it does not."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def wait_for_death(self) -> int:
        """The exit code (negative: the signal)."""
        return self.process.wait(_PATIENCE_SECONDS)


def start_worker(settings: Settings, *, name: str = "worker", pool: str = "threads") -> ProductProcess:
    """A Celery worker, returned once it takes work."""
    arguments = ["celery", "-A", "worker.celery_app", "worker", "--pool", pool, "--concurrency", "2"]
    arguments += ["--loglevel", "INFO", "--hostname", f"{name}@test", "--without-gossip", "--without-mingle"]
    started = ProductProcess(name, arguments, settings)
    wait_until(
        lambda: started.said("ready.") or started.process.poll() is not None, seconds=_PATIENCE_SECONDS, what=name
    )
    return started


def start_beat(settings: Settings) -> ProductProcess:
    """The one beat."""
    return ProductProcess("beat", ["celery", "-A", "worker.beat", "beat", "--loglevel", "INFO"], settings)


def start_web(settings: Settings) -> ProductProcess:
    """gunicorn, returned once it listens."""
    bind = f"127.0.0.1:{settings.listen_port}"
    arguments = [
        "gunicorn",
        "wsgi:app",
        "--bind",
        bind,
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    started = ProductProcess("web", arguments, settings)
    wait_until(lambda: listens(settings.listen_port), seconds=_PATIENCE_SECONDS, what="gunicorn")
    return started


@contextmanager
def running(*processes: ProductProcess) -> Iterator[None]:
    """Stop them all on leaving."""
    try:
        yield
    finally:
        for process in processes:
            process.stop()
