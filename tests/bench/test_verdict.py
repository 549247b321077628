"""A verdict sent as a form: checks, lock, row, history, mails for later, one durable commit."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.bench_product import BenchProduct
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each
from tests.factories.signing_house import current_revision

_PLEDGES = 8


def test_verdict(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct) -> None:
    """Every fifth one makes the pledge agreed."""
    requests = list(_requests(product, [product.in_review() for _ in range(_PLEDGES)]))

    def send(request: dict[str, Any]) -> None:
        assert product.serve(request) == 303

    ledger.add(Figure("verdict request", time_each(benchmark, send, requests, dict)))


def _requests(product: BenchProduct, pledges: list[uuid.UUID]) -> Iterator[dict[str, Any]]:
    tokens = [client.visitor.token() for client in product.parties]
    for pledge_id in pledges:
        with product.app.app_context():
            revision = current_revision(pledge_id)
        for client, token in zip(product.parties, tokens, strict=True):
            yield client.post(
                f"/van-ban/{pledge_id}/y-kien",
                token,
                revision_number=revision.number,
                revision_sha256=revision.sha256,
                kind="agree",
                comment="",
            )


def test_durable_commit(ledger: Ledger, tmp_path: Path) -> None:
    """What this disk asks for a commit that survives a power cut: every writing request pays it once or more."""
    watch = Stopwatch()
    with closing(sqlite3.connect(tmp_path / "commits.sqlite3", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE line (text TEXT)")
        for _ in range(50):
            watch.time(lambda: connection.execute("INSERT INTO line VALUES ('x')"))
    ledger.add(Figure("(one durable SQLite commit)", tuple(watch.samples)))
