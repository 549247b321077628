"""What every test has: servers, databases, the application; and a marker by folder."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.counting import count_while_tests_run
from tests.servers.quick_apps import share_what_is_alike, spare_the_collector

pytest_plugins = ["tests.servers.fixtures"]

# A suite started in the background inherits that Ctrl-C is ignored, and so would every product it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

_HERE = Path(__file__).parent
# The folder decides, so that nobody can forget the marker.
_MARKED_FOLDERS = ("integration", "functional", "browser", "faults", "bench")


def pytest_configure(config: pytest.Config) -> None:
    """Spare tests work done before."""
    if not _measures(config):
        share_what_is_alike()


def pytest_collection_finish(session: pytest.Session) -> None:
    """All modules are loaded now."""
    count_while_tests_run(session.config)
    if not _measures(session.config):
        spare_the_collector()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder."""
    for item in items:
        folder = item.path.relative_to(_HERE).parts[0] if item.path.is_relative_to(_HERE) else ""
        if folder in _MARKED_FOLDERS:
            item.add_marker(folder)


def _measures(config: pytest.Config) -> bool:
    """Whether this is `make bench`: what is measured is measured as it is."""
    return bool(config.option.markexpr == "bench")
