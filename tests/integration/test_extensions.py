"""SQLite keeps its promises on every connection, and a lost Redis locks nobody out."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from approval.extensions import install_sqlite_hooks
from tests.servers.fixtures import AppFactory
from tests.servers.waiting import free_port


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path}/x.sqlite3")
    install_sqlite_hooks(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id))"))
    return engine


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 10000),
    ],
)
def test_every_connection_has_the_pragmas(engine: Engine, pragma: str, value: object) -> None:
    with engine.connect() as first, engine.connect() as second:
        assert first.execute(text(f"PRAGMA {pragma}")).scalar() == value
        assert second.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_child_without_a_parent_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text("INSERT INTO child VALUES (1, 99)"))


def test_replace_cannot_get_past_a_trigger_on_delete(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO parent VALUES (1)"))
        connection.execute(
            text("CREATE TRIGGER keep BEFORE DELETE ON parent BEGIN SELECT RAISE(ABORT, 'append only'); END")
        )
    with pytest.raises(IntegrityError, match="append only"), engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO parent VALUES (1)"))


def test_ddl_is_rolled_back_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE gone (id INTEGER)"))
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'gone'")).scalar() == 0


def test_a_reader_sees_one_moment_and_does_not_stop_the_writer(engine: Engine) -> None:
    with engine.connect() as reader:
        assert reader.execute(text("SELECT count(*) FROM parent")).scalar() == 0
        with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as writer:
            writer.execute(text("INSERT INTO parent VALUES (1)"))
            writer.commit()
        assert reader.execute(text("SELECT count(*) FROM parent")).scalar() == 0


def test_writers_queue_instead_of_failing(engine: Engine) -> None:
    def write(number: int) -> None:
        try:
            with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
                connection.execute(text("SELECT max(id) FROM parent"))
                connection.execute(text("INSERT INTO parent VALUES (:id)"), {"id": number})
                connection.commit()
        except OperationalError as error:
            failures.append(error)

    failures: list[OperationalError] = []
    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM parent")).scalar() == 8


def test_other_databases_are_left_alone(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    install_sqlite_hooks(engine)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_: seen.append(statement))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
    assert seen == ["SELECT 1"]


def test_people_can_sign_in_while_redis_is_away(app_factory: AppFactory, sqlite_url: str) -> None:
    dead = f"redis://:pw@127.0.0.1:{free_port()}/1"
    client = app_factory(database_url=sqlite_url, ratelimit_storage_uri=dead).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/dang-nhap").text)
    assert token is not None
    credentials = {"csrf_token": token[1], "email": "khong-co@example.vn", "password": "không ai có mật khẩu này"}
    begun = time.monotonic()
    answer = client.post("/dang-nhap", data=credentials)
    assert answer.status_code == 422
    assert "mật khẩu" in answer.text
    assert time.monotonic() - begun < 3
