"""Migrations on both databases: up, down and up again with data; four runs at once; equal to the models."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from approval import app as application
from approval.cli import migrate
from approval.config import Settings
from approval.extensions import db
from approval.models.all_tables import Base
from approval.services.seed_embedded import seed_embedded
from tests.factories.history import require_sound_history
from tests.factories.raw_rows import trigger_names
from tests.factories.settings import to_environment
from tests.servers.fixtures import AppFactory

FOLDER = Path(migrate.__file__).parents[1] / "migrations"
REVISIONS = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()]


@pytest.fixture
def empty_app(app_factory: AppFactory, empty_database_url: str) -> Flask:
    return app_factory(database_url=empty_database_url)


def tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def triggers() -> set[str]:
    with db.engine.connect() as connection:
        return trigger_names(connection)


def test_the_tables_are_those_of_the_models(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            differences = compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
            )
        assert differences == []
        assert tables() == set(Base.metadata.tables)


def test_checks_in_the_database_are_those_of_the_models(empty_app: Flask) -> None:
    """Alembic does not compare CHECK constraints."""
    with empty_app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            inspector = inspect(connection)
            stored = {check["name"] for table in tables() for check in inspector.get_check_constraints(table)}
    expected = {
        str(constraint.name)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_")
    }
    assert stored - {"ck_audit_event_leaf_of_payload"} == expected


def test_down_and_up_again_with_data_in_the_tables(empty_app: Flask) -> None:
    with empty_app.app_context():
        upgrade()
        guards = triggers()
        seed_embedded()
        db.session.remove()
        for revision in [*REVISIONS[1:], "base"]:
            downgrade(revision=revision)
        assert tables() == set()
        assert triggers() == set()
        upgrade()
        assert triggers() == guards
        assert len(seed_embedded()) == 8
        require_sound_history()
        db.session.remove()


def test_each_step_keeps_the_rows_of_the_steps_before(empty_app: Flask) -> None:
    """Going down one step and up again loses nothing that the step did not make."""
    with empty_app.app_context():
        upgrade()
        seed_embedded()
        db.session.remove()
        downgrade(revision="0003")
        upgrade()
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM person")) == 8
            assert connection.scalar(text("SELECT count(*) FROM pledge")) == 1
        require_sound_history()
        db.session.remove()


def test_processes_migrating_at_once_make_one_database(
    empty_app: Flask, empty_database_url: str, settings_factory: Callable[..., Settings]
) -> None:
    environment = {**os.environ, **to_environment(settings_factory(database_url=empty_database_url))}
    program = "import sys; from approval.app import main; sys.argv = ['approval', 'migrate']; main()"
    command = [sys.executable, "-c", program]
    children = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    outputs = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], outputs
    with empty_app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_head")) == 1
        assert set(inspect(connection).get_table_names()) >= set(Base.metadata.tables)


def test_a_migration_that_fails_leaves_nothing_behind(empty_app: Flask) -> None:
    """The last table of a step cannot be made, so none of the step's tables is."""
    with empty_app.app_context():
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE outbox_message (id integer)"))
        before = tables()
        with pytest.raises(Exception, match="outbox_message"):
            upgrade()
        assert tables() == before


def test_the_command_brings_a_database_up_to_date_twice(empty_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    factory: Callable[[], Flask] = lambda: empty_app  # noqa: E731
    for _ in range(2):
        result = CliRunner().invoke(migrate.command, obj=factory)
        assert result.exit_code == 0, result.output
        assert "up to date" in result.output


def test_the_program_names_the_missing_setting_instead_of_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("APPROVAL_MODE", "APPROVAL_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["approval", "migrate"])
    with pytest.raises(SystemExit) as leaving:
        application.main()
    assert "APPROVAL_" in str(leaving.value.code)
