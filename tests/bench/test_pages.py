"""Server time of the pages people see most, from the WSGI call to the last byte."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from werkzeug.test import EnvironBuilder

from approval.domain.commands import FinalisePledge
from approval.services.finalise_pledge import finalise_pledge
from tests.bench.bench_product import BenchProduct, request_of
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each
from tests.factories.many_comments import add_many_comments
from tests.factories.pledge_texts import seed_text, small_text
from tests.factories.review_house import make_review, make_review_house
from tests.functional.visitor import Visitor

_GOAL_MS = 10
_DISCUSSED_GOAL = 2
_WARM_UP = 5
_ROUNDS = 100


@pytest.fixture(scope="module")
def reviewed(product: BenchProduct) -> uuid.UUID:
    """A pledge of five agencies in review."""
    return product.in_review()


@pytest.fixture(scope="module")
def finished(product: BenchProduct) -> uuid.UUID:
    """A pledge of five agencies that went the whole way."""
    pledge_id = product.signed_by_all()
    with product.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    return pledge_id


def _serve_often(benchmark: BenchmarkFixture, product: BenchProduct, request: dict[str, Any]) -> tuple[float, ...]:
    for _ in range(_WARM_UP):
        assert product.serve(dict(request)) == 200
    return time_each(benchmark, product.serve, [request] * _ROUNDS, dict)


def test_inbox(
    benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, reviewed: uuid.UUID, finished: uuid.UUID
) -> None:
    """One pledge waits for the person, another was finished, a third is the coordinator's draft."""
    request = product.parties[0].get("/viec-can-xu-ly")
    ledger.add(Figure("page: task list", _serve_often(benchmark, product, request), goal=_GOAL_MS))


def test_pledge_in_review(
    benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, reviewed: uuid.UUID
) -> None:
    """With the whole text, the board and the form for a verdict."""
    request = product.parties[0].get(f"/van-ban/{reviewed}")
    ledger.add(Figure("page: pledge in review", _serve_often(benchmark, product, request), goal=_GOAL_MS))


@pytest.mark.parametrize("who", ["representative", "coordinator"])
def test_pledge_with_two_thousand_comments(
    benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, who: str
) -> None:
    """Forty agencies with fifty comments each, in turn with five that have two each."""
    small, large = (_discussed(product, who, agencies, each) for agencies, each in ((5, 2), (40, 50)))
    for _ in range(_WARM_UP):
        assert (product.serve(dict(small)), product.serve(dict(large))) == (200, 200)
    watch = Stopwatch()

    def prepare(request: dict[str, Any]) -> dict[str, Any]:
        watch.time(lambda: product.serve(dict(small)))
        return dict(request)

    many = time_each(benchmark, product.serve, [large] * _ROUNDS, prepare)
    few = tuple(watch.samples)
    ledger.add(Figure(f"page: 40 × 50 comments to 5 × 2, {who}", many, goal=_DISCUSSED_GOAL, bare=few))


def _discussed(product: BenchProduct, who: str, agencies: int, each: int) -> dict[str, Any]:
    """A request for the page of a pledge in review that everybody has commented on."""
    house = make_review_house(product.app, agencies, name=f"Khối {agencies} cơ quan, {who}")
    text = small_text(agencies)
    pledge_id = make_review(product.app, house, replace(text, clauses=seed_text().clauses))
    add_many_comments(product.app, pledge_id, each=each)
    actor = house.coordinator if who == "coordinator" else house.representatives[0]
    return request_of(Visitor(product.app, actor), EnvironBuilder(f"/van-ban/{pledge_id}"))


def test_finished_pledge(
    benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, finished: uuid.UUID
) -> None:
    """With signatures and downloads."""
    request = product.observer.get(f"/van-ban/{finished}")
    ledger.add(Figure("page: finished pledge", _serve_often(benchmark, product, request), goal=_GOAL_MS))
