"""/healthz tells machines by status and people by words."""

from __future__ import annotations

from sqlalchemy import text

from approval.extensions import db, parts
from approval.models.heartbeat import Heartbeat
from tests.factories.signing_house import make_open_pledge
from tests.functional.conftest import Place


def test_healthy_instance(place: Place) -> None:
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert {name: check["ok"] for name, check in answer.json["checks"].items()} == {
        "database": True,
        "disk": True,
        "beat": True,
        "mail": True,
        "worker": True,
    }
    assert "Đọc được cơ sở dữ liệu." in answer.text
    assert "Set-Cookie" not in answer.headers


def test_database_without_tables_is_failing(place: Place) -> None:
    with place.app.app_context():
        db.session.execute(text("ALTER TABLE outbox_message RENAME TO gone"))
        db.session.commit()
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["database"]["ok"] is False
    assert "OperationalError" not in answer.text


def test_missing_data_folder_is_failing(place: Place) -> None:
    with place.app.app_context():
        folder = parts().settings.data_dir
    folder.rename(folder.with_name("moved"))
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["disk"]["ok"] is False


def test_absent_worker_is_told_but_does_not_restart_the_web(place: Place) -> None:
    make_open_pledge(place.app, place.house)
    place.clock.forward(minutes=10)
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["checks"]["worker"]["ok"] is False
    assert "chờ 10 phút" in answer.text


def test_silent_beat_is_told_with_what_to_do(place: Place) -> None:
    with place.app.app_context():
        now = parts().clock.now()
        db.session.add_all(Heartbeat(name=name, seen_at=now) for name in ("sweep", "relay", "finalise"))
        db.session.commit()
    place.clock.forward(minutes=9)
    answer = place.visitor().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["checks"]["beat"]["ok"] is False
    assert (
        "cách đây 9 phút; hàng đợi không có lượt mới nên beat đã dừng: khởi động lại beat"
        in answer.json["checks"]["beat"]["message"]
    )
