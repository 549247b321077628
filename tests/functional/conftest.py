"""One small bloc of two agencies on a real database, and people who open pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from approval.domain.commands import Actor
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.functional.visitor import Visitor


@dataclass(frozen=True)
class Place:
    """An application, its people, its clock."""

    app: Flask
    house: SigningHouse
    clock: MovingClock

    def visitor(self, actor: Actor | None = None) -> Visitor:
        """A browser; signed in as `actor` if given."""
        return Visitor(self.app, actor)


@pytest.fixture
def place(app_factory: Callable[..., Flask], sqlite_url: str) -> Place:
    """The bloc, in May 2024."""
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=sqlite_url, clock=clock)
    return Place(app, make_house(app), clock)
