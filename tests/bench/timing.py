"""Times calls one by one, each prepared beforehand and off the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from pytest_benchmark.fixture import BenchmarkFixture

Result = TypeVar("Result")
Prepared = TypeVar("Prepared")


class Stopwatch:
    """Samples in milliseconds."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    def time(self, job: Callable[[], Result]) -> Result:
        """Run once, keep how long it took."""
        began = time.perf_counter()
        result = job()
        self.samples.append(1000 * (time.perf_counter() - began))
        return result


def time_each(
    benchmark: BenchmarkFixture,
    job: Callable[[Prepared], object],
    items: Sequence[Result],
    prepare: Callable[[Result], Prepared],
) -> tuple[float, ...]:
    """Milliseconds of `job(prepare(item))` for every item, in order, preparation left out."""
    waiting = iter(items)
    benchmark.pedantic(  # type: ignore[no-untyped-call]  # pytest-benchmark types this method not
        job, setup=lambda: ((prepare(next(waiting)),), {}), rounds=len(items), iterations=1
    )
    assert benchmark.stats is not None
    return tuple(1000 * seconds for seconds in benchmark.stats.stats.data)
