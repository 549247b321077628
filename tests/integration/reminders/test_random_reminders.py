"""Random policies, calendars and behaviours on a virtual clock: real services, a real mail server, rules that hold."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from approval.app import create_app
from approval.domain.reminder_policy import ReminderPolicy, Stage
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from tests.factories.reminder_chaos import PARTIES, ChaoticOffice
from tests.factories.reminder_diary import Act, Step
from tests.factories.reminder_rules import Judge
from tests.factories.reminder_year import at
from tests.factories.settings import make_settings
from tests.factories.signing_house import MovingClock
from tests.servers.databases import close, sqlite_copy
from tests.servers.postgres import PostgresServer
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail

# When a beat looks, besides at the moments drawn: at night, at the opening, at the reminders' hour, at the close.
LOOKS = [time(7, 30), time(8), time(8, 0, 40)]
ODD_LOOKS = [time(3), time(16, 59), time(17), time(23, 30)]
GAPS = [timedelta(seconds=2), timedelta(minutes=30), timedelta(hours=5), timedelta(hours=13)]
GAPS += [timedelta(days=1), timedelta(days=2, hours=3), timedelta(days=5), timedelta(days=8)]
NEAR_HOLIDAYS = [date(2024, 2, 5), date(2024, 2, 7), date(2024, 4, 25), date(2024, 4, 26), date(2024, 8, 30)]
HOURS = [time(0), time(7, 45), time(8), time(10), time(16, 59), time(20)]

policies = st.builds(
    ReminderPolicy,
    first_after=st.sampled_from([0, 1, 2, 5]),
    every=st.sampled_from([0, 1, 2, 4]),
    day_before=st.booleans(),
    on_the_day=st.booleans(),
    late_every=st.sampled_from([0, 1, 1, 3]),
    escalate_after=st.sampled_from([0, 1, 2, 4]),
    cap=st.sampled_from([0, 1, 3, 10, 30]),
)
steps = st.builds(
    Step,
    gap=st.sampled_from(GAPS),
    alive=st.sampled_from([True, True, True, False]),
    act=st.sampled_from(Act),
    pledge=st.integers(0, 1),
    party=st.integers(0, PARTIES - 1),
    days=st.integers(1, 12),
    policy=policies,
)
stories = st.fixed_dictionaries(
    {
        "start": st.builds(
            datetime.combine,
            st.sampled_from(NEAR_HOLIDAYS) | st.dates(date(2024, 1, 3), date(2024, 9, 30)),
            st.sampled_from(HOURS),
            st.just(VIETNAM_TIME),
        ),
        "signing": st.lists(st.sampled_from([False, False, True]), min_size=2, max_size=2),
        "days": st.integers(1, 12),
        "review": policies,
        "sign": policies,
        "steps": st.lists(steps, min_size=2, max_size=12),
    }
)
Story = dict[str, Any]
Office = Callable[[MovingClock], Any]


def live(app: Flask, clock: MovingClock, sink: SmtpSink, story: Story) -> Judge:
    """Play the story to its end."""
    sink.clear()
    office = ChaoticOffice(app, clock, sink)
    judge = Judge(office)
    choice = {Stage.REVIEW: story["review"], Stage.SIGNING: story["sign"]}
    office.begin(signing=story["signing"], days=story["days"], policies=choice)
    for step in story["steps"]:
        pass_time(office, judge, step)
        office.perform(step)
    come_to_an_end(office, judge)
    return judge


def pass_time(office: ChaoticOffice, judge: Judge, step: Step) -> None:
    until = office.clock.now() + step.gap
    if step.alive:
        look(office, judge)
        for moment in looks(office.clock.now(), until):
            office.clock.moment = moment
            look(office, judge)
    office.clock.moment = until


def looks(after: datetime, until: datetime) -> Iterator[datetime]:
    day = after.astimezone(VIETNAM_TIME).date()
    while day <= until.astimezone(VIETNAM_TIME).date():
        # In the night and at the close nothing ought to happen: one of these a day is enough.
        times = [*LOOKS, ODD_LOOKS[day.toordinal() % len(ODD_LOOKS)]]
        moments = sorted(datetime.combine(day, one, VIETNAM_TIME) for one in times)
        yield from (moment for moment in moments if after < moment < until)
        day += timedelta(days=1)


def look(office: ChaoticOffice, judge: Judge) -> None:
    with office.app.app_context():
        relay_mail()
    judge.look()


def come_to_an_end(office: ChaoticOffice, judge: Judge) -> None:
    """The mail server works, the beat too, and nobody does anything any more."""
    office.perform(Step(timedelta(0), True, Act.MAIL_UP))
    for _ in range(200):
        look(office, judge)
        waits_until = last_due(office.app)
        if waits_until is None:
            break
        day = max(office.clock.now(), waits_until).astimezone(VIETNAM_TIME).date()
        office.clock.moment = at(day + timedelta(days=1), 10)
    judge.close()


def last_due(app: Flask) -> datetime | None:
    with app.app_context():
        row = db.session.scalar(select(func.max(Reminder.due_at)).where(Reminder.outcome.is_(None)))
        left = OutboxMessage.outcome.is_(None) & (OutboxMessage.topic == "mail")
        mail = db.session.scalar(select(func.max(OutboxMessage.due_at)).where(left))
        db.session.rollback()
        return max((one for one in (row, mail) if one is not None), default=None)


@contextmanager
def office_on(url: str, clock: MovingClock, sink: SmtpSink, folder: Path) -> Iterator[Flask]:
    app = create_app(make_settings(folder, database_url=url, smtp_port=sink.port, quiet_hours=True), clock=clock)
    try:
        if url.startswith("sqlite"):
            with app.app_context():
                event.listen(db.engine, "connect", without_waiting_for_the_disk)
        yield app
    finally:
        close(app)
        shutil.rmtree(folder, ignore_errors=True)


def without_waiting_for_the_disk(connection: Any, _record: object) -> None:
    """Nobody pulls the plug here, and a story makes hundreds of commits."""
    connection.execute("PRAGMA synchronous = OFF")


class Campaign:
    """Every story has a database of its own; counts what was seen."""

    def __init__(self, sink: SmtpSink, new_database: Callable[[Path], str]) -> None:
        self._sink, self._new_database = sink, new_database
        self.seen: Counter[str] = Counter()

    def run(self, examples: int) -> None:
        check = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            # No explaining: tracing every line makes the signing of PDF files ten times slower.
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(stories)(self._play))
        began = monotonic()
        try:
            check()
        finally:
            print(f"\n{dict(self.seen)} in {monotonic() - began:.0f} s")  # shown in a campaign

    def _play(self, story: Story) -> None:
        folder, clock = Path(mkdtemp(prefix="giao-uoc-chaos-")), MovingClock(story["start"])
        with office_on(self._new_database(folder), clock, self._sink, folder) as app:
            judge = live(app, clock, self._sink, story)
        self.seen["stories"] += 1
        self.seen["reminders"] += len(judge.arrivals)
        self.seen["mails"] += len(self._sink.mails)
        self.seen["acts"] += len(judge.office.done)
        assert judge.breaches == []


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, smtp_sink: SmtpSink) -> Campaign:
    return Campaign(smtp_sink, lambda folder: sqlite_copy(migrated_sqlite, folder))


@pytest.fixture
def on_postgresql(postgres_server: PostgresServer, migrated_postgres: str, smtp_sink: SmtpSink) -> Campaign:
    return Campaign(smtp_sink, lambda _: postgres_server.new_database(template=migrated_postgres))


@pytest.mark.uncounted
def test_a_few_random_stories_keep_the_rules(on_sqlite: Campaign) -> None:
    on_sqlite.run(5)
    assert on_sqlite.seen["stories"] >= 5


@pytest.mark.campaign
def test_a_thousand_random_stories_keep_the_rules(on_sqlite: Campaign) -> None:
    on_sqlite.run(1000)


@pytest.mark.campaign
def test_random_stories_keep_the_rules_on_postgresql(on_postgresql: Campaign) -> None:
    on_postgresql.run(60)
