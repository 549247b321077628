"""The mail relay on real databases and a real mail server: everything due arrives, nothing else, nothing twice."""

from __future__ import annotations

import threading
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import update

from approval.domain.commands import CancelPledge
from approval.extensions import db, parts
from approval.models.person import Person
from approval.services.cancel_pledge import cancel_pledge
from approval.services.claim_outbox import ClaimOutbox, claim_outbox
from approval.services.claimed_row import LeaseLostError
from approval.services.decline_to_sign import decline_to_sign
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from tests.factories.relayed_mails import email, events, ids, relay, rows
from tests.factories.signing_house import (
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
from worker.relay_mail import LEASE


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
    assert "(thứ Bảy, +07:00)" in body(mails[0])
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
