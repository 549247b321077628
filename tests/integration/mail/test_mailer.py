"""Mails over real SMTP: what arrives, what is refused, and that no name can add a header."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approval.adapters.clock import FixedClock
from approval.adapters.mail_errors import MailDeferredError, MailNotSentError, MailRefusedError, MailUncertainError
from approval.adapters.mailer import SmtpMailer, SmtpServer
from approval.adapters.outgoing_mail import Attachment, Mailbox, OutgoingMail
from tests.servers.smtp import Behaviour, SmtpSink
from tests.servers.waiting import free_port

pytestmark = pytest.mark.integration

AS_RECEIVED = default.clone(refold_source="none")
CLOCK = FixedClock(datetime(2024, 5, 6, 1, 2, 3, tzinfo=UTC))
# The email package decodes what looks encoded, with the line ends inside.
ENCODED_LINES = "=?utf-8?q?a=0D=0ABcc:_x@evil.example?="
HOSTILE_NAMES = [
    *("x\nSubject: y", "x\r\n\r\nbody", "\u2028Bcc: y", "\x85Bcc: y", "\x00\x0bBcc: z", '"\\"<a@b>,"'),
    *(ENCODED_LINES, f"=\x00?{ENCODED_LINES}", "\u202egnp.evil\u2066", "👩\u200d👧" * 200, "x" * 5000, "ắ" * 3000),
]
HEADERS = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "X-Envelope-From",
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


@settings(max_examples=1000, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.builds("{}\r\nBcc: {}@evil.example".format, st.text("ắa", max_size=5), st.text("x", min_size=1, max_size=5))
    | st.sampled_from(HOSTILE_NAMES),
    subject=st.text(st.characters(exclude_categories=["Cs"]), max_size=90)
    | st.builds("{}\r\nX-Evil: {}".format, st.text("ắa", max_size=40), st.text("x", max_size=5))
    | st.sampled_from(HOSTILE_NAMES),
)
def test_no_name_and_no_subject_adds_a_header(mailer: SmtpMailer, sink: SmtpSink, name: str, subject: str) -> None:
    sink.clear()
    copied = Mailbox(name, "thu-ky@khoi.example")
    mailer.send(replace(mail(name=name, subject=subject), copies=(copied,)))
    (got,) = sink.wait_for(1)
    assert [header for header in got if header in HEADERS] == list(got)
    assert sorted(got.keys()) == sorted(HEADERS)
    assert got["X-Envelope-To"] == "y-te@so.example, thu-ky@khoi.example"
    assert [address.addr_spec for address in got["To"].addresses] == ["y-te@so.example"]
    assert [address.addr_spec for address in got["Cc"].addresses] == ["thu-ky@khoi.example"]
    # RFC 5322 §2.1.1; a server may refuse a longer line.
    assert all(len(line) <= 998 for line in got.as_bytes(policy=AS_RECEIVED).splitlines())


@pytest.mark.parametrize("words", [ENCODED_LINES, "x" * 300, "Giao ước =? ?="])
def test_words_that_look_encoded_or_never_end_are_still_read(mailer: SmtpMailer, sink: SmtpSink, words: str) -> None:
    mailer.send(replace(mail(subject=words), attachments=(Attachment(f"{words}.pdf", b"%PDF"),)))
    (got,) = sink.wait_for(1)
    (attached,) = got.iter_attachments()
    read = words.replace("=?", "= ?")
    assert got["Subject"] == read
    assert attached.get_filename() == f"{read}.pdf"
    assert set(attached) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}


@pytest.mark.parametrize(
    "address",
    ["", "no-at-sign", "a@b\r\nBcc: c@d", "a b@c.example", "tiếng@việt.example", f"{ENCODED_LINES}@b.example"],
)
def test_an_address_that_is_none_is_a_named_failure(mailer: SmtpMailer, sink: SmtpSink, address: str) -> None:
    with pytest.raises(MailRefusedError) as refused:
        mailer.send(mail(address=address))
    assert "Quản trị sửa địa chỉ" in refused.value.vi
    assert sink.mails == []


def test_the_servers_answer_is_kept(mailer: SmtpMailer, sink: SmtpSink) -> None:
    assert mailer.send(mail()) == "250 kept"


def test_lines_that_begin_with_a_dot_arrive_whole(mailer: SmtpMailer, sink: SmtpSink) -> None:
    dotted = b".\r\n..\r\n.x\r\n"
    plain = Attachment("dots.eml", dotted, maintype="application", subtype="octet-stream")
    mailer.send(replace(mail(), attachments=(plain,), subject="." * 200))
    (got,) = sink.wait_for(1)
    (attached,) = got.iter_attachments()
    assert attached.get_content() == dotted
    assert got["Subject"] == "." * 200


@pytest.mark.parametrize(
    ("behaviour", "becomes", "answer"),
    [
        (Behaviour.TEMPORARY, MailDeferredError, "451 try again later"),
        (Behaviour.PERMANENT, MailRefusedError, "554 no such mailbox"),
        (Behaviour.DROP_AT_DATA, MailDeferredError, "SMTPServerDisconnected: Connection unexpectedly closed"),
        (Behaviour.DROP_BEFORE, MailUncertainError, "SMTPServerDisconnected: Connection unexpectedly closed"),
        (Behaviour.DROP_AFTER, MailUncertainError, "SMTPServerDisconnected: Connection unexpectedly closed"),
        (Behaviour.NONSENSE, MailUncertainError, "999 what"),
    ],
)
def test_each_answer_decides_what_became_of_the_mail(
    mailer: SmtpMailer, sink: SmtpSink, behaviour: Behaviour, becomes: type[MailNotSentError], answer: str
) -> None:
    sink.behaviour = behaviour
    with pytest.raises(MailNotSentError) as told:
        mailer.send(mail())
    assert type(told.value) is becomes
    assert told.value.answer == answer
    assert answer in told.value.vi


def test_a_line_that_breaks_while_the_mail_is_going_over_makes_a_mail_to_be_tried_again(
    mailer: SmtpMailer, sink: SmtpSink
) -> None:
    sink.behaviour = Behaviour.DROP_IN_DATA
    with pytest.raises(MailDeferredError) as told:
        # More than two kernels will hold for each other, so that the break is seen before the last dot is out.
        mailer.send(mail(pdf=b"x" * 20_000_000))
    assert "sẽ gửi lại" in told.value.vi
    assert sink.mails == []


@pytest.mark.parametrize(
    ("answer", "becomes"),
    [
        ("550 5.1.1 unknown", MailRefusedError),
        ("450 4.2.0 greylisted", MailDeferredError),
        ("530 5.7.0 sign in first", MailDeferredError),
    ],
)
def test_the_recipient_is_judged_before_the_mail_goes_over(
    mailer: SmtpMailer, sink: SmtpSink, answer: str, becomes: type[MailNotSentError]
) -> None:
    sink.answers["y-te@so.example"] = answer
    with pytest.raises(MailNotSentError) as told:
        mailer.send(mail())
    assert type(told.value) is becomes
    assert told.value.answer == answer
    assert sink.attempts == 0


def test_a_copy_goes_to_the_coordinator_too(mailer: SmtpMailer, sink: SmtpSink) -> None:
    mailer.send(replace(mail(), copies=(Mailbox("Thư ký\r\nBcc: x@evil.example", "thu-ky@so.example"),)))
    (got,) = sink.wait_for(1)
    assert got["X-Envelope-To"] == "y-te@so.example, thu-ky@so.example"
    assert str(got["Cc"]) == '"Thư ký Bcc: x@evil.example" <thu-ky@so.example>'
    assert got["Bcc"] is None


def test_several_copies_are_all_named(mailer: SmtpMailer, sink: SmtpSink) -> None:
    copies = (
        Mailbox("Thư ký Khối", "thu-ky@so.example"),
        Mailbox("", "hai@so.example"),
        Mailbox("Ba", "ba@so.example"),
    )
    mailer.send(replace(mail(), copies=copies))
    (got,) = sink.wait_for(1)
    assert [(one.display_name, one.addr_spec) for one in got["Cc"].addresses] == [
        (copy.name, copy.address) for copy in copies
    ]


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "421 4.3.2 closing"])
def test_a_copy_in_passing_trouble_is_waited_for_and_then_given_up(
    mailer: SmtpMailer, sink: SmtpSink, answer: str
) -> None:
    sink.answers["thu-ky@so.example"] = answer
    copied = replace(mail(), copies=(Mailbox("Thư ký", "thu-ky@so.example"),))
    with pytest.raises(MailDeferredError, match=answer.partition(" ")[0]):
        mailer.send(replace(copied, waits_for_copies=True))
    assert sink.mails == []
    assert mailer.send(copied).startswith("250 kept (bản sao không được nhận: thu-ky@so.example")
    (got,) = sink.wait_for(1)
    assert got["X-Envelope-To"] == "y-te@so.example"


@pytest.mark.parametrize("answer", ["554 5.7.1 Relay access denied", "550 5.7.1 client host blocked"])
def test_a_server_that_does_not_want_us_is_no_fault_of_the_address(
    mailer: SmtpMailer, sink: SmtpSink, answer: str
) -> None:
    sink.answers["y-te@so.example"] = answer
    with pytest.raises(MailDeferredError, match=r"5\.7\.1"):
        mailer.send(mail())


def test_a_copy_that_is_refused_does_not_stop_the_mail(mailer: SmtpMailer, sink: SmtpSink) -> None:
    sink.answers["thu-ky@so.example"] = "550 unknown"
    answer = mailer.send(replace(mail(), copies=(Mailbox("Thư ký", "thu-ky@so.example"),)))
    assert answer == "250 kept (bản sao không được nhận: thu-ky@so.example 550 unknown)"
    (got,) = sink.wait_for(1)
    assert got["X-Envelope-To"] == "y-te@so.example"


def test_failures_on_the_way_are_reported_to_the_return_path(mailer: SmtpMailer, sink: SmtpSink) -> None:
    mailer.send(replace(mail(), return_path="tra-lai+7-ab@khoi.example"))
    (got,) = sink.wait_for(1)
    assert got["X-Envelope-From"] == "tra-lai+7-ab@khoi.example"
    assert str(got["From"]) == "Giao Ước <khong-tra-loi@khoi.example>"


def test_a_server_that_is_not_there_is_a_named_failure() -> None:
    with pytest.raises(MailDeferredError):
        mailer_to(free_port()).check()


def test_a_server_that_is_there_passes_the_check(mailer: SmtpMailer) -> None:
    mailer.check()
