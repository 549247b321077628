"""The Flask application of this worker process, made at the first task so that forked children never share one."""

from __future__ import annotations

import threading
from functools import cache

from flask import Flask

from approval.app import create_app

_making = threading.Lock()


def flask_app() -> Flask:
    """The one application of this process."""
    with _making:
        return _make()


@cache
def _make() -> Flask:
    return create_app()
