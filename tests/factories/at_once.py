"""Starts several acts in the same instant, each in its own thread with its own application context."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from flask import Flask


def all_at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> list[BaseException | None]:
    """Run every act behind one barrier; what each raised, None for success, in the order given."""
    outcomes: list[BaseException | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        with app.app_context():
            start.wait()
            try:
                acts[index]()
            except BaseException as raised:  # noqa: BLE001 - the test judges whatever came
                outcomes[index] = raised

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
