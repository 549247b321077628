"""The worker looks at files while they are being signed: once each, and it says when one is damaged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from approval.domain.states import State
from approval.extensions import parts
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    current_signing,
    make_house,
    make_open_pledge,
    sign_by,
    stored_pledge,
)
from worker.finalise_due import finalise_due
from worker.watch_heads import watch_heads


@pytest.fixture
def app(app_factory: Callable[..., Flask], database_url: str) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app, agencies=3)


def watch(app: Flask) -> int:
    with app.app_context():
        return watch_heads()


def test_each_signed_file_is_looked_at_once(app: Flask, house: SigningHouse, caplog: pytest.LogCaptureFixture) -> None:
    pledge_id = make_open_pledge(app, house)
    assert watch(app) == 0, "nobody has signed"
    sign_by(app, pledge_id, house.representatives[2])
    assert [watch(app), watch(app)] == [1, 0]
    sign_by(app, pledge_id, house.representatives[0])
    assert [watch(app), watch(app)] == [1, 0]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_file_signed_by_all_is_left_to_the_finalisation(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    assert watch(app) == 0
    with app.app_context():
        assert finalise_due() == 1
        assert stored_pledge(pledge_id).state == State.FINALISED


def test_a_watched_file_is_finished_all_the_same(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(app, house)
    for representative in house.representatives:
        sign_by(app, pledge_id, representative)
        watch(app)
    with app.app_context():
        assert finalise_due() == 1
        assert stored_pledge(pledge_id).state == State.FINALISED


@pytest.mark.parametrize("harm", ["gone", "other bytes"])
def test_a_damaged_file_is_said_to_be_so_and_others_are_looked_at(
    app: Flask, house: SigningHouse, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    damaged, sound = make_open_pledge(app, house), make_open_pledge(app, house)
    for pledge_id in (damaged, sound):
        sign_by(app, pledge_id, house.representatives[0])
    file = _file_of_head(app, damaged)
    file.unlink()
    if harm == "other bytes":
        file.write_bytes(b"%PDF-1.7 something else")
    assert watch(app) == 2
    assert [record.args[0] for record in caplog.records if record.levelno >= logging.ERROR] == [damaged]  # type: ignore[index]


def test_a_genuine_but_older_file_is_noticed(app: Flask, house: SigningHouse, caplog: pytest.LogCaptureFixture) -> None:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        older = parts().file_store.get(current_signing(pledge_id).head_sha256)
    sign_by(app, pledge_id, house.representatives[1])
    with app.app_context():
        parts().file_store = _OneFile(older)  # type: ignore[assignment]
        assert watch_heads() == 1
    assert "KY_02" in caplog.text


class _OneFile:
    """A store that gives one file whatever it is asked for."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf

    def get(self, sha256: str) -> bytes:
        return self._pdf


def _file_of_head(app: Flask, pledge_id: object) -> Path:
    with app.app_context():
        sha256 = current_signing(pledge_id).head_sha256  # type: ignore[arg-type]
        return next((parts().settings.data_dir / "files").rglob(f"{sha256}.bin"))
