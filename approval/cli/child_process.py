"""Starts one child process that never outlives its parent, in a session that Ctrl-C does not reach."""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import runpy
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LARGEST_LOG_BYTES = 10 * 1024 * 1024
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What a child is: `body` runs in it and does not return to the caller's code (see `module`)."""

    name: str
    body: Callable[[], None]
    environment: Mapping[str, str]
    log: Path


def module(name: str, *arguments: str) -> Callable[[], None]:
    """A body that does what `python -m name arguments` does, in the process that was forked: what the parent has
    imported is shared memory.
    """

    def run() -> None:
        sys.argv = [name, *arguments]
        runpy.run_module(name, run_name="__main__", alter_sys=True)

    return run


def program(*arguments: str) -> Callable[[], None]:
    """A body that becomes another program, `arguments[0]` being its path."""

    def become() -> None:
        os.execv(arguments[0], arguments)  # noqa: S606 - a fixed program of ours, no shell

    return become


class RunningChild:
    """One started child; `exit_code` is None while it lives."""

    def __init__(self, spec: ChildSpec, pid: int) -> None:
        self.spec = spec
        self.pid = pid
        self.started_at = time.monotonic()
        self.exit_code: int | None = None

    def poll(self) -> int | None:
        """The exit code (negative: the signal it died of) or None while it lives."""
        if self.exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code

    def send(self, number: signal.Signals) -> None:
        """Signal the child, if it lives."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether the child ended within `seconds`."""
        end = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > end:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def start_child(spec: ChildSpec) -> RunningChild:
    """Fork a child for `spec`.

    Forking, not spawning: the parent has imported the product already, so the web answers seconds earlier and shares
    its memory. The parent must have no other thread and no open database.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return RunningChild(spec, pid)
    code = 1
    try:
        _become_child(spec, parent)
        spec.body()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:  # noqa: BLE001 - the last frame of a process: report whatever it is, then end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Not sys.exit: the parent's cleanup handlers must not run twice.
        os._exit(code)
    raise AssertionError("unreachable")


def _become_child(spec: ChildSpec, parent: int) -> None:
    os.setsid()
    _die_with_parent(parent)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    _redirect(spec.log)
    os.environ.clear()
    os.environ.update(spec.environment)
    # A crash, and a child that will not stop, say in the log where each thread stands.
    faulthandler.enable()


def _die_with_parent(parent: int) -> None:
    """On Linux the kernel ends the child when its parent dies, even by kill -9; elsewhere Ctrl-C still ends it."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _redirect(log: Path) -> None:
    """Output goes to the log file (0600), which is put aside when it has grown large."""
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > _LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for descriptor in (nothing, out):
        os.close(descriptor)
