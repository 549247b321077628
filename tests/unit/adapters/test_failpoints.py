"""An armed failpoint kills like `kill -9`; an unarmed one does nothing."""

from __future__ import annotations

import signal
import subprocess
import sys

PROGRAM = """
from approval.adapters.failpoints import arm_failpoint, failpoint
arm_failpoint({armed!r})
failpoint("sign:1")
print("passed", flush=True)
failpoint("sign:2")
print("end", flush=True)
"""


def _run(armed: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(armed=armed)], capture_output=True, text=True, check=False
    )


def test_process_dies_at_the_armed_point_and_not_before() -> None:
    died = _run("sign:2")

    assert died.returncode == -signal.SIGKILL
    assert died.stdout == "passed\n"


def test_unarmed_process_runs_through() -> None:
    ran = _run(None)

    assert ran.returncode == 0
    assert ran.stdout == "passed\nend\n"
