"""How this product wants pyHanko: silent, and quick with what every signed file holds."""

from __future__ import annotations

import logging

from pyhanko.pdf_utils import generic

from approval.adapters.pdf_hex import read_hex_string


def prepare_library() -> None:
    """Once for the process; again has no effect."""
    _silence_log()
    generic.read_hex_string_from_stream = read_hex_string


def _silence_log() -> None:
    """Only critical lines pass.

    pyHanko logs a traceback for every doubt it has about a file somebody uploaded; the report says the same in one
    sentence, and `approval verify` would print pages of it on the terminal.
    """
    for name in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
