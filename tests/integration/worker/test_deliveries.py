"""What becomes of mails that a server does not simply take: kept, refused, uncertain; each with the server's words."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import update

from approval.domain.errors import AlreadyDoneError, NotAllowedError, NotFoundError, TransitionRefusedError
from approval.domain.reminder_commands import ResendMail
from approval.extensions import db
from approval.models.person import Person
from approval.services.cancel_pledge import cancel_pledge
from approval.services.resend_mail import resend_mail
from tests.factories.relayed_mails import data, email, events, history, ids, relay, rows, steps, steps_told
from tests.factories.review_house import cancel_command
from tests.factories.signing_house import MovingClock, SigningHouse, make_house, make_open_pledge
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import Behaviour, SmtpSink


@pytest.mark.parametrize("behaviour", [Behaviour.TEMPORARY, Behaviour.DROP_AT_DATA])
def test_a_mail_the_server_does_not_take_now_is_kept_and_sent_later(
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
    assert steps(app, waiting[0].id) == ["attempted", "deferred", "attempted", "sent: 250 kept"]


def test_a_bad_address_stops_nobody_else_and_is_refused(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_open_pledge(app, house)
    with app.app_context():
        first = update(Person).where(Person.id == house.representatives[0].person_id)
        db.session.execute(first.values(email="no address at all"))
        db.session.commit()
    assert relay(app) == 3
    assert len(smtp_sink.mails) == 2
    (refused,) = rows(app, outcome="refused")
    assert "Quản trị sửa địa chỉ" in refused.last_error


def test_one_address_that_is_refused_leaves_the_servers_words_and_stops_nobody_else(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    smtp_sink.answers[email(app, house, 0)] = f"550 5.1.1 <{email(app, house, 0)}> unknown"
    assert relay(app) == 3
    (refused,) = rows(app, outcome="refused")
    assert refused.person_id == house.representatives[0].person_id
    assert steps(app, refused.id) == ["attempted", f"refused: 550 5.1.1 <{email(app, house, 0)}> unknown"]
    assert "từ chối thư này" in refused.last_error
    clock.forward(minutes=30)
    relay(app)
    assert refused.message_id not in ids(smtp_sink.mails)
    assert rows(app, id=refused.id)[0].attempts == 1, "nobody tries a refused mail again by itself"
    assert [data(entry)["code"] for entry in history(app, "mail:message:refused")] == ["550"]
    assert email(app, house, 0) not in str(history(app, "mail:message:refused")), "the history stays; addresses do not"


@pytest.mark.parametrize("behaviour", [Behaviour.DROP_BEFORE, Behaviour.DROP_AFTER, Behaviour.NONSENSE])
def test_a_mail_of_unknown_fate_is_never_sent_again_by_itself(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock, behaviour: Behaviour
) -> None:
    make_open_pledge(app, house)
    smtp_sink.behaviour = behaviour
    assert relay(app) == 3
    arrived = len(smtp_sink.mails)
    smtp_sink.behaviour = Behaviour.ACCEPT
    clock.forward(days=2)
    relay(app)
    lost = rows(app, kind="signing-invitation")
    assert [row.outcome for row in lost] == ["uncertain"] * 3
    assert "chưa rõ thư có đến" in lost[0].last_error
    assert max(ids(smtp_sink.mails).values(), default=0) == 1
    assert sum(ids(smtp_sink.mails)[str(row.message_id)] for row in lost) == arrived
    assert events(app, "mail:message:uncertain") == 3


def test_a_day_without_mail_server_loses_nothing_and_doubles_nothing(
    app_factory: AppFactory, database_url: str, clock: MovingClock
) -> None:
    sink = SmtpSink()
    app = app_factory(database_url=database_url, clock=clock, smtp_port=sink.port)
    house = make_house(app, agencies=3)
    make_open_pledge(app, house)
    for _ in range(24):
        relay(app)
        clock.forward(hours=1)
    assert not rows(app, outcome="sent")
    # The reminder of that morning would have come before what it reminds of.
    assert {row.note for row in rows(app, outcome="skipped")} <= {"invitation-waiting"}
    sink.start()
    try:
        relay(app)
        assert set(ids(sink.mails).values()) == {1}
        assert {row.message_id for row in rows(app, kind="signing-invitation")} <= set(ids(sink.mails))
    finally:
        sink.stop()
    first, second, _ = rows(app, kind="signing-invitation")
    assert first.attempts == 25
    # A server that is away is away for all: one knock a sweep is enough.
    assert second.attempts == 1
    assert "Connection refused" in steps_told(app, first.id)[1]


def test_a_mail_sent_again_keeps_its_message_id_and_goes_to_the_address_as_mended(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink, clock: MovingClock
) -> None:
    make_open_pledge(app, house)
    smtp_sink.answers[email(app, house, 0)] = "550 unknown"
    relay(app)
    (refused,) = rows(app, outcome="refused")
    with app.app_context():
        mended = update(Person).where(Person.id == refused.person_id)
        db.session.execute(mended.values(email="mended@bacgiang.example"))
        db.session.commit()
        resend_mail(ResendMail(house.administrator, refused.id))
        with pytest.raises(AlreadyDoneError):
            resend_mail(ResendMail(house.administrator, refused.id))
    relay(app)
    (again,) = [mail for mail in smtp_sink.mails if mail["X-Envelope-To"] == "mended@bacgiang.example"]
    assert again["Message-ID"] == refused.message_id
    assert steps(app, refused.id) == ["attempted", "refused: 550 unknown", "resent", "attempted", "sent: 250 kept"]
    assert [data(event)["before"] for event in history(app, "mail:message:resent")] == ["refused"]
    with app.app_context(), pytest.raises(TransitionRefusedError):
        resend_mail(ResendMail(house.administrator, refused.id))


def test_a_copy_sent_by_hand_after_an_uncertain_one_can_be_recognised(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    make_open_pledge(app, house)
    smtp_sink.behaviour = Behaviour.DROP_AFTER
    relay(app)
    smtp_sink.behaviour = Behaviour.ACCEPT
    (first, *_) = rows(app, outcome="uncertain")
    with app.app_context():
        resend_mail(ResendMail(house.administrator, first.id))
    assert relay(app) == 1
    assert sorted(ids(smtp_sink.mails).items()) == sorted(
        (str(row.message_id), 2 if row.id == first.id else 1) for row in rows(app, kind="signing-invitation")
    )


def test_a_mail_sent_again_after_the_pledge_ended_is_skipped(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    pledge_id = make_open_pledge(app, house)
    smtp_sink.behaviour = Behaviour.PERMANENT
    relay(app)
    smtp_sink.clear()
    (first, *_) = rows(app, outcome="refused")
    cancel = cancel_command(app, house.coordinator, pledge_id)
    with app.app_context():
        cancel_pledge(cancel)
        resend_mail(ResendMail(house.administrator, first.id))
    relay(app)
    assert first.message_id not in ids(smtp_sink.mails)
    assert steps(app, first.id)[-1] == "skipped: pledge-moved-on"


def test_only_administrators_send_again_and_only_mails_there_are(app: Flask, house: SigningHouse) -> None:
    make_open_pledge(app, house)
    (waiting, *_) = rows(app, kind="signing-invitation")
    with app.app_context():
        for actor in (house.coordinator, house.observer, house.representatives[0]):
            with pytest.raises(NotAllowedError):
                resend_mail(ResendMail(actor, waiting.id))
        with pytest.raises(NotFoundError):
            resend_mail(ResendMail(house.administrator, 10**6))
        with pytest.raises(TransitionRefusedError):
            resend_mail(ResendMail(house.administrator, waiting.id))


def test_a_mail_is_whole_without_fetching_anything(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    make_open_pledge(app, house)
    relay(app)
    for mail in smtp_sink.mails:
        html = mail.get_body(("html",))
        assert html is not None
        tree = BeautifulSoup(html.get_content(), "html.parser")
        assert not tree.select("[src], [srcset], [background], link, script, iframe, object, form")
        assert "url(" not in str(tree)
        assert "@import" not in str(tree)
        assert {str(link["href"]).partition("/van-ban/")[0] for link in tree.select("a")} == {"http://localhost"}
