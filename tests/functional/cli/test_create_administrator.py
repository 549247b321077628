"""`approval create-administrator`, through the real entry point: how a production installation begins."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from approval import app as entry
from approval.config import Settings
from approval.extensions import db
from approval.models.person import Person
from tests.factories.history import events
from tests.factories.settings import to_environment
from tests.functional.visitor import Visitor
from tests.servers.databases import close

NAME, EMAIL = "Quản trị", "Quan-Tri@bacgiang.example"


class Command:
    """The command with its settings in the environment; keeps the applications it made."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.made: list[Flask] = []
        self.really_create = entry.create_app
        patch.setattr(entry, "create_app", self._create)

    def _create(self) -> Flask:
        self.made.append(self.really_create())
        return self.made[-1]

    def run(self, *, name: str = NAME, email: str = EMAIL) -> str | int | None:
        """What the process would end with: 0 or None when all went well, else a code or the sentence."""
        self.patch.setattr(sys, "argv", ["approval", "create-administrator", "--name", name, "--email", email])
        with pytest.raises(SystemExit) as ended:
            entry.main()
        return ended.value.code


@pytest.fixture
def start(
    monkeypatch: pytest.MonkeyPatch, settings_factory: Callable[..., Settings]
) -> Iterator[Callable[..., Command]]:
    """`start(database_url)`: the command on this database."""
    commands: list[Command] = []

    def make(database_url: str) -> Command:
        for variable, value in to_environment(settings_factory(database_url=database_url)).items():
            monkeypatch.setenv(variable, value)
        commands.append(Command(monkeypatch))
        return commands[-1]

    yield make
    for command in commands:
        for app in command.made:
            close(app)


def test_the_administrator_signs_in_with_the_printed_password_and_starts_the_work(
    start: Callable[..., Command], database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = start(database_url)
    assert not command.run()
    told = capsys.readouterr().out
    found = re.search(r"quan-tri@bacgiang\.example   mật khẩu / password: (\S+)", told)
    assert found is not None
    assert told.count(found[1]) == 1

    app = command.made[0]
    visitor = Visitor(app)
    assert visitor.sign_in(EMAIL, found[1]).status_code == 303
    assert "Thêm khối thi đua" in visitor.get("/quan-tri").text
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.display_name, person.role, person.bloc_id) == (NAME, "administrator", None)
        (event,) = events("person:account:created")
        assert event["actor"] == "system"
        assert found[1] not in str(event)


@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        (NAME, "không phải thư", "Địa chỉ thư không đúng"),
        ("  ", EMAIL, "Tên hiển thị"),
    ],
)
def test_a_bad_name_or_address_is_refused_in_words(
    start: Callable[..., Command], sqlite_url: str, name: str, email: str, sentence: str
) -> None:
    command = start(sqlite_url)
    # `sys.exit` with words prints them to stderr and ends with 1.
    assert sentence in str(command.run(name=name, email=email))
    with command.made[0].app_context():
        assert db.session.scalars(select(Person)).all() == []


def test_a_taken_address_is_refused_and_the_first_account_stays(start: Callable[..., Command], sqlite_url: str) -> None:
    command = start(sqlite_url)
    assert not command.run()
    refusal = str(command.run(name="Người khác"))
    assert "Đã có tài khoản dùng địa chỉ thư này" in refusal
    assert "There is an account with this address already" in refusal
    with command.made[0].app_context():
        assert db.session.scalars(select(Person.display_name)).all() == [NAME]


def test_before_the_migration_it_says_what_to_run(
    start: Callable[..., Command], empty_database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start(empty_database_url).run() == 1
    told = capsys.readouterr()
    assert "approval migrate" in told.err
    assert "mật khẩu / password" not in told.out
