"""Keeps a handful of child processes alive, and leaves none behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from approval.cli.child_process import ChildSpec, RunningChild, start_child

# A finalisation in mid-seal gets the time to finish; whatever is left after that is safe to kill.
_PATIENCE_SECONDS = 20.0
_LAST_WORDS_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
# A child that lived this long failed of something new.
_HEALTHY_SECONDS = 60.0


class Supervisor:
    """Starts children, restarts those that die (later each time), stops all. Single-threaded: call `tend` regularly."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._running: dict[str, RunningChild] = {}
        self._pauses: dict[str, float] = {}
        self._restart_at: dict[str, float] = {}

    def start(self, spec: ChildSpec) -> RunningChild:
        """Start a child and keep it alive from now on."""
        child = start_child(spec)
        self._running[spec.name] = child
        return child

    def tend(self) -> None:
        """Notice the dead, restart those whose pause is over."""
        now = time.monotonic()
        for name, child in self._running.items():
            if child.poll() is not None and name not in self._restart_at:
                self._plan_restart(child, now)
        for name in [name for name, moment in self._restart_at.items() if moment <= now]:
            del self._restart_at[name]
            self._running[name] = start_child(self._running[name].spec)

    def stop(self) -> None:
        """End every child: ask, wait, then insist. Safe to call twice."""
        children = list(self._running.values())[::-1]
        for child in children:
            child.send(signal.SIGTERM)
        end = time.monotonic() + _PATIENCE_SECONDS
        for child in children:
            if not child.wait(max(0.0, end - time.monotonic())):
                self._end_the_stuck(child)
        self._running.clear()
        self._restart_at.clear()

    def _end_the_stuck(self, child: RunningChild) -> None:
        """First let it write into its log where each of its threads stands (see `child_process`), then kill it."""
        self._report(
            f"Tiến trình {child.spec.name} không dừng khi được yêu cầu; xem {child.spec.log}. / "
            f"{child.spec.name} did not stop when asked; see {child.spec.log}."
        )
        child.send(signal.SIGABRT)
        if not child.wait(_LAST_WORDS_SECONDS):
            child.send(signal.SIGKILL)
            child.wait(_PATIENCE_SECONDS)

    def _plan_restart(self, child: RunningChild, now: float) -> None:
        name = child.spec.name
        lived = now - child.started_at
        last = self._pauses.get(name, 0.0)
        pause = _FIRST_PAUSE_SECONDS if lived > _HEALTHY_SECONDS or not last else min(2 * last, _LONGEST_PAUSE_SECONDS)
        self._pauses[name] = pause
        self._restart_at[name] = now + pause
        self._report(
            f"Tiến trình {name} dừng (mã {child.exit_code}), sẽ chạy lại sau {pause:.0f} giây; xem {child.spec.log}. / "
            f"{name} ended ({child.exit_code}); restarting in {pause:.0f} s; see {child.spec.log}."
        )
