"""Noting who reads stands in nobody's way: not while others write, not in a broken log, not for a browser's guess."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from sqlalchemy import make_url, text

from approval.domain.reading_commands import HandedFile
from approval.extensions import db, sqlite_write_lock
from approval.services import note_refusal, view_document
from approval.web.pledges.history import HANDED_FILES
from tests.factories.history import events
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of


@pytest.fixture
def pledge_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> uuid.UUID:
    """A pledge in review, and readers who wait a shorter time than people would."""
    for module in (view_document, note_refusal):
        monkeypatch.setattr(module, "_PATIENCE", 0.02)
    return make_review(desk.place.app, desk.house)


@contextmanager
def another_process_writes(desk: Desk) -> Iterator[None]:
    with desk.place.app.app_context():
        path = make_url(str(db.engine.url)).database
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def another_thread_writes(_desk: Desk) -> Iterator[None]:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite_write_lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    yield
    done.set()
    thread.join()


def noted(desk: Desk, kind: str) -> int:
    with desk.place.app.app_context():
        return len(events(f"pledge:file:{kind}"))


@pytest.mark.parametrize("writing", [another_process_writes, another_thread_writes])
def test_a_page_is_shown_while_others_write_and_noted_at_the_next_look(
    desk: Desk, pledge_id: uuid.UUID, writing: Callable[[Desk], AbstractContextManager[None]]
) -> None:
    reader, title = desk.first, desk.stored(pledge_id).title
    with writing(desk):
        answer = reader.get(page_of(pledge_id))
        assert answer.status_code == 200
        assert title in answer.text
    assert noted(desk, "viewed") == 0
    reader.get(page_of(pledge_id))
    assert noted(desk, "viewed") == 1


def test_who_is_turned_away_gets_the_same_answer_while_others_write(desk: Desk, pledge_id: uuid.UUID) -> None:
    reader = desk.first
    with another_process_writes(desk):
        assert reader.get(page_of(pledge_id, "soan-thao")).status_code == 403
    assert noted(desk, "refused") == 0


def test_a_history_that_takes_nothing_stops_no_reader_but_lets_no_file_out(desk: Desk, pledge_id: uuid.UUID) -> None:
    reader = desk.first
    with desk.place.app.app_context():
        stop = "CREATE TRIGGER full BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        db.session.execute(text(stop))
        db.session.commit()
    assert reader.get(page_of(pledge_id)).status_code == 200
    answer = reader.get(page_of(pledge_id, "nhat-ky.jsonl"))
    assert answer.status_code == 500
    assert "payload" not in answer.text


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
)
@pytest.mark.parametrize("part", ["", "nhat-ky.jsonl"])
def test_a_browser_that_asks_ahead_is_neither_noted_nor_served(
    desk: Desk, pledge_id: uuid.UUID, header: dict[str, str], part: str
) -> None:
    answer = desk.first.client.get(page_of(pledge_id, part), headers=header)
    assert (answer.status_code, answer.data) == (503, b"")
    assert noted(desk, "viewed") == noted(desk, "downloaded") == 0
    assert desk.first.get(page_of(pledge_id, part)).status_code == 200
    assert noted(desk, "viewed") + noted(desk, "downloaded") == 1


def test_every_file_that_can_be_taken_has_its_name() -> None:
    assert set(HANDED_FILES) == set(HandedFile)
