"""Two beats side by side, and a sweep killed half-way: the same mails as with one beat that is left alone."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.reminder_commands import NudgeParty
from approval.extensions import db
from approval.models.person import Person
from approval.models.reminder import Reminder
from approval.services.nudge_party import nudge_party
from tests.factories.history import require_sound_history
from tests.factories.reminder_acts import SUPERIOR, name_superior, party_ids
from tests.factories.review_house import agree_by, make_review, make_review_house
from tests.factories.settings import make_settings, to_environment
from tests.factories.signing_house import MAY_15, MovingClock
from tests.faults.test_kill_at_failpoints import DyingProcesses
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import Behaviour, SmtpSink
from worker.relay_mail import relay_mail

PARTIES = 3
EIGHT = datetime(2024, 5, 27, 1, 0, tzinfo=UTC)
TICK = timedelta(seconds=20)
MINUTES = 10
Mails = Counter[tuple[str, str]]
Sweep = Callable[[], None]


@pytest.fixture(scope="module")
def processes() -> Iterator[DyingProcesses]:
    server = DyingProcesses()
    yield server
    server.stop()


class Morning:
    """Two late pledges on the Monday on which superiors are told; ten minutes around eight o'clock."""

    def __init__(self, app_factory: AppFactory, database_url: str, folder: Path, sink: SmtpSink) -> None:
        self._overrides = {"database_url": database_url, "smtp_port": sink.port, "quiet_hours": True}
        self._folder, self.sink, self.clock = folder, sink, MovingClock(MAY_15)
        self.app: Flask = app_factory(data_dir=folder, clock=self.clock, **self._overrides)
        house = self.house = make_review_house(self.app, PARTIES)
        self.pledges = [make_review(self.app, house) for _ in range(2)]
        self.one_beat()
        with self.app.app_context():
            name_superior(house)
            people = [db.session.get_one(Person, one.person_id) for one in house.representatives]
            self._who = {person.email: f"representative {index}" for index, person in enumerate(people)}
        sink.clear()

    def live(self, sweep: Sweep) -> Mails:
        """What arrived; each Message-ID once."""
        self.clock.moment = EIGHT - timedelta(minutes=MINUTES / 2)
        for tick in range(int(timedelta(minutes=MINUTES) / TICK)):
            self._happen(tick)
            sweep()
            self.clock.moment += TICK
        assert set(Counter(str(mail["Message-ID"]) for mail in self.sink.mails).values()) == {1}
        with self.app.app_context():
            require_sound_history()
            waiting = select(Reminder.id).where(Reminder.outcome.is_(None), Reminder.due_at <= self.clock.now())
            assert db.session.scalars(waiting).all() == []
        return Counter(self._told(mail) for mail in self.sink.mails)

    def _told(self, mail: EmailMessage) -> tuple[str, str]:
        """Reader and subject without the bloc's tag."""
        address = str(mail["To"].addresses[0].addr_spec)
        return self._who.get(address, address), str(mail["Subject"]).partition("] ")[2]

    def _happen(self, tick: int) -> None:
        """The server is away for half a minute at eight; one agency answers, another is nudged."""
        if tick == 15:
            self.sink.behaviour = Behaviour.TEMPORARY
        elif tick == 17:
            self.sink.behaviour = Behaviour.ACCEPT
        elif tick == 18:
            agree_by(self.app, self.pledges[0], self.house.representatives[0])
        elif tick == 22:
            with self.app.app_context():
                party_id = party_ids(self.app, self.pledges[0])[1]
                nudge_party(NudgeParty(self.house.coordinator, self.pledges[0], party_id))

    def one_beat(self) -> None:
        """As it should be."""
        with self.app.app_context():
            relay_mail()

    def two_beats(self) -> None:
        """Both send their message at the same moment, and a worker each takes it up."""
        barrier = threading.Barrier(2)

        def work() -> None:
            barrier.wait()
            self.one_beat()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def killed(self, processes: DyingProcesses, failpoint: str) -> int:
        """A sweep of another process at this moment of the clock; how it ended."""
        offset = timedelta(seconds=int((self.clock.now() - datetime.now(UTC)).total_seconds()))
        settings = make_settings(self._folder, clock_offset=offset, failpoint=failpoint, **self._overrides)
        job = {"task": "sweep", "environment": json.dumps(to_environment(settings))}
        return processes.exit_code_of(job)


TITLE = "Bản giao ước thi đua năm 2024"
EXPECTED: Mails = Counter(
    {
        ("representative 0", "Nhắc 02 việc đang chờ Quý Sở, 02 việc đã quá hạn"): 1,
        ("representative 1", "Nhắc 02 việc đang chờ Quý Sở, 02 việc đã quá hạn"): 1,
        ("representative 2", "Nhắc 02 việc đang chờ Quý Sở, 02 việc đã quá hạn"): 1,
        (SUPERIOR, f"Báo quá hạn: Sở Thử nghiệm 1 chưa cho ý kiến về dự thảo {TITLE} và 1 việc khác"): 1,
        ("representative 1", f"Thư ký Khối đề nghị cho ý kiến về dự thảo {TITLE} (quá hạn từ 09:00 22/5/2024)"): 1,
    }
)


@pytest.fixture
def morning(app_factory: AppFactory, database_url: str, tmp_path: Path, smtp_sink: SmtpSink) -> Morning:
    return Morning(app_factory, database_url, tmp_path / "data", smtp_sink)


def test_one_beat(morning: Morning) -> None:
    assert morning.live(morning.one_beat) == EXPECTED


def test_two_beats_send_the_mails_of_one(morning: Morning) -> None:
    assert morning.live(morning.two_beats) == EXPECTED


@pytest.mark.parametrize("failpoint", ["sweep:1", "sweep:2"])
def test_a_sweep_killed_half_way_sends_the_same_mails(
    morning: Morning, processes: DyingProcesses, failpoint: str
) -> None:
    deaths: list[int] = []

    def sweep() -> None:
        if not deaths and morning.clock.now() >= EIGHT:
            morning.clock.moment += timedelta(seconds=1)
            deaths.append(morning.killed(processes, failpoint))
        morning.one_beat()

    assert morning.live(sweep) == EXPECTED
    assert deaths == [-signal.SIGKILL]
