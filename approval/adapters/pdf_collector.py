"""Holds Python's cyclic garbage collector while a PDF is taken apart.

pyHanko makes some 50,000 linked objects for each file it judges, and all of them live until the end. Every collection
in between walks them, and each full one the whole process, to find nothing: half of the time of a finalisation. Held
until the file is let go, the next small collection finds all of it young and dead.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_holders = 0


@contextmanager
def collector_held() -> Iterator[None]:
    """No cyclic collection in this process for the length of the block, a second at most.

    Blocks of several threads may overlap; reference counting goes on as always.
    """
    _change(+1)
    try:
        yield
    finally:
        _change(-1)


def _change(by: int) -> None:
    global _holders  # noqa: PLW0603 - the collector is one for the process, so is the count of those who hold it
    with _lock:
        _holders += by
        if _holders:
            gc.disable()
        else:
            gc.enable()
