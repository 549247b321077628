"""Numbered places where a test may kill the process, to prove that a crash loses and doubles nothing."""

from __future__ import annotations

import os
import signal

_armed: str | None = None


def arm_failpoint(name: str | None) -> None:
    """Choose the place to die at, or none. The caller sees to it that only the test mode arms one."""
    global _armed  # noqa: PLW0603 - one process dies once; a value passed through every call would serve tests only
    _armed = name


def failpoint(name: str) -> None:
    """Kill this process as `kill -9` would when `name` is armed; otherwise do nothing."""
    if _armed == name:
        os.kill(os.getpid(), signal.SIGKILL)
