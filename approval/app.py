"""Puts the rooms together: the Flask application and the `approval` command."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from approval import cli
from approval.adapters.clock import Clock
from approval.adapters.parts import build_parts
from approval.config import ConfigurationError, Mode, Settings, check
from approval.domain.errors import PledgeError
from approval.extensions import init_extensions
from approval.web import blueprints

_HERE = Path(__file__).resolve().parent
_LARGEST_UPLOAD_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The whole product as a WSGI application; settings come from the environment unless given.

    Raises ConfigurationError for missing or unsafe settings.
    """
    settings = check(settings) if settings else Settings.from_environment(os.environ)
    app = Flask(
        "approval", template_folder=str(_HERE.parent / "templates"), static_folder=str(_HERE / "web" / "static")
    )
    app.config.from_mapping(_flask_config(settings))
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    init_extensions(app)
    app.extensions["approval_parts"] = build_parts(settings, clock)
    blueprints.register(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.mode is Mode.TEST,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MIGRATIONS_DIR": str(_HERE / "migrations"),
        "MAX_CONTENT_LENGTH": _LARGEST_UPLOAD_BYTES,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        # Flask's own cookie carries the CSRF secret only; the sign-in has its own cookie.
        "SESSION_COOKIE_NAME": "__Host-form" if settings.cookie_secure else "form",
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A form lives as long as a session may: a director reads for an hour before agreeing.
        "WTF_CSRF_TIME_LIMIT": int(settings.session_absolute.total_seconds()),
        "RATELIMIT_STORAGE_URI": settings.ratelimit_storage_uri,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {}
    # A restarted PostgreSQL must not show people an error page for each connection it dropped.
    return {"pool_pre_ping": True}


@click.group(name="approval", context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def approval_command(context: click.Context) -> None:
    """Agree on, sign and prove an emulation pledge. / Giao Ước."""
    # Commands stand below this room, so they are handed the factory instead of importing it.
    context.obj = create_app


def _add_commands() -> None:
    """One command a file of the cli room, under the name `command`."""
    for module in pkgutil.iter_modules(cli.__path__):
        command = getattr(importlib.import_module(f"approval.cli.{module.name}"), "command", None)
        if isinstance(command, click.Command):
            approval_command.add_command(command)


def main() -> None:
    """Entry point of the `approval` command: refusals become one sentence and exit code 1."""
    _add_commands()
    try:
        approval_command()
    except ConfigurationError as error:
        sys.exit(str(error))
    except PledgeError as error:
        sys.exit(f"{error.vi}\n{error.en}")
