"""Fixtures for servers, databases and application instances; `tests/conftest.py` loads them for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from approval.app import create_app
from approval.config import Settings
from tests.factories.settings import make_settings
from tests.servers.databases import close, fill_memory, postgres_template, sqlite_copy, sqlite_template
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink
from tests.servers.waiting import required_program

AppFactory = Callable[..., Flask]
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, one a test process."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of the template database."""
    return postgres_template(postgres_server, tmp_path_factory.mktemp("postgres-template"))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template file."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, migrated_postgres: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    url = postgres_server.new_database(template=migrated_postgres)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite file."""
    return sqlite_copy(migrated_sqlite, tmp_path)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on SQLite (file) and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=DATABASES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without a table, once on SQLite (file) and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield url
    server.drop_database(url)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis, one a test process."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """URL of an emptied Redis."""
    redis_server.empty()
    return redis_server.url


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it gets; see `Behaviour` for how it can fail."""
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    return required_program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def settings_factory(tmp_path: Path) -> Callable[..., Settings]:
    """`settings_factory(**overrides)`: test-mode settings below this test's folder."""

    def build(**overrides: Any) -> Settings:
        return make_settings(**{"data_dir": tmp_path / "data", **overrides})

    return build


@pytest.fixture
def app_factory(settings_factory: Callable[..., Settings]) -> Iterator[AppFactory]:
    """`app_factory(clock=None, **overrides)`: the whole application; pass `database_url=` for a migrated one."""
    built: list[Flask] = []

    def build(*, clock: Any = None, **overrides: Any) -> Flask:
        settings = settings_factory(**overrides)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        built.append(create_app(settings, clock=clock))
        return built[-1]

    yield build
    for app in built:
        close(app)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str) -> Flask:
    """The application on a fresh migrated database, once a database kind."""
    return app_factory(database_url=database_url)


@pytest.fixture
def sqlite_memory(app_factory: AppFactory, migrated_sqlite: Path) -> Flask:
    """The application on a fresh migrated database in memory (one connection shared by all threads)."""
    app = app_factory(database_url="sqlite://")
    fill_memory(app, migrated_sqlite)
    return app
