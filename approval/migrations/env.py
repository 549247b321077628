"""Runs migrations on the application's own engine: all in one transaction, and never two runs at once."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Engine, text

# Any number will do as long as nothing else takes it; spells "GIAO".
_ADVISORY_LOCK = 0x4749414F


def _run(engine: Engine) -> None:
    # IMMEDIATE: a web and a worker that start together queue here instead of failing on a locked file.
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        context.configure(
            connection=connection,
            target_metadata=current_app.extensions["migrate"].db.metadata,
            # Both databases roll DDL back; Alembic only believes it of PostgreSQL.
            transactional_ddl=True,
            compare_type=True,
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            context.run_migrations()


_run(current_app.extensions["migrate"].db.engine)
