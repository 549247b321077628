"""`approval migrate`: brings the database to the newest shape; may be run any number of times."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask
from flask_migrate import upgrade


@click.command("migrate")
@click.pass_obj
def command(create_app: Callable[[], Flask]) -> None:
    """Create or update the tables of the configured database."""
    with create_app().app_context():
        upgrade()
    click.echo("Cơ sở dữ liệu đã ở bản mới nhất. / The database is up to date.")
