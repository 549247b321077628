"""A mail that comes back is found by its Message-ID or its return path, and nothing else can pass for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approval.adapters.delivery_report import LARGEST_REPORT, read_report
from approval.adapters.return_path import outbox_id_of, return_path
from approval.cli.bounce import command as bounce_command
from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotFoundError
from approval.domain.reminder_commands import ResendMail
from approval.extensions import db
from approval.models.person import Person
from approval.services.record_bounce import RecordBounce, record_bounce
from approval.services.resend_mail import resend_mail
from tests.factories.history import require_sound_history
from tests.factories.mail_acts import bounce_report
from tests.factories.relayed_mails import data, history, relay, rows, steps
from tests.factories.settings import SECRET
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, make_house, make_open_pledge
from tests.servers.fixtures import AppFactory
from tests.servers.smtp import SmtpSink


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, smtp_sink: SmtpSink) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15), smtp_port=smtp_sink.port)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    house = make_house(app)
    make_open_pledge(app, house)
    return house


def test_a_report_about_the_copy_leaves_the_mail_as_it_is(app: Flask, house: SigningHouse, smtp_sink: SmtpSink) -> None:
    relay(app)
    row, _other = rows(app, kind="signing-invitation")
    with app.app_context():
        coordinator = db.session.get_one(Person, house.coordinator.person_id).email
        assert record_bounce(RecordBounce(bounce_report(row.message_id or "", failed_for=coordinator))) == row.id
    assert rows(app, id=row.id)[0].outcome == "sent"
    assert rows(app, id=row.id)[0].last_error == ""
    assert steps(app, row.id)[-1].startswith("bounced: bản sao: 5.1.1")
    (event,) = history(app, "mail:message:bounced")
    assert data(event)["copy"] is True
    with app.app_context():
        record_bounce(RecordBounce(bounce_report(row.message_id or "")))
    assert rows(app, id=row.id)[0].outcome == "bounced"


def test_a_report_closes_its_mail_as_bounced_once_and_it_may_be_sent_again(
    app: Flask, house: SigningHouse, smtp_sink: SmtpSink
) -> None:
    relay(app)
    row, other = rows(app, kind="signing-invitation")
    report = RecordBounce(bounce_report(row.message_id or ""))
    with app.app_context():
        assert record_bounce(report) == row.id
        with pytest.raises(AlreadyDoneError):
            record_bounce(report)
    assert [one.outcome for one in rows(app, kind="signing-invitation")] == ["bounced", "sent"]
    words = "5.1.1 rfc822; y-te@so.example smtp; 550 5.1.1 user unknown"
    assert steps(app, row.id) == ["attempted", "sent: 250 kept", f"bounced: {words}"]
    assert "bị trả lại" in rows(app, id=row.id)[0].last_error
    (event,) = history(app, "mail:message:bounced")
    assert data(event)["status"] == "5.1.1"
    assert "y-te@so.example" not in str(event)
    with app.app_context():
        resend_mail(ResendMail(house.administrator, row.id))
    relay(app)
    with app.app_context():
        assert record_bounce(report) == row.id, "it came back a second time"
        require_sound_history()
    assert rows(app, id=other.id)[0].outcome == "sent"


def test_only_a_mail_that_left_can_come_back(app: Flask, house: SigningHouse) -> None:
    waiting, _ = rows(app, kind="signing-invitation")
    for message_id in (waiting.message_id or "", "<0123@elsewhere.example>", "", "no brackets"):
        with app.app_context(), pytest.raises(NotFoundError):
            record_bounce(RecordBounce(bounce_report(message_id)))
    assert {row.outcome for row in rows(app, kind="signing-invitation")} == {None}


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_that_gives_nobody_up_changes_nothing(app: Flask, house: SigningHouse, action: str) -> None:
    relay(app)
    row, _ = rows(app, kind="signing-invitation")
    with app.app_context(), pytest.raises(InvalidInputError, match="late or has arrived"):
        record_bounce(RecordBounce(bounce_report(row.message_id or "", action=action)))
    assert rows(app, id=row.id)[0].outcome == "sent"


def test_with_a_bounce_mailbox_only_the_return_path_counts(
    app_factory: AppFactory, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    app = app_factory(
        database_url=sqlite_url,
        clock=MovingClock(MAY_15),
        smtp_port=smtp_sink.port,
        bounce_mailbox="tra-lai@khoi.example",
    )
    make_open_pledge(app, make_house(app))
    relay(app)
    row, other = rows(app, kind="signing-invitation")
    path = smtp_sink.mails[0]["X-Envelope-From"]
    assert path == return_path("tra-lai@khoi.example", row.id, secret=SECRET)
    forged = path.replace(f"+{row.id}-", f"+{other.id}-")
    for to in (forged, "tra-lai@khoi.example"):
        with app.app_context(), pytest.raises(NotFoundError):
            record_bounce(RecordBounce(bounce_report(other.message_id or "", to=to)))
    with app.app_context():
        assert record_bounce(RecordBounce(bounce_report("<cut@off.example>", to=path))) == row.id
        second = smtp_sink.mails[1]["X-Envelope-From"]
        assert record_bounce(RecordBounce(bounce_report(""), recipient=second)) == other.id


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk=st.binary(max_size=400), at=st.integers(0, 900), cut=st.integers(0, 900))
def test_no_mangled_report_does_more_than_be_refused(junk: bytes, at: int, cut: int) -> None:
    whole = bounce_report("<0123@khoi.example>")
    for raw in (junk, whole[:cut], whole[:at] + junk + whole[at:]):
        try:
            report = read_report(raw)
        except InvalidInputError:
            continue
        assert "\n" not in report.message_id + report.words
        assert all("\n" not in one for one in report.arrived_at)


@pytest.mark.parametrize(
    "raw", [b"", b"Subject: out of office\r\n\r\nback on Monday", b"x" * (LARGEST_REPORT + 1)], ids=len
)
def test_what_is_no_report_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_report(raw)
    assert "Không có gì được ghi" in refused.value.vi


@pytest.mark.parametrize("address", ["", "tra-lai@khoi.example", "a+7-00000000000000000000@b", "a+7-x@b", "a+٧-0@b"])
def test_an_address_we_did_not_make_names_no_mail(address: str) -> None:
    assert outbox_id_of(address, secret=SECRET) is None


def test_the_command_tells_a_mail_server_what_to_do_with_the_report(
    app: Flask, house: SigningHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVAL_MODE", "test")
    relay(app)
    row, _ = rows(app, kind="signing-invitation")
    file = tmp_path / "report.eml"
    file.write_bytes(bounce_report(row.message_id or ""))
    runner = CliRunner()
    first = runner.invoke(bounce_command, [str(file)], obj=lambda: app)
    assert (first.exit_code, f"thư số {row.id} bị trả lại" in first.output) == (0, True)
    again = runner.invoke(bounce_command, ["-"], obj=lambda: app, input=file.read_bytes())
    assert again.exit_code == 0
    assert runner.invoke(bounce_command, ["-"], obj=lambda: app, input=b"hello").exit_code == 65

    def broken() -> Flask:
        raise OSError("the database is away")

    assert runner.invoke(bounce_command, [str(file)], obj=broken).exit_code == 75
