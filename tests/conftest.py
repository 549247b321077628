"""What every test has: servers, databases, the application; and a marker by folder."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.servers.quick_apps import share_what_is_alike

pytest_plugins = ["tests.servers.fixtures"]

# A suite started in the background inherits that Ctrl-C is ignored, and so would every product it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

share_what_is_alike()

_HERE = Path(__file__).parent
# The folder decides, so that nobody can forget the marker.
_MARKED_FOLDERS = ("integration", "functional", "browser", "faults", "bench")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder."""
    for item in items:
        folder = item.path.relative_to(_HERE).parts[0] if item.path.is_relative_to(_HERE) else ""
        if folder in _MARKED_FOLDERS:
            item.add_marker(folder)
