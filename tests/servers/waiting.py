"""Waiting for a condition, free ports, and what to do where a server is not installed."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from typing import NoReturn

import pytest

_PAUSE_SECONDS = 0.02


def wait_until(condition: Callable[[], object], *, seconds: float = 15, what: str = "the condition") -> None:
    """Return as soon as `condition()` is true; fail the test when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain for {what}")
        pause.wait(_PAUSE_SECONDS)


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def missing_server(name: str, reason: str) -> NoReturn:
    """Skip visibly; in CI fail, because there a test that did not run must not look like one that passed."""
    message = f"{name} is not available: {reason}. `make test` as root installs it."
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(message)
    pytest.skip(message)


def required_program(*names: str) -> str:
    """The path of the first of these programs that is installed; else skip, or fail in CI."""
    for name in names:
        if path := shutil.which(name):
            return path
    missing_server(names[0], "no such program on PATH")
