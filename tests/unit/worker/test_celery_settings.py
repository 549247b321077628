"""The promises Celery's configuration makes, and that beat stays light."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import Celery

from tests.factories.settings import make_settings, to_environment
from worker.celery_settings import make_celery, transport_options


@pytest.fixture
def celery(tmp_path: Path) -> Celery:
    return make_celery(make_settings(tmp_path, sweep_seconds=5.0), include=())


def test_a_killed_worker_gives_its_message_back(celery: Celery) -> None:
    assert celery.conf.task_acks_late is True
    assert celery.conf.task_reject_on_worker_lost is True
    assert celery.conf.worker_prefetch_multiplier == 1


def test_messages_are_json_and_leave_no_results(celery: Celery) -> None:
    assert celery.conf.task_serializer == "json"
    assert celery.conf.accept_content == ["json"]
    assert celery.conf.task_ignore_result is True


def test_a_worker_waits_for_redis_as_long_as_it_takes(celery: Celery) -> None:
    assert celery.conf.broker_connection_retry_on_startup is True
    assert celery.conf.broker_connection_max_retries is None


def test_sweeps_come_on_time_and_their_backlog_expires(celery: Celery) -> None:
    schedule = celery.conf.beat_schedule
    assert set(schedule) == {"relay-mail", "finalise-due", "publish-log"}
    for name, entry in schedule.items():
        assert entry["task"] == name
        assert entry["schedule"] == 5.0
        assert entry["options"]["expires"] == 10.0
        assert "args" not in entry


def test_redis_hands_unacknowledged_messages_out_again_soon(tmp_path: Path) -> None:
    options = transport_options(make_settings(tmp_path, broker_url="redis://:x@127.0.0.1/0"))
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 10
    assert options["visibility_timeout"] >= 300


def test_the_folder_broker_keeps_its_messages_private(tmp_path: Path) -> None:
    options = transport_options(make_settings(tmp_path))
    assert options["data_folder_in"] == options["data_folder_out"]
    for name in ("data_folder_in", "control_folder"):
        assert Path(options[name]).stat().st_mode & 0o077 == 0


def _loaded(module: str, tmp_path: Path, expression: str) -> object:
    load = f"import json, sys; import {module} as m; m.celery.loader.import_default_modules()"
    script = f"{load}; print(json.dumps({expression}))"
    env = {**os.environ, **to_environment(make_settings(tmp_path))}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_worker_knows_every_task(tmp_path: Path) -> None:
    known = _loaded("worker.celery_app", tmp_path, "sorted(t for t in m.celery.tasks if not t.startswith('celery.'))")
    assert known == ["finalise-due", "publish-log", "relay-mail"]


def test_beat_loads_neither_flask_nor_sqlalchemy(tmp_path: Path) -> None:
    assert _loaded("worker.beat", tmp_path, "[name for name in ('flask', 'sqlalchemy') if name in sys.modules]") == []
