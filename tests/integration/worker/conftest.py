"""A house of three agencies on a clock that moves, and a mail server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.servers.smtp import SmtpSink

AppFactory = Callable[..., Flask]


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, smtp_sink: SmtpSink, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock, smtp_port=smtp_sink.port, sweep_seconds=1.0)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app, agencies=3)
