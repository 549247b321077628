"""`approval import` and `approval doctor` on an installation that `approval run` would have made."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from approval.adapters.clock import FixedClock
from approval.app import create_app
from approval.cli import doctor, erase_private, import_file, sign_log
from approval.cli.embedded_home import EmbeddedHome, lock_home, prepare_folder, running_home
from approval.cli.first_accounts import make_first_accounts
from approval.domain.log_signing import LogRefusedError
from approval.extensions import db, parts
from approval.models.pledge import Pledge
from approval.services.seed_embedded import STARTER_FILE
from tests.factories.pledge_texts import seed_text
from tests.factories.signed_log import log_signing
from tests.factories.word_files import exported
from tests.servers.databases import close
from tests.servers.smtp import SmtpSink
from tests.servers.waiting import free_port


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder as the first start leaves it."""
    made = EmbeddedHome(tmp_path_factory.mktemp("first") / "home", port=free_port(), mail_port=free_port())
    prepare_folder(made.folder)
    with pytest.MonkeyPatch.context() as patched:
        for name, value in made.environment("embedded", {}).items():
            patched.setenv(name, value)
        app = create_app()
    with app.app_context():
        upgrade()
        make_first_accounts(made)
    close(app)
    return made.folder


@pytest.fixture
def home(first_start: Path, tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[EmbeddedHome]:
    """A copy of it, with the mail port of a running sink; the commands change the environment of their process."""
    folder = shutil.copytree(first_start, tmp_path / "home")
    with pytest.MonkeyPatch.context() as patched:
        before = dict(os.environ)
        patched.setenv("APPROVAL_DATA_DIR", str(folder))
        yield EmbeddedHome(folder, port=free_port(), mail_port=smtp_sink.port)
        os.environ.clear()
        os.environ.update(before)


class Factory:
    """`create_app` that lets the test close what a command opened."""

    def __init__(self) -> None:
        self.made: list[Flask] = []

    def __call__(self) -> Flask:
        self.made.append(create_app())
        return self.made[-1]


@pytest.fixture
def factory() -> Iterator[Factory]:
    made = Factory()
    yield made
    for app in made.made:
        close(app)


def run(command: Command, *words: str, factory: Factory) -> Result:
    return CliRunner().invoke(command, list(words), obj=factory)


def pledges(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Pledge)) or 0


def test_import_makes_a_draft_and_says_where(home: EmbeddedHome, factory: Factory) -> None:
    result = run(import_file.command, str(STARTER_FILE), factory=factory)
    assert result.exit_code == 0, result.output
    assert "/van-ban/" in result.output
    assert pledges(factory.made[0]) == 2


def test_import_takes_a_word_file(home: EmbeddedHome, factory: Factory, tmp_path: Path) -> None:
    file = tmp_path / "du-thao.docx"
    file.write_bytes(exported(seed_text()))
    result = run(import_file.command, str(file), factory=factory)
    assert result.exit_code == 0, result.output
    assert pledges(factory.made[0]) == 2


def test_import_refuses_what_is_no_pledge_and_stores_nothing(
    home: EmbeddedHome, factory: Factory, tmp_path: Path
) -> None:
    file = tmp_path / "letter.md"
    file.write_text("Kính gửi")
    result = run(import_file.command, str(file), factory=factory)
    assert result.exit_code != 0
    assert pledges(factory.made[0]) == 1


def test_import_names_the_coordinators_it_knows(home: EmbeddedHome, factory: Factory) -> None:
    result = run(import_file.command, str(STARTER_FILE), "--coordinator", "ai-do@giao-uoc.example", factory=factory)
    assert result.exit_code == 2
    assert "thu-ky@giao-uoc.example" in result.output


def test_without_an_installation_a_command_says_what_to_do(
    tmp_path: Path, factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_DATA_DIR", str(tmp_path / "nowhere"))
    result = run(doctor.command, factory=factory)
    assert result.exit_code == 1
    assert "approval run" in result.output


def test_a_healthy_running_installation_passes_the_doctor(home: EmbeddedHome, factory: Factory) -> None:
    with lock_home(home):
        assert running_home(home.folder) == home
        result = run(doctor.command, factory=factory)
    assert result.exit_code == 0, result.output
    assert "Mọi thứ ổn" in result.output
    assert result.output.count("✓") == 12


def test_a_mail_server_that_is_away_is_named(home: EmbeddedHome, factory: Factory) -> None:
    with lock_home(replace(home, mail_port=free_port())):
        result = run(doctor.command, factory=factory)
    assert result.exit_code == 1
    assert "✗ Máy chủ thư" in result.output
    assert "Khởi động máy chủ thư, hoặc sửa APPROVAL_SMTP_HOST và APPROVAL_SMTP_PORT." in result.output


def test_a_home_nobody_runs_on_is_not_running(home: EmbeddedHome) -> None:
    lock_home(home).close()
    assert running_home(home.folder) is None


def test_the_log_signer_signs_once_and_refuses_a_database_that_went_back(home: EmbeddedHome, factory: Factory) -> None:
    database = home.folder / "giao-uoc.sqlite3"
    backup = shutil.copyfile(database, home.folder / "before.sqlite3")
    first = run(sign_log.command, "--once", factory=factory)
    assert first.exit_code == 0, first.output
    assert "127.0.0.1/nhat-ky+" in first.output
    rotated = run(sign_log.command, "--rotate-key", factory=factory)
    assert "new key" in rotated.output
    for app in factory.made:
        close(app)
    database.with_name(f"{database.name}-wal").unlink(missing_ok=True)
    shutil.copyfile(backup, database)
    refused = run(sign_log.command, "--once", factory=factory)
    assert isinstance(refused.exception, LogRefusedError)
    assert refused.exception.code == "log-behind"
    assert run(sign_log.command, "--replace-lost-key", factory=factory).exit_code == 0
    assert run(sign_log.command, "--once", factory=factory).exit_code == 0


def test_private_details_are_erased_by_address(home: EmbeddedHome, factory: Factory) -> None:
    account = json.loads((home.folder / "accounts.json").read_text())[0]
    done = run(erase_private.command, account["email"], factory=factory)
    assert done.exit_code == 0, done.output
    assert "của 0 sự kiện" in done.output
    assert "No account uses this address" in str(run(erase_private.command, "khong-ai@x.vn", factory=factory).exception)


def test_a_history_nobody_signs_is_named(home: EmbeddedHome, factory: Factory) -> None:
    os.environ.update(home.environment("embedded", {}))
    with factory().app_context():
        tools = parts()
        tools.clock = FixedClock(tools.clock.now() + timedelta(minutes=12))
        found = {one.subject: one.advice for one in doctor.examine(tools)}
        assert "có sự kiện chưa được ký từ" in found["Ký nhật ký"]
        log_signing().prepare()
        log_signing().step()
        found = {one.subject: one.advice for one in doctor.examine(tools)}
        assert found["Ký nhật ký"] == ""


def test_a_log_key_that_the_one_before_did_not_sign_is_named(home: EmbeddedHome, factory: Factory) -> None:
    os.environ.update(home.environment("embedded", {}))
    with factory().app_context():
        log_signing().prepare()
        assert {one.subject: one.advice for one in doctor.examine(parts())}["Khóa ký nhật ký"] == ""
        new = log_signing().replace_lost()
        advice = {one.subject: one.advice for one in doctor.examine(parts())}["Khóa ký nhật ký"]
        assert f"APPROVAL_LOG_KEYS={new}" in advice
