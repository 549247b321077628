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

from approval.app import create_app
from approval.config import Settings
from worker.relay_mail import relay_mail


def main() -> None:
    """Serve until the test closes our standard input."""
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "start":
            child = os.fork()
            if child == 0:
                os._exit(_run(json.loads(rest)))
            print(child, flush=True)
        elif word == "watch":
            os.waitid(os.P_PID, int(rest), os.WEXITED | os.WNOWAIT)
            print(0, flush=True)
        else:
            _, status = os.waitpid(int(rest), 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def _run(environment: dict[str, str]) -> int:
    try:
        with create_app(Settings.from_environment(environment)).app_context():
            relay_mail()
    except BaseException:  # noqa: BLE001 - the child must never return into the server's loop
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
