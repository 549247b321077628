"""Who gets a new password, key or address from an administrator is told so, without the secret."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from flask import Flask

from approval.domain.commands import IssueSigningKey, LockAccount
from approval.extensions import db, parts
from approval.queries.profile import load_profile
from approval.services.issue_signing_key import issue_signing_key
from approval.services.lock_account import lock_account
from tests.factories.account_acts import NEW_PASSWORD, rename_observer, reset_observer
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail

NEW_PIN = "739104"


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, smtp_sink: SmtpSink) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15), smtp_port=smtp_sink.port)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_house(app)


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return " ".join(part.get_content().split()) if part else ""


def test_each_change_is_told_once_without_its_secret(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    signer = house.representatives[0].person_id or 0
    with app.app_context():
        reset_observer(house)
        issue_signing_key(IssueSigningKey(house.administrator, signer, NEW_PIN))
        relay_mail()
        relay_mail()
    mails = smtp_sink.mails
    assert sorted(str(mail["Subject"]).split("] ")[1] for mail in mails) == [
        "Quản trị vừa cấp lại khóa ký và mã PIN cho tài khoản của Ông/Bà",
        "Quản trị vừa đặt lại mật khẩu cho tài khoản của Ông/Bà",
    ]
    for mail in mails:
        assert "Vào lúc: 09:00 15/5/2024" in body(mail)
        assert NEW_PASSWORD not in mail.as_string()
        assert NEW_PIN not in body(mail)


def test_a_change_of_address_is_told_at_the_new_one(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    with app.app_context():
        rename_observer(house)
        relay_mail()
    (mail,) = smtp_sink.mails
    assert "thi-dua@bacgiang.example" in str(mail["To"])
    assert "sửa tên hoặc địa chỉ thư" in str(mail["Subject"])


def test_a_closed_account_is_not_written_to(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    with app.app_context():
        reset_observer(house)
        lock_account(LockAccount(house.administrator, house.observer.person_id or 0))
        assert relay_mail() == 1
    assert smtp_sink.mails == []


def test_the_owner_sees_it_on_their_page(app: Flask, house: SigningHouse) -> None:
    observer = house.observer.person_id or 0
    with app.app_context():
        assert load_profile(db.session(), observer, now=parts().clock.now()).changes == ()
        reset_observer(house)
        rename_observer(house)
        changes = load_profile(db.session(), observer, now=parts().clock.now()).changes
        assert [(line.words, line.at) for line in changes] == [
            ("sửa tên hoặc địa chỉ thư", MAY_15),
            ("đặt lại mật khẩu", MAY_15),
        ]
        assert load_profile(db.session(), house.coordinator.person_id or 0, now=MAY_15).changes == ()
