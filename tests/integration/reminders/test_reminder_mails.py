"""From the row that falls due to the mail that leaves: one a person, still true, and never twice."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from approval.domain.states import Role
from approval.extensions import db
from approval.models.heartbeat import Heartbeat
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.reminder import Reminder
from approval.queries.mail_content import MailContent, load_mail_content
from approval.queries.mail_values import respectful
from approval.services.beat_heart import beat_heart
from approval.services.claim_outbox import ClaimOutbox, claim_outbox
from approval.services.mail_due_reminders import mail_due_reminders
from approval.services.skip_reminders import SkipReminders, skip_reminders
from tests.factories.history import events
from tests.factories.reminder_acts import SUPERIOR, name_superior
from tests.factories.review_house import agree_by, make_review
from tests.factories.signing_house import add_person
from tests.integration.reminders.conftest import Desk
from tests.servers.smtp import Behaviour
from worker.relay_mail import LEASE, relay_mail


def receivers(desk: Desk) -> list[str]:
    return [str(mail["To"].addresses[0].addr_spec) for mail in desk.sink.mails]


def address(desk: Desk, index: int) -> str:
    with desk.app.app_context():
        return db.session.get_one(Person, desk.house.representatives[index].person_id).email


def notes(desk: Desk, kind: str) -> list[str]:
    return [note for row_kind, _, outcome, note in desk.rows() if row_kind == kind and outcome == "skipped"]


def sweep(desk: Desk) -> int:
    with desk.app.app_context():
        return mail_due_reminders(100)


def test_several_pledges_of_one_morning_are_one_mail(desk: Desk) -> None:
    make_review(desk.app, desk.house)
    desk.relay()
    desk.to_morning(17)
    assert desk.relay() == ["Nhắc 02 việc đang chờ Quý Sở"] * 3
    assert len(set(receivers(desk))) == 3
    text = str(desk.sink.mails[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "http://localhost/viec-can-xu-ly" in text
    assert text.count("Cho ý kiến về dự thảo lần 1") == 2


def test_a_digest_of_which_one_part_is_done_becomes_a_plain_reminder(desk: Desk) -> None:
    make_review(desk.app, desk.house)
    desk.relay()
    desk.to_morning(17)
    sweep(desk)
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[0])
    assert sorted(subject[:9] for subject in desk.relay()) == ["Nhắc 02 v", "Nhắc 02 v", "Nhắc việc"]
    assert notes(desk, "cadence") == ["already-answered"]


def test_a_sweep_may_be_cut_anywhere_and_a_person_still_gets_one_mail(desk: Desk) -> None:
    make_review(desk.app, desk.house)
    desk.relay()
    desk.to_morning(17)
    with desk.app.app_context():
        assert [mail_due_reminders(1) for _ in range(4)] == [2, 2, 2, 0]
    assert len(desk.relay()) == 3


@pytest.mark.parametrize("workers", [2, 4])
def test_sweeps_at_the_same_moment_make_the_same_mails_as_one(desk: Desk, workers: int) -> None:
    make_review(desk.app, desk.house)
    desk.relay()
    desk.to_morning(17)
    desk.sink.clear()
    barrier = threading.Barrier(workers)

    def one() -> None:
        barrier.wait()
        with desk.app.app_context():
            relay_mail()

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receivers(desk)) == sorted(address(desk, index) for index in range(3))
    assert desk.relay() == []


def test_a_sweep_that_dies_half_way_leaves_everything_to_the_next(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.to_morning(17)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr("approval.services.mail_due_reminders._mail", dies)
        with pytest.raises(KeyboardInterrupt):
            sweep(desk)
    assert {outcome for _, slot, outcome, _ in desk.rows() if slot == "2024-05-17"} == {None}
    assert len(desk.relay()) == 3
    assert desk.relay() == []


def test_a_relay_that_dies_after_dropping_rows_skips_the_mail_with_their_reason(desk: Desk) -> None:
    desk.to_morning(17)
    sweep(desk)
    with desk.app.app_context():
        claimed = claim_outbox(ClaimOutbox("mail", 1, LEASE))[0]
        row = db.session.scalars(select(Reminder.id).where(Reminder.outbox_id == claimed.id)).one()
        skip_reminders(SkipReminders(claimed.id, claimed.lease_number, ((row, "paused"),)))
    desk.clock.moment += LEASE
    assert len(desk.relay()) == 2
    with desk.app.app_context():
        assert db.session.get_one(OutboxMessage, claimed.id).note == "paused"
        assert [event["data"]["reason"] for event in events("mail:message:skipped")] == ["paused"]


def test_a_clock_set_back_sends_nothing_again(desk: Desk) -> None:
    desk.to_morning(17)
    assert len(desk.relay()) == 3
    desk.clock.forward(minutes=-25)
    assert desk.relay() == []
    desk.clock.forward(minutes=30)
    assert desk.relay() == []


def test_nothing_leaves_at_night_or_on_a_day_off(desk: Desk) -> None:
    desk.to_morning(17, hour=6)
    make_review(desk.app, desk.house)
    assert desk.relay() == []
    desk.to_morning(18, hour=10)
    assert desk.relay() == []
    with desk.app.app_context():
        db.session.execute(update(OutboxMessage).where(OutboxMessage.outcome.is_(None)).values(waited_for=True))
        db.session.commit()
    assert len(desk.relay()) == 3, "what somebody waits for leaves at any hour"
    desk.to_morning(20)
    assert {subject[:9] for subject in desk.relay()} == {"Nhắc việc"}


def test_days_without_a_mail_server_end_in_one_mail(desk: Desk) -> None:
    for day in (17, 21, 22):
        desk.to_morning(day)
        desk.relay()
        desk.sink.behaviour = Behaviour.TEMPORARY
        with desk.app.app_context():
            relay_mail()
    desk.to_morning(22, hour=10)
    desk.sink.clear()
    assert {subject.partition(":")[0] for subject in desk.relay()} <= {"Nhắc quá hạn", "Hôm nay hết hạn"}


def test_a_worker_away_for_days_says_only_what_holds_now(desk: Desk) -> None:
    desk.to_morning(23)
    assert {subject.partition(":")[0] for subject in desk.relay()} == {"Nhắc quá hạn"}
    assert notes(desk, "cadence") == notes(desk, "on-the-day") == ["overtaken"] * 3


def test_a_late_reminder_copies_the_coordinator(desk: Desk) -> None:
    desk.to_morning(23)
    sweep(desk)
    with desk.app.app_context():
        late = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == "reminder-late")).first()
        content = load_mail_content(late or 0)
        coordinator = db.session.get_one(Person, desk.house.coordinator.person_id)
        assert isinstance(content, MailContent)
        assert content.copies == (("Thư ký Khối", coordinator.email),)


def test_a_digest_copies_only_who_wrote_what_is_late(desk: Desk) -> None:
    desk.to_morning(20)
    with desk.app.app_context():
        other = add_person(Role.COORDINATOR, desk.house.bloc_id, name="Thư ký thứ hai")
        late = db.session.get_one(Person, desk.house.coordinator.person_id).email
        db.session.commit()
    make_review(desk.app, replace(desk.house, coordinator=other))
    desk.relay()
    desk.to_morning(24)
    assert desk.relay() == ["Nhắc 02 việc đang chờ Quý Sở, 01 việc đã quá hạn"] * 3
    for mail in desk.sink.mails:
        assert [copy.addr_spec for copy in mail["Cc"].addresses] == [late]
        assert mail["X-Envelope-To"] == f"{mail['To'].addresses[0].addr_spec}, {late}"


@pytest.mark.parametrize("name", ["Ông Nguyễn Văn An", "Bà Lê Thị Hoa", "Đồng chí Trần Văn Bình"])
def test_a_name_that_has_a_form_of_address_gets_no_second_one(name: str) -> None:
    assert (respectful(name), respectful("Nguyễn Văn An")) == (name, "Ông/Bà Nguyễn Văn An")


def test_the_superior_is_told_once_and_has_no_link(desk: Desk) -> None:
    with desk.app.app_context():
        name_superior(desk.house)
    desk.to_morning(27)
    desk.relay()
    told = [mail for mail in desk.sink.mails if mail["To"].addresses[0].addr_spec == SUPERIOR]
    text = str(told[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert len(told) == 1
    assert "Kính gửi: Ông/Bà Nguyễn Văn An, Giám đốc Sở Thử nghiệm," in text
    assert "http" not in text
    assert notes(desk, "escalation") == ["no-superior"] * 2


def test_a_superior_named_anew_before_the_mail_left_is_not_told_by_the_old_address(desk: Desk) -> None:
    with desk.app.app_context():
        name_superior(desk.house)
        desk.to_morning(27)
        sweep(desk)
        name_superior(desk.house, address="moi@tinh.example")
    desk.relay()
    assert SUPERIOR not in receivers(desk)
    assert "person-replaced" in notes(desk, "escalation")


def test_a_row_names_its_mail_and_the_mail_its_rows(desk: Desk) -> None:
    desk.to_morning(17)
    sweep(desk)
    with desk.app.app_context():
        for mail in db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "reminder-cadence")):
            rows = db.session.scalars(select(Reminder.id).where(Reminder.outbox_id == mail.id)).all()
            assert json.loads(mail.facts) == {"reminders": list(rows)}


def test_the_heart_beats_at_most_every_fifteen_seconds_and_after_a_clock_set_back(desk: Desk) -> None:
    seen = []
    with desk.app.app_context():
        for seconds in (0, 14, 1, -3600):
            desk.clock.forward(seconds=seconds)
            beat_heart("relay")
            seen.append(db.session.get_one(Heartbeat, "relay", populate_existing=True).seen_at)
            db.session.rollback()
        assert seen[0] == seen[1] < seen[2]
        assert seen[3] == desk.clock.now()
        assert db.session.get(Heartbeat, "sweep") is not None
