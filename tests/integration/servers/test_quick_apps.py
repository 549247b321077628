"""What applications of one process share is never what they say or keep."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template, url_for
from sqlalchemy import func, select

from approval.extensions import db
from approval.models.agency import Agency
from tests.servers.postgres import PostgresServer


def app_saying(folder: Path, words: str) -> Flask:
    folder.mkdir()
    (folder / "page.html").write_text(words, encoding="utf-8")
    app = Flask("twin", template_folder=str(folder))
    app.add_url_rule("/a/<int:number>", "one", defaults={"number": 7})
    app.add_url_rule("/a/<int:number>/<name>", "one")
    return app


def said(app: Flask) -> str:
    with app.test_request_context():
        return render_template("page.html", name="<b>")


def test_a_template_of_the_same_name_says_its_own_words(tmp_path: Path) -> None:
    first, second = app_saying(tmp_path / "first", "A {{ name }}"), app_saying(tmp_path / "second", "B {{ name }}")
    assert [said(first), said(second), said(first)] == ["A &lt;b&gt;", "B &lt;b&gt;", "A &lt;b&gt;"]
    assert [said(app_saying(tmp_path / "third", "A {{ name }}"))] == ["A &lt;b&gt;"]


def test_a_template_changed_under_way_says_the_new_words(tmp_path: Path) -> None:
    assert said(app_saying(tmp_path / "page", "A")) == "A"
    (tmp_path / "page" / "page.html").write_text("B", encoding="utf-8")
    again = Flask("twin", template_folder=str(tmp_path / "page"))
    assert said(again) == "B"


def test_addresses_are_written_with_the_values_of_the_call(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        with app_saying(tmp_path / folder, "").test_request_context():
            assert url_for("one", number=3, name="x y", more="1") == "/a/3/x%20y?more=1"
            assert url_for("one", number=7) == "/a/7"


def agencies(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Agency)) or 0


def add_agency(app: Flask) -> None:
    with app.app_context():
        db.session.add(Agency(name="Sở Thử nghiệm", short_name="STN"))
        db.session.commit()


def test_the_same_statement_reads_the_rows_of_each_application(
    app_factory: Callable[..., Flask], sqlite_url: str, sqlite_memory: Flask, postgres_url: str
) -> None:
    on_file, on_server = app_factory(database_url=sqlite_url), app_factory(database_url=postgres_url)
    add_agency(on_file)
    assert [agencies(app) for app in (on_file, sqlite_memory, on_server)] == [1, 0, 0]
    add_agency(on_server)
    assert [agencies(app) for app in (on_file, sqlite_memory, on_server)] == [1, 0, 1]


def test_a_copied_database_has_nothing_of_the_one_before(
    app_factory: Callable[..., Flask], postgres_server: PostgresServer, migrated_postgres: str
) -> None:
    urls = [postgres_server.new_database(template=migrated_postgres) for _ in range(2)]
    first, second = (app_factory(database_url=url) for url in urls)
    add_agency(first)
    assert [agencies(first), agencies(second)] == [1, 0]


def test_rubbish_made_by_tests_is_still_collected() -> None:
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


@pytest.mark.parametrize("number", [1, 2])
def test_applications_of_a_test_are_new(app: Flask, number: int) -> None:
    assert agencies(app) == 0
    add_agency(app)
