"""Server time of the pages people see most, from the WSGI call to the last byte."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from approval.domain.commands import FinalisePledge
from approval.services.finalise_pledge import finalise_pledge
from tests.bench.bench_product import BenchProduct
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import time_each

_GOAL_MS = 10
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


def test_finished_pledge(
    benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, finished: uuid.UUID
) -> None:
    """With signatures and downloads."""
    request = product.observer.get(f"/van-ban/{finished}")
    ledger.add(Figure("page: finished pledge", _serve_often(benchmark, product, request), goal=_GOAL_MS))
