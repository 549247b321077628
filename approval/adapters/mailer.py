"""Hands one mail to an SMTP server; headers are built by the email package only, so that no name can inject one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol

from approval.adapters.clock import VIETNAM, Clock
from approval.adapters.mail_headers import SMTP_POLICY
from approval.domain.errors import WorkNotReadyError

# Below the lease of a mail row, so that a slow server does not make a second worker send the same mail.
_TIMEOUT_SECONDS = 20
_IMPLICIT_TLS_PORT = 465


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that travels with the mail."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person. `message_id` and `thread_id` are in angle brackets and the same on each attempt."""

    message_id: str
    thread_id: str
    recipient_name: str
    recipient_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Mailer(Protocol):
    """The way out for mail."""

    def send(self, mail: OutgoingMail) -> None:
        """Hand the mail over; returns once the server has taken it. Raises MailNotSentError."""
        ...

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailNotSentError."""
        ...


class MailNotSentError(WorkNotReadyError):
    """The server did not take the mail; the row stays and is tried again."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `tls` asks for STARTTLS (implicit TLS on port 465)."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False


class SmtpMailer:
    """Mailer over SMTP; one connection a mail, because mails are few and servers drop idle ones."""

    def __init__(self, server: SmtpServer, *, mail_from: str, clock: Clock) -> None:
        self._server = server
        self._mail_from = mail_from
        self._clock = clock

    def send(self, mail: OutgoingMail) -> None:
        """Hand the mail over; returns once the server has taken it. Raises MailNotSentError."""
        message = self._compose(mail)
        with self._connection() as smtp:
            smtp.send_message(
                message,
                from_addr=self._sender().addr_spec,
                to_addrs=[mail.recipient_address],
            )

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailNotSentError."""
        with self._connection() as smtp:
            smtp.noop()

    def _compose(self, mail: OutgoingMail) -> EmailMessage:
        try:
            return compose(
                mail,
                sender=self._sender(),
                date=format_datetime(self._clock.now().astimezone(VIETNAM)),
            )
        except (ValueError, MessageError, IndexError) as error:
            raise MailNotSentError(
                "mail-address-invalid",
                "Địa chỉ thư của người nhận không dùng được. Quản trị sửa địa chỉ rồi hệ thống sẽ gửi lại.",
                f"The recipient's address cannot be used ({type(error).__name__}). Correct it; sending is retried.",
            ) from error

    def _sender(self) -> Address:
        name, _, spec = self._mail_from.rpartition("<")
        return Address(display_name=one_line(name).strip('" '), addr_spec=spec.rstrip("> ").strip())

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        try:
            with self._connect() as smtp:
                if self._server.tls and self._server.port != _IMPLICIT_TLS_PORT:
                    smtp.starttls(context=ssl.create_default_context())
                if self._server.user is not None:
                    smtp.login(self._server.user, self._server.password or "")
                yield smtp
        except (OSError, smtplib.SMTPException) as error:
            raise _not_sent(self._server, error) from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.tls and port == _IMPLICIT_TLS_PORT:
            return smtplib.SMTP_SSL(
                host,
                port,
                timeout=_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)


def compose(mail: OutgoingMail, *, sender: Address, date: str) -> EmailMessage:
    """The message as sent: text and HTML side by side, machine-made (RFC 3834), threaded under the pledge.

    Raises ValueError or email.errors.MessageError for an address that is none.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = Address(display_name=one_line(mail.recipient_name), addr_spec=mail.recipient_address)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = date
    message["Message-ID"] = one_line(mail.message_id)
    message["In-Reply-To"] = one_line(mail.thread_id)
    message["References"] = one_line(mail.thread_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    for attachment in mail.attachments:
        message.add_attachment(
            attachment.content,
            maintype="application",
            subtype="pdf",
            filename=one_line(attachment.filename),
        )
    return message


def one_line(text: str) -> str:
    """Text fit for a header: every control character and line separator becomes a space, runs become one."""
    return " ".join("".join(" " if _breaks(character) else character for character in text).split())


def _breaks(character: str) -> bool:
    return not character.isprintable()


def _not_sent(server: SmtpServer, error: Exception) -> MailNotSentError:
    where = f"{server.host}:{server.port}"
    cause = f"{type(error).__name__}: {error}"[:200]
    return MailNotSentError(
        "mail-not-sent",
        f"Máy chủ thư {where} chưa nhận thư; hệ thống giữ thư và sẽ gửi lại. Nguyên nhân: {cause}",
        f"The mail server {where} did not take the mail; it is kept and tried again. Cause: {cause}",
    )
