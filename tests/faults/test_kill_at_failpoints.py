"""`kill -9` at every numbered step of signing and finalising: afterwards one final document, valid, and no gap."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.config import ConfigurationError, Settings
from approval.domain.commands import Actor, FinalisePledge
from approval.domain.document import Finding
from approval.domain.errors import AlreadyDoneError
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.models.signature import Signature
from approval.services.finalise_pledge import finalise_pledge
from approval.services.sign_pledge import sign_pledge
from tests.factories.history import events, require_sound_history
from tests.factories.settings import make_settings, to_environment
from tests.factories.signing_house import (
    MAY_15,
    SigningHouse,
    make_house,
    make_open_pledge,
    sign_by,
    sign_command,
    stored_pledge,
)
from tests.servers.fixtures import AppFactory

ROOT = Path(__file__).resolve().parents[2]
SIGN_POINTS = [f"sign:{number}" for number in range(1, 7)]
FINALISE_POINTS = [f"finalise:{number}" for number in range(1, 7)]
# Longer than a lease: the restart comes when the dead process's lease has run out.
RESTARTED_LATER = timedelta(seconds=15)


class DyingProcesses:
    """A server that forks one process a job and tells how it ended."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.dying_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def exit_code_of(self, job: dict[str, str]) -> int:
        """Run the job to its end; negative when a signal killed it."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(job), file=self._server.stdin, flush=True)
        return int(self._server.stdout.readline())

    def stop(self) -> None:
        """End the server."""
        self._server.communicate()


class Crash:
    """One instance whose processes die and come back; time goes on in between."""

    def __init__(self, app_factory: AppFactory, database_url: str, data_dir: Path, processes: DyingProcesses) -> None:
        self._processes = processes
        self._build = app_factory
        self._database_url = database_url
        self._data_dir = data_dir
        self._offset = MAY_15 - datetime.now(UTC)
        self.app = self._start()

    def restart(self) -> Flask:
        """A new process of the same instance, a while later."""
        self._offset += RESTARTED_LATER
        self.app = self._start()
        return self.app

    def die_at(self, failpoint: str, pledge_id: uuid.UUID, actor: Actor) -> None:
        """Let another process do the task named by the failpoint, and see it killed there."""
        settings = make_settings(self._data_dir, **self._overrides(), failpoint=failpoint)
        job = {
            "task": failpoint.split(":", maxsplit=1)[0],
            "pledge": str(pledge_id),
            "person": str(actor.person_id),
            "environment": json.dumps(to_environment(settings)),
        }
        assert self._processes.exit_code_of(job) == -signal.SIGKILL

    def _start(self) -> Flask:
        return self._build(data_dir=self._data_dir, **self._overrides())

    def _overrides(self) -> dict[str, object]:
        return {"database_url": self._database_url, "clock_offset": self._offset}


def _sign_again(app: Flask, pledge_id: uuid.UUID, actor: Actor) -> None:
    """The person reloads and clicks once more."""
    command = sign_command(app, pledge_id, actor)
    with app.app_context():
        try:
            sign_pledge(command)
        except AlreadyDoneError:
            assert db.session.scalar(select(func.count()).select_from(Signature)) == 2


def _finish(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))


def _require_one_final_document(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.signed_count) == ("finalised", 2)
        report = parts().validator.inspect(parts().file_store.get(pledge.final_sha256 or ""))
        assert report.finding is Finding.SOUND, report.problems
        assert [event["obj"]["doc_sha256"] for event in events("pledge:document:finalised")] == [pledge.final_sha256]
        assert len(events("pledge:signature:added")) == 2
        assert db.session.scalar(select(func.count()).select_from(Signature)) == 2
        kinds = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind.in_(["finalise", "finished"])))
        assert sorted(kinds) == ["finalise"] + ["finished"] * 4
        require_sound_history()


@pytest.fixture(scope="module")
def processes() -> Iterator[DyingProcesses]:
    server = DyingProcesses()
    yield server
    server.stop()


@pytest.fixture
def crash(app_factory: AppFactory, sqlite_url: str, tmp_path: Path, processes: DyingProcesses) -> Crash:
    return Crash(app_factory, sqlite_url, tmp_path / "data", processes)


@pytest.fixture
def crash_on_postgres(app_factory: AppFactory, postgres_url: str, tmp_path: Path, processes: DyingProcesses) -> Crash:
    return Crash(app_factory, postgres_url, tmp_path / "data", processes)


def _almost_signed(crash: Crash) -> tuple[SigningHouse, uuid.UUID]:
    house = make_house(crash.app)
    pledge_id = make_open_pledge(crash.app, house)
    sign_by(crash.app, pledge_id, house.representatives[0])
    return house, pledge_id


def _killed_while_signing(crash: Crash, point: str) -> None:
    house, pledge_id = _almost_signed(crash)
    last = house.representatives[1]

    crash.die_at(point, pledge_id, last)

    app = crash.restart()
    _sign_again(app, pledge_id, last)
    _finish(app, pledge_id)
    _require_one_final_document(app, pledge_id)


def _killed_while_finalising(crash: Crash, point: str) -> None:
    house, pledge_id = _almost_signed(crash)
    sign_by(crash.app, pledge_id, house.representatives[1])

    crash.die_at(point, pledge_id, house.representatives[1])

    app = crash.restart()
    _finish(app, pledge_id)
    _require_one_final_document(app, pledge_id)


@pytest.mark.parametrize("point", SIGN_POINTS)
def test_web_killed_while_the_last_person_signs(crash: Crash, point: str) -> None:
    _killed_while_signing(crash, point)


@pytest.mark.parametrize("point", FINALISE_POINTS)
def test_worker_killed_while_finalising(crash: Crash, point: str) -> None:
    _killed_while_finalising(crash, point)


def _killed_twice(crash: Crash, first: str, second: str) -> None:
    house, pledge_id = _almost_signed(crash)
    last = house.representatives[1]

    crash.die_at(first, pledge_id, last)
    _sign_again(crash.restart(), pledge_id, last)
    crash.die_at(second, pledge_id, last)

    app = crash.restart()
    _finish(app, pledge_id)
    _require_one_final_document(app, pledge_id)


@pytest.mark.parametrize(("first", "second"), [("sign:4", "finalise:3"), ("sign:6", "finalise:6")])
def test_web_and_worker_killed_one_after_the_other(crash: Crash, first: str, second: str) -> None:
    _killed_twice(crash, first, second)


def test_postgresql_gives_back_what_a_killed_signer_held(crash_on_postgres: Crash) -> None:
    _killed_while_signing(crash_on_postgres, "sign:5")


def test_postgresql_gives_back_what_a_killed_worker_held(crash_on_postgres: Crash) -> None:
    _killed_while_finalising(crash_on_postgres, "finalise:5")


@pytest.mark.campaign
@pytest.mark.parametrize("point", SIGN_POINTS)
def test_web_killed_while_the_last_person_signs_on_postgresql(crash_on_postgres: Crash, point: str) -> None:
    _killed_while_signing(crash_on_postgres, point)


@pytest.mark.campaign
@pytest.mark.parametrize("point", FINALISE_POINTS)
def test_worker_killed_while_finalising_on_postgresql(crash_on_postgres: Crash, point: str) -> None:
    _killed_while_finalising(crash_on_postgres, point)


@pytest.mark.campaign
@pytest.mark.parametrize("second", FINALISE_POINTS)
@pytest.mark.parametrize("first", SIGN_POINTS)
def test_web_and_worker_killed_at_every_pair_of_steps(crash: Crash, first: str, second: str) -> None:
    _killed_twice(crash, first, second)


@pytest.mark.campaign
@pytest.mark.parametrize("second", FINALISE_POINTS)
@pytest.mark.parametrize("first", SIGN_POINTS)
def test_web_and_worker_killed_at_every_pair_of_steps_on_postgresql(
    crash_on_postgres: Crash, first: str, second: str
) -> None:
    _killed_twice(crash_on_postgres, first, second)


def test_settings_refuse_a_failpoint_outside_test_mode(tmp_path: Path) -> None:
    environment = {**to_environment(make_settings(tmp_path, failpoint="sign:1")), "APPROVAL_MODE": "demo"}

    with pytest.raises(ConfigurationError, match="FAILPOINT"):
        Settings.from_environment(environment)
