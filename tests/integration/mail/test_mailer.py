"""Mails over real SMTP: what arrives, what is refused, and that no name can add a header."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approval.adapters.clock import FixedClock
from approval.adapters.mailer import Attachment, MailNotSentError, OutgoingMail, SmtpMailer, SmtpServer
from tests.servers.smtp import Behaviour, SmtpSink
from tests.servers.waiting import free_port

pytestmark = pytest.mark.integration

CLOCK = FixedClock(datetime(2024, 5, 6, 1, 2, 3, tzinfo=UTC))
HOSTILE_NAMES = ["x\nSubject: y", "x\r\n\r\nbody", "\u2028Bcc: y", "\x85Bcc: y", "\x00\x0bBcc: z", '"\\"<a@b>,"']
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "X-Envelope-To",
]


@pytest.fixture(scope="module")
def sink() -> Iterator[SmtpSink]:
    server = SmtpSink()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailer(sink: SmtpSink) -> SmtpMailer:
    sink.clear()
    return mailer_to(sink.port)


def mailer_to(port: int) -> SmtpMailer:
    server = SmtpServer("127.0.0.1", port)
    return SmtpMailer(server, mail_from="Giao Ước <khong-tra-loi@khoi.example>", clock=CLOCK)


def mail(
    *, name: str = "Đại diện Sở Y tế", subject: str = "Mời ký", address: str = "y-te@so.example", pdf: bytes = b""
) -> OutgoingMail:
    attached = (Attachment("Bản giao ước thi đua năm 2024.pdf", pdf),) if pdf else ()
    return OutgoingMail(
        "<0123@khoi.example>",
        "<pledge-1@khoi.example>",
        name,
        address,
        subject,
        "Kính gửi\n",
        "<p>Kính gửi</p>",
        attached,
    )


def test_a_mail_arrives_as_written(mailer: SmtpMailer, sink: SmtpSink) -> None:
    mailer.send(mail(pdf=b"%PDF-1.7 final"))
    (got,) = sink.wait_for(1)
    assert got["Subject"] == "Mời ký"
    assert str(got["From"]) == "Giao Ước <khong-tra-loi@khoi.example>"
    assert got["To"].addresses[0].display_name == "Đại diện Sở Y tế"
    assert got["Date"] == "Mon, 06 May 2024 08:02:03 +0700"
    assert got["Message-ID"] == "<0123@khoi.example>"
    assert got["References"] == "<pledge-1@khoi.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Kính gửi"
    assert html.get_content().strip() == "<p>Kính gửi</p>"
    (pdf,) = got.iter_attachments()
    assert pdf.get_filename() == "Bản giao ước thi đua năm 2024.pdf"
    assert pdf.get_content() == b"%PDF-1.7 final"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.builds("{}\r\nBcc: {}@evil.example".format, st.text("ắa", max_size=5), st.text("x", min_size=1, max_size=5))
    | st.sampled_from(
        ["x\nSubject: y", "x\r\n\r\nbody", "\u2028Bcc: y", "\x85Bcc: y", "\x00\x0bBcc: z", '"\\"<a@b>,"']
    ),
    subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
    | st.builds("{}\r\nX-Evil: {}".format, st.text("ắa", max_size=40), st.text("x", max_size=5)),
)
def test_no_name_and_no_subject_adds_a_header(mailer: SmtpMailer, sink: SmtpSink, name: str, subject: str) -> None:
    sink.clear()
    mailer.send(mail(name=name, subject=subject))
    (got,) = sink.wait_for(1)
    assert [header for header in got if header in HEADERS] == list(got)
    assert sorted(got.keys()) == sorted(HEADERS)
    assert got["X-Envelope-To"] == "y-te@so.example"
    assert [address.addr_spec for address in got["To"].addresses] == ["y-te@so.example"]


@pytest.mark.parametrize("address", ["", "no-at-sign", "a@b\r\nBcc: c@d", "a b@c.example", "tiếng@việt.example"])
def test_an_address_that_is_none_is_a_named_failure(mailer: SmtpMailer, sink: SmtpSink, address: str) -> None:
    with pytest.raises(MailNotSentError) as refused:
        mailer.send(mail(address=address))
    assert refused.value.code in {"mail-address-invalid", "mail-not-sent"}
    assert sink.mails == []


@pytest.mark.parametrize("behaviour", [Behaviour.TEMPORARY, Behaviour.PERMANENT, Behaviour.DROP_BEFORE])
def test_a_refusing_server_is_a_named_failure(mailer: SmtpMailer, sink: SmtpSink, behaviour: Behaviour) -> None:
    sink.behaviour = behaviour
    with pytest.raises(MailNotSentError) as refused:
        mailer.send(mail())
    assert "sẽ gửi lại" in refused.value.vi


def test_a_server_that_is_not_there_is_a_named_failure() -> None:
    with pytest.raises(MailNotSentError):
        mailer_to(free_port()).check()


def test_a_server_that_is_there_passes_the_check(mailer: SmtpMailer) -> None:
    mailer.check()
