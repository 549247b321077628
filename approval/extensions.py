"""The Flask extensions of the product, and the hooks that make SQLite keep its promises."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from approval.adapters.parts import Parts
from approval.models.all_tables import Base

BUSY_TIMEOUT_MS = 10_000

db = SQLAlchemy(metadata=Base.metadata)
login_manager = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()
# For redis-py; its own patience (several tries, growing pauses) would be a person's waiting time.
_RATE_STORAGE: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": None}
# Redis may be away; people can still sign in, and each process counts for itself until it is back.
limiter = Limiter(
    key_func=get_remote_address,
    in_memory_fallback_enabled=True,
    storage_options=_RATE_STORAGE,
)
babel = Babel()
bootstrap = Bootstrap5()

# SQLite has one writer at a time and wakes waiters unfairly: without a queue of our own the slowest writer of eight
# waited 2.75 s, with it 0.13 s. It covers this process only; `busy_timeout` covers the others.
sqlite_write_lock = threading.RLock()


def init_extensions(app: Flask) -> None:
    """Bind every extension to an app whose configuration is complete, and hook its SQLite engines."""
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            install_sqlite_hooks(engine)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS_DIR"]), render_as_batch=True, compare_type=True)
    login_manager.session_protection = None  # our sessions are rows; Flask-Login's own check would log people out
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app)
    bootstrap.init_app(app)


def parts() -> Parts:
    """The adapters of the running application (clock, file store, signer …)."""
    found: Parts = current_app.extensions["approval_parts"]
    return found


def install_sqlite_hooks(engine: Engine) -> None:
    """Take transactions over from the driver and set the pragmas; does nothing on other databases.

    A transaction opens as `BEGIN <sqlite_begin>`, an execution option of the connection: DEFERRED unless said
    otherwise, IMMEDIATE for writers, because a reader that turns writer fails at once with "database is locked".
    The option `sqlite_patience_ms` bounds how long that one opening waits for other processes.
    """
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(dbapi_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection: Any = dbapi_connection
    # The driver would otherwise open transactions late, and as DEFERRED.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        if _is_file(cursor):
            cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit reported to a person must survive a power cut; NORMAL in WAL may lose the last ones.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Without it `INSERT OR REPLACE` deletes a row behind the append-only triggers' back.
        cursor.execute("PRAGMA recursive_triggers=ON")
    finally:
        cursor.close()


def _is_file(cursor: Any) -> bool:
    """Whether the main database lies on disk: `PRAGMA database_list` gives (number, name, file path)."""
    cursor.execute("PRAGMA database_list")
    return any(name == "main" and path for _, name, path in cursor.fetchall())


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    kind, patience = options.get("sqlite_begin", "DEFERRED"), options.get("sqlite_patience_ms")
    if patience is None:
        connection.exec_driver_sql(f"BEGIN {kind}")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience)}")
    try:
        connection.exec_driver_sql(f"BEGIN {kind}")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
