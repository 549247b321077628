"""The list before opening: all well at first, and each fault named with what to do."""

from __future__ import annotations

import uuid
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.timestamp_authority import TimestampUnavailableError
from approval.extensions import db, parts
from approval.models.person import Person
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.queries.signing_preflight import PreflightItem, signing_preflight
from tests.factories.pledge_texts import small_text
from tests.factories.review_comments import comment_by
from tests.factories.review_house import agree_by, answer_all, make_review
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_agreed_pledge, make_house
from tests.servers.fixtures import AppFactory


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def signing_app(app_factory: AppFactory, sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(database_url=sqlite_url, clock=clock)


@pytest.fixture
def house(signing_app: Flask) -> SigningHouse:
    return make_house(signing_app)


@pytest.fixture
def pledge_id(signing_app: Flask, house: SigningHouse) -> uuid.UUID:
    return make_agreed_pledge(signing_app, house)


def _faults(pledge_id: uuid.UUID) -> dict[str, PreflightItem]:
    return {item.code: item for item in signing_preflight(pledge_id) if not item.ok}


def _key() -> SigningKey:
    return db.session.scalars(select(SigningKey).order_by(SigningKey.id)).all()[0]


def test_everything_in_order(signing_app: Flask, pledge_id: uuid.UUID) -> None:
    with signing_app.app_context():
        items = signing_preflight(pledge_id)

        assert [item.code for item in items] == [
            "house-keys",
            "typesetting",
            "comments",
            "disk",
            "party-01",
            "party-02",
            "date",
        ]
        assert all(item.ok and not item.hint for item in items)


def test_a_comment_without_answer_is_counted(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(signing_app, house)
    comment_by(signing_app, pledge_id, house.representatives[0])
    agree_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        faults = _faults(pledge_id)
        assert list(faults) == ["comments"]
        assert "Còn 1 ý kiến" in faults["comments"].hint
    answer_all(signing_app, house, pledge_id)
    with signing_app.app_context():
        assert _faults(pledge_id) == {}


def test_month_that_is_over_is_named(signing_app: Flask, pledge_id: uuid.UUID, clock: MovingClock) -> None:
    clock.forward(days=20)
    with signing_app.app_context():
        faults = _faults(pledge_id)

        assert list(faults) == ["date"]
        assert "04/06/2024" in faults["date"].hint


def test_silent_time_stamp_server_is_named(signing_app: Flask, pledge_id: uuid.UUID) -> None:
    with signing_app.app_context():

        def silent() -> None:
            raise TimestampUnavailableError("silent")

        parts().tsa.check = silent  # type: ignore[method-assign]
        faults = _faults(pledge_id)

        assert list(faults) == ["house-keys"]
        assert "dấu thời gian" in faults["house-keys"].hint


def test_letter_without_glyph_is_named(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house, replace(small_text(2), preamble=("Cơ quan 漢:",)))
    with signing_app.app_context():
        faults = _faults(pledge_id)

        assert list(faults) == ["typesetting"]
        assert "漢" in faults["typesetting"].hint


def test_full_disk_is_named(signing_app: Flask, pledge_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - the shape of shutil's own
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage(10**12, 10**12, 50 * 1024 * 1024))
    with signing_app.app_context():
        faults = _faults(pledge_id)

        assert list(faults) == ["disk"]
        assert "50 MB" in faults["disk"].vi


def test_missing_key_is_named(signing_app: Flask, pledge_id: uuid.UUID, clock: MovingClock) -> None:
    with signing_app.app_context():
        _key().revoked_at = clock.moment
        db.session.commit()

        assert "chưa có khóa" in _faults(pledge_id)["party-01"].hint


def test_expired_certificate_is_named(signing_app: Flask, pledge_id: uuid.UUID, clock: MovingClock) -> None:
    with signing_app.app_context():
        _key().not_after = clock.moment - timedelta(seconds=1)
        db.session.commit()

        assert "hết hạn" in _faults(pledge_id)["party-01"].hint


def test_revoked_certificate_is_named(signing_app: Flask, pledge_id: uuid.UUID) -> None:
    with signing_app.app_context():
        parts().authority.revoke(int(_key().certificate_serial, 16))

        assert "thu hồi" in _faults(pledge_id)["party-01"].hint


def test_missing_authority_is_named(signing_app: Flask, pledge_id: uuid.UUID, clock: MovingClock) -> None:
    with signing_app.app_context():
        row = db.session.scalars(select(SigningAuthority).order_by(SigningAuthority.id)).all()[1]
        row.valid_to = clock.moment
        db.session.commit()

        faults = _faults(pledge_id)
        assert list(faults) == ["party-02"]
        assert "thẩm quyền" in faults["party-02"].hint


def test_closed_account_is_named(signing_app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    with signing_app.app_context():
        db.session.get_one(Person, house.representatives[0].person_id).active = False
        db.session.commit()

        assert "khóa" in _faults(pledge_id)["party-01"].hint
