"""The sweep of due reminders beside a hundred times as many that are not due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from approval.services.mail_due_reminders import mail_due_reminders
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch
from tests.factories.many_reminders import fill, make_due
from tests.factories.signing_house import MAY_15, MovingClock
from tests.servers.postgres import PostgresServer

_DUE, _ROUNDS = 1_000, 5
_FEW, _MANY = 10_000, 1_000_000


def _sweeps(app: Flask, parties: int) -> tuple[float, ...]:
    """Milliseconds of sweeps of 1,000 due reminders among so many open parties."""
    model, watch = fill(app, parties), Stopwatch()
    for _ in range(_ROUNDS):
        make_due(app, model, _DUE)
        with app.app_context():
            assert watch.time(lambda: mail_due_reminders(_DUE)) >= _DUE
    return tuple(watch.samples)


def test_sweep_among_a_million(
    ledger: Ledger, app_factory: Callable[..., Any], postgres_server: PostgresServer, migrated_postgres: str
) -> None:
    """Both on PostgreSQL; the goal is the ratio."""
    taken = {}
    for parties in (_FEW, _MANY):
        url = postgres_server.new_database(template=migrated_postgres)
        taken[parties] = _sweeps(app_factory(database_url=url, clock=MovingClock(MAY_15)), parties)
    ledger.add(Figure("sweep: 1,000 due of 1,000,000 open", taken[_MANY], goal=3, bare=taken[_FEW]))
