"""A round of forty agencies with fifty comments each, beside one of five with two: the coordinator must not feel it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from pytest_benchmark.fixture import BenchmarkFixture

from approval.app import create_app
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each
from tests.factories.many_comments import fill_round
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import make_review, make_review_house
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse
from tests.functional.visitor import Visitor
from tests.servers.databases import sqlite_copy

_GOAL_RATIO = 2.0
_WARM_UP = 3
_ROUNDS = 60
_CLAUSES = 6


@dataclass(frozen=True)
class Round:
    """One bloc's pledge full of comments, and its coordinator's browser."""

    coordinator: Visitor
    pledge_id: uuid.UUID

    def look(self, part: str) -> int:
        """Open a page of the pledge."""
        return self.coordinator.get(f"/van-ban/{self.pledge_id}{part}").status_code


def _round(app: Flask, house: SigningHouse, *, each: int) -> Round:
    pledge_id = make_review(app, house, small_text(len(house.agencies), clauses=_CLAUSES))
    fill_round(app, house, pledge_id, each=each, parts_count=_CLAUSES)
    return Round(Visitor(app, house.coordinator), pledge_id)


@pytest.fixture(scope="module")
def rounds(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Round, Round]:
    """The large round and the small one, in one database."""
    folder = tmp_path_factory.mktemp("rounds")
    app = create_app(
        make_settings(folder, database_url=sqlite_copy(migrated_sqlite, folder)), clock=MovingClock(MAY_15)
    )
    large = _round(app, make_review_house(app, 40), each=50)
    return large, _round(app, make_review_house(app, 5, name="Khối nhỏ"), each=2)


@pytest.mark.parametrize(("name", "part"), [("worklist", "/tiep-thu"), ("pledge page", "")])
def test_many_comments(
    benchmark: BenchmarkFixture, ledger: Ledger, rounds: tuple[Round, Round], name: str, part: str
) -> None:
    """Server time of 40 × 50 comments by that of 5 × 2, taken in turn."""
    large, small = rounds
    for _ in range(_WARM_UP):
        assert (large.look(part), small.look(part)) == (200, 200)
    watch = Stopwatch()

    def look(_: str) -> None:
        # In turn, so that a busy moment of the machine meets both.
        watch.time(lambda: small.look(part))
        large.look(part)

    both = time_each(benchmark, look, [part] * _ROUNDS, str)
    few = tuple(watch.samples)
    many = tuple(together - alone for together, alone in zip(both, few, strict=True))
    ledger.add(Figure(f"{name}: 40 × 50 comments by 5 × 2", many, goal=_GOAL_RATIO, bare=few))
