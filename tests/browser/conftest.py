"""A running product with the seed's people and a real Chromium to visit it with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import close_all

from approval.domain.states import Role
from approval.services.seed_embedded import SeedAccount, draw_accounts, seed_embedded
from tests.factories.signing_house import MovingClock

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Result = TypeVar("Result")
MAY_6 = datetime(2024, 5, 6, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class RunningProduct:
    """One instance on loopback; `accounts` in the order they were drawn."""

    app: Flask
    clock: MovingClock
    url: str
    accounts: tuple[SeedAccount, ...]

    def account(self, role: Role) -> SeedAccount:
        """The first account of a role."""
        return next(account for account in self.accounts if account.role is role)

    def work(self, job: Callable[[], Result]) -> Result:
        """Do the worker's part in a thread of its own: the browser driver keeps an event loop in this one."""

        def inside() -> Result:
            with self.app.app_context():
                return job()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(inside).result()

    @property
    def representatives(self) -> tuple[SeedAccount, ...]:
        """The five people who act for an agency."""
        return tuple(account for account in self.accounts if account.role is Role.REPRESENTATIVE)


@contextmanager
def run_product(app: Flask, clock: MovingClock) -> Iterator[RunningProduct]:
    """The product as `make run` leaves it at first start, served on loopback."""
    accounts = draw_accounts()
    with app.app_context():
        seed_embedded(accounts)
    connections: dict[int, Any] = {}
    server = create_server(app, map=connections, host="127.0.0.1", port=0, threads=4)
    assert isinstance(server, BaseWSGIServer)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield RunningProduct(app, clock, f"http://127.0.0.1:{server.effective_port}", accounts)
    # In the server's own thread, which ends when nothing is left: what another thread closes it might be waiting for.
    server.trigger.pull_trigger(partial(close_all, connections))
    thread.join(timeout=15)
    server.task_dispatcher.shutdown()


@pytest.fixture
def product(app_factory: Callable[..., Flask], sqlite_url: str) -> Iterator[RunningProduct]:
    """With its clock in May 2024."""
    clock = MovingClock(MAY_6)
    with run_product(app_factory(clock=clock, database_url=sqlite_url), clock) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium a file; every visit has its own context.

    Not longer: the driver keeps an event loop running in this thread, in which signing could not start its own.
    """
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield launched
        launched.close()
