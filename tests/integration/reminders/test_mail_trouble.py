"""A mail server that is away for hours or days: what leaves when it is back is still right."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.reminder import Reminder
from approval.services.move_deadline import move_deadline
from tests.factories.reminder_acts import SUPERIOR, move_command, name_superior
from tests.factories.review_house import make_review
from tests.integration.reminders.conftest import Desk
from tests.servers.smtp import Behaviour
from worker.relay_mail import relay_mail


def fail(desk: Desk) -> None:
    """The server takes nothing now."""
    desk.sink.behaviour = Behaviour.TEMPORARY
    with desk.app.app_context():
        relay_mail()


def move(desk: Desk, days: int) -> None:
    with desk.app.app_context():
        move_deadline(move_command(desk.app, desk.house, desk.pledge_id, days=days))


def whys(desk: Desk, kind: str) -> list[tuple[str | None, str]]:
    return [(outcome, note) for row_kind, _, outcome, note in desk.rows() if row_kind == kind]


def test_no_reminder_overtakes_the_invitation_that_still_waits(desk: Desk) -> None:
    second = make_review(desk.app, desk.house)
    for _ in range(9):
        fail(desk)
        desk.clock.forward(minutes=1)
    desk.to_morning(17)
    fail(desk)
    desk.clock.forward(seconds=2)
    assert {subject.partition(":")[0] for subject in desk.relay()} == {"Nhắc việc"}, "only of what they were asked"
    with desk.app.app_context():
        rows = db.session.scalars(select(Reminder).where(Reminder.pledge_id == second, Reminder.kind == "cadence"))
        assert {(row.outcome, row.note) for row in rows} == {("skipped", "invitation-waiting")}
    desk.clock.forward(minutes=1)
    assert {subject.partition(" ")[0] for subject in desk.relay()} == {"Lấy"}
    desk.to_morning(21)
    assert desk.relay() == ["Nhắc 02 việc đang chờ Quý Sở"] * 3


def test_yesterdays_reminder_gives_way_to_the_one_of_this_morning(desk: Desk) -> None:
    desk.to_morning(23)
    fail(desk)
    desk.to_morning(24, hour=7)
    desk.clock.forward(minutes=40)
    assert desk.relay() == []
    assert whys(desk, "late")[:3] == [("skipped", "overtaken")] * 3
    desk.to_morning(24)
    assert len(desk.relay()) == 3


def test_a_moved_deadline_takes_back_what_has_not_left(desk: Desk) -> None:
    with desk.app.app_context():
        name_superior(desk.house)
    for day in (23, 24, 27):
        desk.to_morning(day)
        fail(desk)
    move(desk, 9)
    desk.clock.forward(minutes=1)
    assert {subject.partition(" ")[0] for subject in desk.relay()} == {"Đổi"}
    desk.to_morning(30)
    assert {subject.partition(" cho")[0] for subject in desk.relay()} == {"Sắp hết hạn"}
    with desk.app.app_context():
        left = db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.outcome == "sent")).all()
    assert "reminder-escalation" not in left, "the superior was not told of the old deadline"
    told = [row for row in desk.rows() if row[0] == "escalation" and row[2] is None]
    assert [slot for _, slot, _, _ in told] == ["2024-06-05"] * 3, "but will be of the new one"
    desk.clock.forward(days=6)
    desk.relay()
    assert SUPERIOR in [str(mail["To"].addresses[0].addr_spec) for mail in desk.sink.mails]


def test_soon_is_not_said_of_the_old_deadline_after_the_move(desk: Desk) -> None:
    desk.to_morning(21)
    fail(desk)
    move(desk, 14)
    desk.clock.forward(minutes=1)
    assert {subject.partition(" ")[0] for subject in desk.relay()} == {"Đổi"}
    assert ("skipped", "deadline-moved") in whys(desk, "day-before")


def test_what_a_worker_may_be_handing_over_is_left_to_it(desk: Desk) -> None:
    """The line may be open this moment: the row keeps its mail, and the relay asks once more."""
    desk.to_morning(23)
    fail(desk)
    with desk.app.app_context():
        for mail in db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "reminder-late")):
            mail.lease_number += 1
            mail.lease_until = desk.clock.now() + timedelta(seconds=180)
        db.session.commit()
    move(desk, 14)
    assert ("mailed", "") in whys(desk, "late")
    desk.clock.forward(minutes=4)
    assert {subject.partition(" ")[0] for subject in desk.relay()} == {"Đổi"}
    assert ("skipped", "deadline-moved") in whys(desk, "late")
