"""The rooms put together: configuration that must hold on every instance, and the program's way out."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import click
import pytest
from flask import Flask, request

from approval.app import approval_command, create_app, main
from approval.config import ConfigurationError, Mode
from approval.domain.errors import InvalidInputError
from tests.factories.settings import make_settings


@pytest.fixture
def built(tmp_path: Path) -> Flask:
    return create_app(make_settings(tmp_path))


def test_unsafe_settings_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        create_app(make_settings(tmp_path, mode=Mode.PRODUCTION, secret_key="short"))


def test_flask_s_own_cookie_is_closed_to_scripts_and_other_sites(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, cookie_secure=True, public_base_url="https://giaouoc.example"))
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_form_lives_as_long_as_a_session_may(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, session_absolute=timedelta(hours=2)))
    assert app.config["WTF_CSRF_TIME_LIMIT"] == 7200


def address_seen(app: Flask, **headers: str) -> str:
    seen: list[str] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(str(request.remote_addr)))
    app.test_client().get("/healthz", base_url="http://localhost", headers=headers)
    return seen[0]


def test_forwarded_addresses_are_believed_only_behind_a_configured_proxy(tmp_path: Path) -> None:
    (tmp_path / "proxied").mkdir()
    forged = {"X-Forwarded-For": "203.0.113.9"}
    assert address_seen(create_app(make_settings(tmp_path)), **forged) == "127.0.0.1"
    proxied = create_app(make_settings(tmp_path / "proxied", proxy_hops=1))
    assert address_seen(proxied, **forged) == "203.0.113.9"
    assert (
        address_seen(
            create_app(make_settings(tmp_path, proxy_hops=1)), **{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        )
        == "198.51.100.7"
    )


def test_a_dropped_postgresql_connection_is_noticed_before_use(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, database_url="postgresql+psycopg://nobody@localhost/none"))
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"] == {"pool_pre_ping": True}


def test_every_command_is_offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["approval", "--help"])
    with pytest.raises(SystemExit) as leaving:
        main()
    assert leaving.value.code == 0
    shown = capsys.readouterr().out
    assert {"migrate", "run", "demo"} <= set(shown.split())
    assert set(approval_command.commands) >= {"migrate", "run"}


def test_a_refusal_is_one_sentence_in_two_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise InvalidInputError("x", "Tệp trống.", "The file is empty.")

    monkeypatch.setitem(approval_command.commands, "refuse", click.Command("refuse", callback=refuse))
    monkeypatch.setattr(sys, "argv", ["approval", "refuse"])
    with pytest.raises(SystemExit) as leaving:
        main()
    assert leaving.value.code == "Tệp trống.\nThe file is empty."
