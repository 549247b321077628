"""Databases at the newest migration, made once a run and copied for each test."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from approval.app import create_app
from approval.config import Settings
from approval.extensions import db
from tests.factories.settings import make_settings
from tests.servers.postgres import PostgresServer


def migrate(settings: Settings) -> None:
    """Run all migrations on an empty database and let go of it."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
    close(app)


def close(app: Flask) -> None:
    """Give back every connection of an application."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file without a write-ahead log beside it, so that copying the file copies all."""
    settings = make_settings(folder)
    migrate(settings)
    path = Path(str(make_url(settings.database_url).database))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def sqlite_copy(template: Path, folder: Path) -> str:
    """A fresh migrated SQLite file in `folder`; its URL."""
    return f"sqlite:///{shutil.copyfile(template, folder / 'giao-uoc.sqlite3')}"


def postgres_template(server: PostgresServer, folder: Path) -> str:
    """The name of a migrated database to copy."""
    url = server.new_database()
    migrate(make_settings(folder, database_url=url))
    return str(make_url(url).database)


def fill_memory(app: Flask, template: Path) -> None:
    """Copy the migrated file into the in-memory database of an application."""
    with app.app_context():
        raw = db.engine.raw_connection()
        target = cast("sqlite3.Connection", cast("Any", raw).driver_connection)
        with closing(sqlite3.connect(template)) as source:
            source.backup(target)
        raw.close()
