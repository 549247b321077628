"""The mail relay on real databases and a real mail server: everything due arrives, nothing else, nothing twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from approval.domain.commands import CancelPledge
from approval.extensions import db, parts
from approval.models.audit_event import AuditEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.services.cancel_pledge import cancel_pledge
from approval.services.claim_outbox import ClaimOutbox, claim_outbox
from approval.services.claimed_row import LeaseLostError
from approval.services.decline_to_sign import decline_to_sign
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    decline_command,
    make_agreed_pledge,
    make_house,
    make_open_pledge,
    sign_by,
    stored_pledge,
)
from tests.servers.smtp import Behaviour, SmtpSink
from worker import relay_mail as relay_module
from worker.finalise_due import finalise_due
from worker.relay_mail import LEASE, relay_mail

AppFactory = Callable[..., Flask]


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, smtp_sink: SmtpSink, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock, smtp_port=smtp_sink.port, sweep_seconds=1.0)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app, agencies=3)


def relay(app: Flask) -> int:
    with app.app_context():
        return relay_mail()


def rows(app: Flask, **wanted: Any) -> list[OutboxMessage]:
    with app.app_context():
        found = db.session.scalars(select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)).all()
        db.session.expunge_all()
        return list(found)


def events(app: Flask, kind: str) -> int:
    with app.app_context():
        return len(db.session.scalars(select(AuditEvent.seq).where(AuditEvent.type == kind)).all())


def ids(mails: list[EmailMessage]) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for mail in mails)


def body(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain is not None
    return " ".join(str(plain.get_content()).split())


def test_every_party_is_invited_to_sign_exactly_once(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    pledge_id = make_open_pledge(app, house)
    assert relay(app) == 3
    assert relay(app) == 0
    mails = smtp_sink.wait_for(3)
    assert len(mails) == 3
    assert set(ids(mails).values()) == {1}
    assert {str(mail["References"]) for mail in mails} == {f"<pledge-{pledge_id}@localhost>"}
    assert f"http://localhost/van-ban/{pledge_id}/ky" in body(mails[0])
    assert "Kính gửi: Lãnh đạo Sở Thử nghiệm 1," in body(mails[0])
    assert "(Thứ Bảy)" in body(mails[0])
    assert [row.outcome for row in rows(app, kind="signing-invitation")] == ["sent"] * 3
    assert events(app, "mail:message:sent") == 3


def test_only_who_has_not_signed_is_reminded(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(app, house)
    relay(app)
    smtp_sink.clear()
    sign_by(app, pledge_id, house.representatives[0])
    clock.forward(days=1)
    assert relay(app) == 3
    mails = smtp_sink.mails
    assert [mail["X-Envelope-To"] for mail in mails] == [email(app, house, 1), email(app, house, 2)]
    assert "Đã ký: 01/03 cơ quan" in body(mails[0])
    skipped = rows(app, outcome="skipped")
    assert [row.note for row in skipped] == ["already-signed"]
    assert events(app, "mail:message:skipped") == 1


def test_a_cancelled_pledge_asks_nobody_any_more(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(app, house)
    with app.app_context():
        version = stored_pledge(pledge_id).version
        cancel_pledge(CancelPledge(house.coordinator, pledge_id, version, "Khối giải thể"))
    clock.forward(days=10)
    relay(app)
    assert {mail["Subject"].partition("] ")[2].split(" Bản")[0] for mail in smtp_sink.mails} == {"Đã hủy"}
    assert "Khối giải thể" in body(smtp_sink.mails[0])
    assert {row.note for row in rows(app, kind="signing-invitation")} == {"pledge-moved-on"}


def test_a_closed_account_gets_no_mail(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_open_pledge(app, house)
    with app.app_context():
        db.session.execute(update(Person).where(Person.id == house.representatives[1].person_id).values(active=False))
        db.session.commit()
    relay(app)
    assert len(smtp_sink.mails) == 2
    assert [row.note for row in rows(app, outcome="skipped")] == ["account-closed"]


def test_a_refusal_to_sign_is_told_to_the_others_with_its_reason(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    pledge_id = make_open_pledge(app, house)
    relay(app)
    smtp_sink.clear()
    command = decline_command(app, pledge_id, house.representatives[2], reason="Sai chỉ tiêu\nmục 3.")
    with app.app_context():
        decline_to_sign(command)
    relay(app)
    mails = smtp_sink.wait_for(3)
    assert {mail["Subject"].partition("] ")[2].split(" Bản")[0] for mail in mails} == {"Sở Thử nghiệm 3 từ chối ký"}
    assert all("Lý do: Sai chỉ tiêu mục 3." in body(mail) for mail in mails)


@pytest.mark.parametrize("behaviour", [Behaviour.TEMPORARY, Behaviour.PERMANENT, Behaviour.DROP_BEFORE])
def test_a_mail_the_server_will_not_take_is_kept_and_sent_later(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock, behaviour: Behaviour
) -> None:
    make_open_pledge(app, house)
    smtp_sink.behaviour = behaviour
    assert relay(app) == 0
    waiting = rows(app, kind="signing-invitation")
    assert [row.attempts for row in waiting] == [1, 1, 1]
    assert all("sẽ gửi lại" in row.last_error for row in waiting)
    assert relay(app) == 0, "it rests before it is tried again"
    smtp_sink.behaviour = Behaviour.ACCEPT
    clock.forward(seconds=2)
    assert relay(app) == 3
    assert sorted(ids(smtp_sink.mails)) == sorted(str(row.message_id) for row in waiting)


def test_pauses_grow_but_end_at_a_minute_on_one_machine(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    smtp_sink.behaviour = Behaviour.TEMPORARY
    pauses = []
    for _ in range(9):
        relay(app)
        row = rows(app, kind="signing-invitation")[0]
        assert row.lease_until is not None
        pauses.append((row.lease_until - clock.now()).total_seconds())
        clock.moment = row.lease_until
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_bad_address_stops_nobody_else(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_open_pledge(app, house)
    with app.app_context():
        first = update(Person).where(Person.id == house.representatives[0].person_id)
        db.session.execute(first.values(email="no address at all"))
        db.session.commit()
    assert relay(app) == 2
    assert len(smtp_sink.mails) == 2
    assert "Quản trị sửa địa chỉ" in rows(app, outcome=None, kind="signing-invitation")[0].last_error


def test_an_answer_lost_on_the_way_makes_a_recognisable_copy_and_loses_nothing(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    smtp_sink.behaviour = Behaviour.DROP_AFTER
    relay(app)
    smtp_sink.behaviour = Behaviour.ACCEPT
    clock.forward(minutes=1)
    relay(app)
    assert sorted(ids(smtp_sink.mails).values()) == [2, 2, 2]
    assert [row.outcome for row in rows(app, kind="signing-invitation")] == ["sent"] * 3
    assert events(app, "mail:message:sent") == 3


def test_four_relays_at_once_send_each_mail_once(app: Flask, smtp_sink: SmtpSink) -> None:
    house = make_house(app, agencies=8)
    make_open_pledge(app, house)
    barrier = threading.Barrier(4)
    closed: list[int] = []

    def one_relay() -> None:
        barrier.wait()
        closed.append(relay(app))

    threads = [threading.Thread(target=one_relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(closed) == 8
    assert list(ids(smtp_sink.mails).values()) == [1] * 8
    assert events(app, "mail:message:sent") == 8


def test_a_dead_workers_mail_comes_back_and_its_ghost_may_not_close_it(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    with app.app_context():
        dead = claim_outbox(ClaimOutbox("mail", limit=1, lease=LEASE))[0]
    assert relay(app) == 2
    clock.moment += LEASE
    with app.app_context():
        again = claim_outbox(ClaimOutbox("mail", limit=1, lease=LEASE))[0]
        assert (again.id, again.lease_number) == (dead.id, dead.lease_number + 1)
        with pytest.raises(LeaseLostError):
            mark_mail_sent(MarkMailSent(dead.id, dead.lease_number))
    assert events(app, "mail:message:sent") == 2
    clock.moment += LEASE
    assert relay(app) == 1


def test_the_finished_document_travels_to_everybody(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    with app.app_context():
        assert finalise_due() == 1
        assert finalise_due() == 0
    relay(app)
    finished = [mail for mail in smtp_sink.mails if "Đã ban hành" in mail["Subject"]]
    assert len({mail["X-Envelope-To"] for mail in finished}) == len(finished) == 5
    with app.app_context():
        final = stored_pledge(pledge_id).final_sha256
        assert final is not None
        pdf = parts().file_store.get(final)
    for mail in finished:
        (attached,) = mail.iter_attachments()
        assert attached.get_content() == pdf
        assert str(attached.get_filename()).endswith(".pdf")
        assert final[:4] in body(mail)


def test_a_document_too_large_to_travel_is_fetched_by_its_link(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_LARGEST_ATTACHMENT", 1000)
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)
    with app.app_context():
        finalise_due()
    relay(app)
    mail = next(one for one in smtp_sink.mails if "Đã ban hành" in one["Subject"])
    assert list(mail.iter_attachments()) == []
    assert "tải tại liên kết dưới đây" in body(mail)


def test_nothing_is_sent_before_its_time(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_agreed_pledge(app, house)
    assert relay(app) == 0
    make_open_pledge(app, house)
    relay(app)
    assert rows(app, kind="reminder-cadence") == []
    assert len(smtp_sink.mails) == 3


def email(app: Flask, house: SigningHouse, index: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, house.representatives[index].person_id).email
