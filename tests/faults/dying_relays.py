"""Relays that may die at any moment, each forked from one process that has everything imported.

`python -m tests.faults.dying_relays` reads one word a line: `start <environment as JSON>` forks a relay and answers
with its process id; `watch <process id>` answers 0 once it has ended; `wait <process id>` takes it away and answers
with its exit code (negative: killed by that signal).
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from functools import cache

from flask import Flask

from approval.adapters.clock import SystemClock
from approval.adapters.failpoints import arm_failpoint
from approval.app import create_app
from approval.config import Settings
from approval.extensions import parts
from worker.relay_mail import relay_mail


def main() -> None:
    """Serve until the test closes our standard input."""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "start":
            settings = Settings.from_environment(json.loads(rest))
            _app(replace(settings, clock_offset=timedelta(0), failpoint=None))
            child = os.fork()
            if child == 0:
                os._exit(_run(settings))
            print(child, flush=True)
        elif word == "watch":
            os.waitid(os.P_PID, int(rest), os.WEXITED | os.WNOWAIT)
            print(0, flush=True)
        else:
            _, status = os.waitpid(int(rest), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def _run(settings: Settings) -> int:
    try:
        app = _app(replace(settings, clock_offset=timedelta(0), failpoint=None))
        arm_failpoint(settings.failpoint)
        with app.app_context():
            parts().clock = SystemClock(settings.clock_offset)
            relay_mail()
    except BaseException:  # noqa: BLE001 - the child must never return into the server's loop
        traceback.print_exc()
        return 1
    return 0


@cache
def _app(settings: Settings) -> Flask:
    """Made once for all relays of an instance; it has no connection yet that they could share."""
    return create_app(settings)


if __name__ == "__main__":
    main()
