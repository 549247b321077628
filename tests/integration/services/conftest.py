"""A clock in May 2024, the application on both databases, a bloc of two agencies with keys."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.servers.fixtures import AppFactory


@pytest.fixture
def clock() -> MovingClock:
    """15 May 2024, 09:00 in Vietnam, until moved."""
    return MovingClock(MAY_15)


@pytest.fixture
def signing_app(app_factory: AppFactory, sqlite_url: str, clock: MovingClock) -> Flask:
    """The application on one database kind: rules of signing are the same on both, races are tested on both."""
    return app_factory(database_url=sqlite_url, clock=clock)


@pytest.fixture
def house(signing_app: Flask) -> SigningHouse:
    """Two agencies, their people, keys and authorities."""
    return make_house(signing_app)
