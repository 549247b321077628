"""The whole product on one machine: web, worker, beat, log signer and mail sink as children of one supervisor."""

from __future__ import annotations

import gc
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import click
from flask import Flask

from approval.adapters.parts import import_everything
from approval.cli.child_process import ChildSpec, module, program
from approval.cli.embedded_home import LOOPBACK, EmbeddedHome, lock_home, prepare_folder, require_free
from approval.cli.embedded_web import serve_web
from approval.cli.mail_sink import serve_mail
from approval.cli.sign_log import serve_log_signer
from approval.cli.supervisor import Supervisor

_START_SECONDS = 90.0
_POLL_SECONDS = 0.1
_LOG_LINES_SHOWN = 15


@dataclass(frozen=True, slots=True)
class EmbeddedStack:
    """One run of the product. `mode` and `more` decide the children's settings."""

    home: EmbeddedHome
    create_app: Callable[[], Flask]
    mode: str = "embedded"
    more: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def running(self, report: Callable[[str], None]) -> Iterator[Supervisor]:
        """Everything started and the web answering; everything ended on leaving. Raises click.ClickException."""
        # Database, queue and mails of this machine are nobody else's to read.
        os.umask(0o077)
        prepare_folder(self.home.folder)
        with lock_home(self.home):
            require_free(self.home.port)
            _share_memory()
            supervisor = Supervisor(report)
            try:
                self._start(supervisor)
                yield supervisor
            finally:
                supervisor.stop()

    def _start(self, supervisor: Supervisor) -> None:
        """The web first: it brings the database up to date, and people wait for it."""
        environment = self.home.environment(self.mode, self.more)
        supervisor.start(self._spec("mail-sink", self._serve_mail, environment))
        web = supervisor.start(self._spec("web", self._serve_web, environment))
        end = time.monotonic() + _START_SECONDS
        while not _answers(self.home.port):
            if web.poll() is not None or time.monotonic() > end:
                raise click.ClickException(self._why_no_web())
            time.sleep(_POLL_SECONDS)
        supervisor.start(self._spec("worker", module("celery", *_WORKER), environment))
        supervisor.start(self._spec("beat", program(sys.executable, "-m", "celery", *_BEAT), environment))
        supervisor.start(self._spec("log-signer", self._sign_log, environment))

    def _spec(self, name: str, body: Callable[[], None], environment: Mapping[str, str]) -> ChildSpec:
        return ChildSpec(name, body, environment, self.home.log(name))

    def _serve_web(self) -> None:
        serve_web(self.create_app, self.home)

    def _sign_log(self) -> None:
        serve_log_signer(self.create_app)

    def _serve_mail(self) -> None:
        serve_mail(self.home.folder / "mail", host=LOOPBACK, port=self.home.mail_port)

    def _why_no_web(self) -> str:
        log = self.home.log("web")
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return f"Trang web không khởi động được; xem {log}. / The web did not start; see {log}.\n" + "\n".join(
            lines[-_LOG_LINES_SHOWN:]
        )


_WORKER = (
    *("-A", "worker.celery_app", "worker"),
    *("--pool", "threads", "--concurrency", "2"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    *("--loglevel", "INFO"),
)
# Beat becomes a program of its own: it imports only Celery, and as a fork it would carry all that the others share.
_BEAT = ("-A", "worker.beat", "beat", "--loglevel", "WARNING")


def _share_memory() -> None:
    """What is imported here, before any child is forked, web and worker have in common: about 60 MB less in all."""
    import_everything()
    gc.collect()
    # The collector writes into every object it looks at, and a page written to is shared no more.
    gc.freeze()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/dang-nhap")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()
