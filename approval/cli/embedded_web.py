"""The web process of a one-machine run: database up to date, first accounts made, then serving."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from flask import Flask
from flask_migrate import upgrade
from waitress import serve

from approval.cli.embedded_home import LOOPBACK, EmbeddedHome
from approval.cli.first_accounts import make_first_accounts

_THREADS = 8
# What a person brings to be checked stays in memory; waitress would put more than half a megabyte into a file.
_KEPT_IN_MEMORY = 24 * 1024 * 1024


def serve_web(create_app: Callable[[], Flask], home: EmbeddedHome) -> None:
    """Serve on loopback until SIGTERM; requests under way are finished first."""
    signal.signal(signal.SIGTERM, _leave)
    app = create_app()
    with app.app_context():
        upgrade()
        make_first_accounts(home)
    serve(
        app,
        host=LOOPBACK,
        port=home.port,
        threads=_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=True,
        inbuf_overflow=_KEPT_IN_MEMORY,
    )


def _leave(_number: int, _frame: FrameType | None) -> None:
    # waitress ends its threads in order when SystemExit reaches it.
    sys.exit(0)
