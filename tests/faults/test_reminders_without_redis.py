"""Redis forgets everything between the plan and the sweep, and two beats run: each reminder arrives, once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from approval.app import create_app
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from tests.factories.review_house import make_review, make_review_house
from tests.factories.settings import make_settings
from tests.factories.signing_house import MAY_15, MovingClock
from tests.faults.product_processes import running, start_beat, start_worker
from tests.servers.databases import close
from tests.servers.redis import RedisServer
from tests.servers.smtp import SmtpSink
from tests.servers.waiting import wait_until
from worker.relay_mail import relay_mail

PARTIES = 3
THAT_MORNING = datetime(2024, 5, 17, 1, 0, 5, tzinfo=UTC)


def test_reminders_come_although_redis_forgot_everything(
    tmp_path: Path, postgres_url: str, redis_server: RedisServer, smtp_sink: SmtpSink
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    settings = make_settings(
        data_dir,
        database_url=postgres_url,
        broker_url=redis_server.url,
        smtp_port=smtp_sink.port,
        sweep_seconds=0.5,
        quiet_hours=True,
        clock_offset=timedelta(seconds=int((THAT_MORNING - datetime.now(UTC)).total_seconds())),
    )
    app = create_app(settings, clock=MovingClock(MAY_15))
    house = make_review_house(app, PARTIES)
    for _ in range(2):
        make_review(app, house)
    with app.app_context():
        relay_mail()
        assert db.session.scalar(select(func.count()).where(Reminder.outcome.is_(None))), "the plan is in the database"
        parts().clock = MovingClock(THAT_MORNING + timedelta(minutes=1))
    smtp_sink.clear()
    redis_server.empty()
    with running(start_worker(settings), start_beat(settings), start_beat(settings)):
        redis_server.empty()
        mails = smtp_sink.wait_for(PARTIES, seconds=60)

        def nothing_waits() -> bool:
            with app.app_context():
                rows = select(func.count()).where(Reminder.outcome.is_(None), Reminder.due_at <= parts().clock.now())
                left = select(func.count()).where(OutboxMessage.closed_at.is_(None))
                return not db.session.scalar(rows) and not db.session.scalar(left)

        wait_until(nothing_waits, seconds=60, what="an empty outbox")
    subjects = Counter(str(mail["Subject"]).partition("] ")[2] for mail in mails)
    assert subjects == {"Nhắc 02 việc đang chờ Quý Sở": PARTIES}
    assert len(smtp_sink.mails) == PARTIES
    close(app)
