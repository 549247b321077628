"""A dead beat, worker or mail server is told in words; a mail that only waits for the morning is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar
from approval.extensions import db, parts
from approval.models.heartbeat import Heartbeat
from approval.models.outbox_message import OutboxMessage
from approval.queries.background_work import HealthItem, check_background
from approval.queries.stuck_work import list_stuck_work
from tests.factories.reminder_rows import Seat, seat_of
from tests.factories.review_house import make_review, make_review_house
from tests.factories.signing_house import MAY_15, MovingClock

EVENING = MAY_15 + timedelta(hours=10)


@dataclass(frozen=True)
class Office:
    """An application whose pledge was sent out at 09:00; its mails have left."""

    app: Flask
    clock: MovingClock
    seat: Seat

    def told(self, name: str, *, calendar: WorkingCalendar | None = None, waiting: int | None = 0) -> HealthItem:
        """What is said of one part now, with so many messages in the queue."""
        with self.app.app_context():
            now = parts().clock.now()
            items = check_background(db.session(), now=now, calendar=calendar, count_waiting=lambda: waiting)
            return next(item for item in items if item.name == name)

    def beat(self, **minutes_ago: int) -> None:
        """Heartbeats, so many minutes old."""
        with self.app.app_context():
            now = parts().clock.now()
            for name, minutes in minutes_ago.items():
                db.session.merge(Heartbeat(name=name, seen_at=now - timedelta(minutes=minutes)))
            db.session.commit()

    def stuck(self, calendar: WorkingCalendar | None = None) -> list[str]:
        """The fates of the work that hangs."""
        with self.app.app_context():
            items = list_stuck_work(db.session(), now=parts().clock.now(), calendar=calendar)
            return [item.fate for item in items]

    def leave_mail(self, at: datetime, **values: object) -> None:
        """One mail in the outbox, planned at a moment."""
        mail = self.seat.mail(at, outcome=None)
        with self.app.app_context():
            if values:
                db.session.execute(update(OutboxMessage).where(OutboxMessage.id == mail).values(**values))
            db.session.commit()


@pytest.fixture
def office(app_factory: Callable[..., Flask], sqlite_url: str) -> Office:
    """The office at 09:00 of Wednesday 15/5/2024."""
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=sqlite_url, clock=clock)
    pledge_id = make_review(app, make_review_house(app))
    seats = [seat_of(app, pledge_id, position) for position in (1, 2)]
    for seat in seats:
        seat.empty_plan()
    with app.app_context():
        db.session.execute(update(OutboxMessage).values(outcome="sent", closed_at=MAY_15))
        db.session.commit()
    return Office(app, clock, seats[0])


def test_parts_that_beat_are_well(office: Office) -> None:
    office.beat(sweep=1, relay=1, finalise=1)
    assert all(office.told(name).ok for name in ("beat", "worker", "mail"))
    assert office.stuck() == []


def test_new_installation_without_work_is_well(office: Office) -> None:
    assert all(office.told(name).ok for name in ("beat", "worker", "mail"))


@pytest.mark.parametrize(
    ("waiting", "advice"),
    [
        (0, "hàng đợi không có lượt mới nên beat đã dừng: khởi động lại beat."),
        (9, "09 lượt nằm trong hàng đợi không ai nhận nên worker đã dừng hoặc kẹt: khởi động lại worker."),
        (None, "hàng đợi (broker) không trả lời: khởi động lại broker, beat và worker tự nối lại."),
    ],
)
def test_silence_of_all_names_the_part_that_died(office: Office, waiting: int | None, advice: str) -> None:
    office.beat(sweep=7, relay=7, finalise=7)
    beat = office.told("beat", waiting=waiting)
    assert not beat.ok
    assert beat.words == f"Lượt quét thư nhắc gần nhất cách đây 7 phút; {advice}"
    assert office.told("worker", waiting=waiting).words == f"Phần gửi thư im lặng đã 7 phút; {advice}"


def test_sweep_alone_silent_points_to_the_workers_log(office: Office) -> None:
    office.beat(sweep=180, relay=1, finalise=1)
    assert office.told("beat").words == "Lượt quét thư nhắc gần nhất cách đây 3 giờ; xem nhật ký của worker."
    assert office.told("worker").ok


def test_relay_alone_silent_points_to_the_mail_server(office: Office) -> None:
    office.beat(sweep=7, relay=7, finalise=1)
    assert "máy chủ thư có thể trả lời chậm" in office.told("worker").words


def test_finalisation_alone_silent_is_told(office: Office) -> None:
    office.beat(sweep=1, relay=1, finalise=60 * 24 * 3)
    assert "hoàn thiện văn bản im lặng đã 3 ngày" in office.told("worker").words


def test_reminder_that_nobody_sweeps_is_told_in_working_hours_only(office: Office) -> None:
    office.seat.plan(EVENING)
    office.clock.moment = EVENING + timedelta(hours=2)
    assert office.told("beat", calendar=PUBLIC_CALENDAR).ok
    assert "chờ 2 giờ chưa được quét" in office.told("beat").words
    office.clock.moment = EVENING + timedelta(hours=12, minutes=35)
    assert "chờ 5 phút chưa được quét" in office.told("beat", calendar=PUBLIC_CALENDAR).words


def test_mail_that_waits_for_the_morning_does_not_hang(office: Office) -> None:
    office.leave_mail(EVENING)
    office.clock.moment = EVENING + timedelta(hours=3)
    assert office.told("worker", calendar=PUBLIC_CALENDAR).ok
    assert office.stuck(PUBLIC_CALENDAR) == []
    assert office.stuck() == ["untouched"]


def test_mail_somebody_waits_for_hangs_at_night_too(office: Office) -> None:
    office.leave_mail(EVENING, waited_for=True)
    office.clock.moment = EVENING + timedelta(hours=3)
    assert "chờ 3 giờ" in office.told("worker", calendar=PUBLIC_CALENDAR).words
    assert office.stuck(PUBLIC_CALENDAR) == ["untouched"]


def test_mails_that_fail_are_counted(office: Office) -> None:
    office.leave_mail(MAY_15, attempts=4, last_error="Máy chủ thư chưa nhận thư.")
    office.clock.forward(minutes=5)
    assert office.told("mail").words.startswith("01 thư chưa gửi được")
    assert office.stuck() == ["failing"]


@pytest.mark.parametrize("fate", ["refused", "uncertain", "bounced"])
def test_bad_end_is_listed_for_thirty_days(office: Office, fate: str) -> None:
    office.leave_mail(MAY_15, outcome=fate, closed_at=MAY_15)
    assert office.stuck() == [fate]
    office.clock.forward(days=31)
    assert office.stuck() == []
