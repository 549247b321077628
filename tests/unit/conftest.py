"""What unit tests of evidence share: one set of keys, as making them takes a moment."""

from __future__ import annotations

import pytest

from tests.factories.log_house import LogHouse


@pytest.fixture(scope="session")
def log_house(tmp_path_factory: pytest.TempPathFactory) -> LogHouse:
    """Keys of a log, of five witnesses and of the house that seals."""
    return LogHouse.build(tmp_path_factory.mktemp("log-house") / "pki")
