"""Something done in a process that dies on the way, at a numbered place."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable

from approval.adapters.failpoints import arm_failpoint


def run_to_death(failpoint: str, act: Callable[[], object]) -> int:
    """Exit code of a forked child that does `act`: negative when a signal ended it."""
    with warnings.catch_warnings():
        # The child touches no lock of another thread: it writes files, or opens a database of its own.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            arm_failpoint(failpoint)
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
