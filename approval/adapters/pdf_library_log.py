"""Keeps pyHanko's own log lines out of ours."""

from __future__ import annotations

import logging


def silence_library_log() -> None:
    """Only critical lines pass.

    pyHanko logs a traceback for every doubt it has about a file somebody uploaded; the report says the same in one
    sentence, and `approval verify` would print pages of it on the terminal.
    """
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
