"""Coverage counts where it says something: while a test itself runs, and once.

Tracing doubles the time of all Python there is. So it pauses in fixtures, in a test's second run on the other kind of
database, behind a browser and in the long series; what they run is run, and asserted, by shorter tests as well.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from coverage import Coverage

_UNCOUNTED = ("browser", "faults", "uncounted")


class CountWhileTestsRun:
    """Stops the measuring that runs since the start of the process, and starts it again for each test that counts."""

    def __init__(self, measuring: Coverage) -> None:
        self._measuring = measuring
        measuring.stop()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Around the test without its fixtures."""
        if not _counts(item):
            return (yield)
        self._measuring.start()
        try:
            return (yield)
        finally:
            self._measuring.stop()


def count_while_tests_run(config: pytest.Config) -> None:
    """After the modules are loaded, whose own lines count; nothing to do where nothing is measured."""
    if measuring := Coverage.current():
        config.pluginmanager.register(CountWhileTestsRun(measuring))


def _counts(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in _UNCOUNTED):
        return False
    case = getattr(item, "callspec", None)
    return case is None or "postgresql" not in case.params.values()
