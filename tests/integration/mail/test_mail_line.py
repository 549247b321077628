"""One line for many mails: whatever the server does between two of them, each arrives once or is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from approval.adapters import smtp_line
from approval.adapters.clock import FixedClock
from approval.adapters.mail_errors import MailDeferredError, MailNotSentError, MailRefusedError, MailUncertainError
from approval.adapters.mailer import MailLine, SmtpMailer, SmtpServer
from approval.adapters.outgoing_mail import OutgoingMail
from tests.factories.relayed_mails import ids
from tests.servers.smtp import Behaviour, SmtpSink
from tests.servers.waiting import free_port

pytestmark = pytest.mark.integration

CLOCK = FixedClock(datetime(2024, 5, 6, 1, 2, 3, tzinfo=UTC))


@pytest.fixture
def mailer(smtp_sink: SmtpSink) -> SmtpMailer:
    return SmtpMailer(SmtpServer("127.0.0.1", smtp_sink.port), mail_from="Giao Ước <a@khoi.example>", clock=CLOCK)


@pytest.fixture
def line(mailer: SmtpMailer) -> Iterator[MailLine]:
    with mailer.line() as opened:
        yield opened


def mail(number: int) -> OutgoingMail:
    return OutgoingMail(
        message_id=f"<{number}@khoi.example>",
        thread_id="<pledge@khoi.example>",
        recipient_name="Sở Y tế",
        recipient_address=f"nguoi-{number}@so.example",
        subject="Mời ký",
        text="Kính gửi\n",
        html="<p>Kính gửi</p>",
    )


def test_mails_go_one_after_the_other_on_one_connection(line: MailLine, smtp_sink: SmtpSink) -> None:
    assert [line.send(mail(number)) for number in range(5)] == ["250 kept"] * 5
    assert smtp_sink.connections == 1
    assert [got["X-Envelope-To"] for got in smtp_sink.mails] == [f"nguoi-{number}@so.example" for number in range(5)]


@pytest.mark.parametrize("behaviour", [Behaviour.LEAVE_AFTER, Behaviour.TIRED])
def test_a_server_that_hangs_up_between_two_mails_is_called_again(
    line: MailLine, smtp_sink: SmtpSink, behaviour: Behaviour
) -> None:
    smtp_sink.behaviour = behaviour
    for number in range(4):
        line.send(mail(number))
    assert smtp_sink.connections == 4
    assert ids(smtp_sink.mails) == {f"<{number}@khoi.example>": 1 for number in range(4)}


def test_a_server_that_was_restarted_between_two_mails_is_called_again() -> None:
    port = free_port()
    first, second = SmtpSink(port), SmtpSink(port)
    here = SmtpMailer(SmtpServer("127.0.0.1", port), mail_from="a@khoi.example", clock=CLOCK)
    with here.line() as line:
        first.start()
        line.send(mail(1))
        first.stop()
        with pytest.raises(MailDeferredError):
            line.send(mail(2))
        second.start()
        line.send(mail(2))
    second.stop()
    assert (len(first.mails), len(second.mails)) == (1, 1)


def test_a_server_that_hangs_up_on_the_fresh_line_too_is_not_asked_a_third_time(
    line: MailLine, smtp_sink: SmtpSink
) -> None:
    line.send(mail(1))
    smtp_sink.behaviour = Behaviour.DROP_AT_DATA
    with pytest.raises(MailDeferredError):
        line.send(mail(2))
    assert smtp_sink.connections == 2
    smtp_sink.behaviour = Behaviour.ACCEPT
    line.send(mail(2))
    assert ids(smtp_sink.mails) == {"<1@khoi.example>": 1, "<2@khoi.example>": 1}


def test_a_mail_that_may_have_arrived_is_not_repeated_on_a_fresh_line(line: MailLine, smtp_sink: SmtpSink) -> None:
    line.send(mail(1))
    smtp_sink.behaviour = Behaviour.DROP_AFTER
    with pytest.raises(MailUncertainError):
        line.send(mail(2))
    assert smtp_sink.connections == 1
    assert ids(smtp_sink.mails) == {"<1@khoi.example>": 1, "<2@khoi.example>": 1}


@pytest.mark.parametrize(
    ("answer", "becomes"), [("550 unknown", MailRefusedError), ("450 greylisted", MailDeferredError)]
)
def test_what_happens_to_one_recipient_is_nothing_to_the_next(
    line: MailLine, smtp_sink: SmtpSink, answer: str, becomes: type[MailNotSentError]
) -> None:
    line.send(mail(1))
    smtp_sink.answers["nguoi-2@so.example"] = answer
    with pytest.raises(becomes) as told:
        line.send(mail(2))
    assert told.value.answer == answer
    line.send(mail(3))
    assert sorted(ids(smtp_sink.mails)) == ["<1@khoi.example>", "<3@khoi.example>"]


def test_after_so_many_mails_the_line_is_opened_anew(
    line: MailLine, smtp_sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_line, "_MAILS_A_LINE", 2)
    for number in range(5):
        line.send(mail(number))
    assert smtp_sink.connections == 3
    assert len(smtp_sink.mails) == 5


def test_a_line_on_which_nothing_is_sent_calls_nobody(mailer: SmtpMailer, smtp_sink: SmtpSink) -> None:
    with mailer.line():
        pass
    assert smtp_sink.connections == 0


def test_what_is_done_meanwhile_is_done_while_the_server_has_the_mail(line: MailLine, smtp_sink: SmtpSink) -> None:
    seen: list[int] = []
    line.send(mail(1), meanwhile=lambda: seen.append(len(smtp_sink.wait_for(1))))
    assert seen == [1]
