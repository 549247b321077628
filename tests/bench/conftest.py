"""Measurements end in one table: on the terminal, and in `.benchmarks/summary.md` for the README.

No time is ever asserted. A goal that is missed says MISS in the table: a busy machine is no broken product.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.bench.bench_product import BenchProduct, make_product
from tests.bench.figures import Ledger, markdown
from tests.bench.machine import load_average, machine_facts
from tests.factories.settings import make_settings
from tests.servers.databases import close, sqlite_copy

_LEDGER = pytest.StashKey[Ledger]()
_LOAD_BEFORE = pytest.StashKey[str]()
_SUMMARY = Path(".benchmarks") / "summary.md"


def pytest_configure(config: pytest.Config) -> None:
    """Start with an empty ledger; pytest-benchmark's own table would repeat half of ours in other units."""
    config.stash[_LEDGER] = Ledger()
    config.stash[_LOAD_BEFORE] = load_average()
    config.option.benchmark_quiet = True


@pytest.fixture(scope="session")
def ledger(pytestconfig: pytest.Config) -> Ledger:
    """Where a measurement leaves its figure."""
    return pytestconfig.stash[_LEDGER]


@pytest.fixture(scope="module")
def product(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BenchProduct]:
    """The real bloc of five agencies on SQLite as `make run` has it, PINs at the cost of production."""
    folder = tmp_path_factory.mktemp("bench")
    made = make_product(make_settings(folder, database_url=sqlite_copy(migrated_sqlite, folder)))
    yield made
    close(made.app)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print the table and keep a copy."""
    ledger = config.stash[_LEDGER]
    if not ledger.figures:
        return
    facts = [*machine_facts(), f"load average {config.stash[_LOAD_BEFORE]} before, {load_average()} after"]
    text = markdown(ledger, facts)
    target = config.rootpath / _SUMMARY
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    terminalreporter.section("figures")
    terminalreporter.write_line(text)
