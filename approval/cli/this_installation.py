"""Finds the settings a command should work with: the environment's, else those of the installation on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from approval.cli.embedded_home import DEFAULT_FOLDER, EmbeddedHome, running_home

_ANY_PORT = 8000


def open_installation(create_app: Callable[[], Flask]) -> Flask:
    """The application of the configured installation (`APPROVAL_MODE` set), else of the folder `approval run` made.

    Raises click.ClickException when there is neither.
    """
    if not os.environ.get("APPROVAL_MODE"):
        folder = Path(os.environ.get("APPROVAL_DATA_DIR", DEFAULT_FOLDER)).expanduser().absolute()
        if not (folder / "accounts.txt").exists():
            raise click.ClickException(
                f"Chưa có bản cài đặt nào ở {folder}. Chạy `approval run` một lần, hoặc đặt APPROVAL_DATA_DIR. / "
                f"No installation in {folder}. Run `approval run` once, or set APPROVAL_DATA_DIR."
            )
        home = running_home(folder) or EmbeddedHome(folder, port=_ANY_PORT, mail_port=1)
        os.environ.update(home.environment("embedded", {}))
    return create_app()
