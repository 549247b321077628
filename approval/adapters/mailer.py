"""Hands one mail to an SMTP server and tells what became of it."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime
from typing import Protocol

from approval.adapters.clock import VIETNAM, Clock
from approval.adapters.mail_errors import address_invalid
from approval.adapters.outgoing_mail import OutgoingMail, compose, one_line
from approval.adapters.smtp_dialogue import Envelope, hand_over, line_to, say_goodbye

# Below the lease of a mail row, so that a slow server does not make a second worker send the same mail.
_TIMEOUT_SECONDS = 20
# Many slow steps are a long dialogue: a mail not handed over by then is not begun, or the lease might end in between.
_DIALOGUE_SECONDS = 90
_IMPLICIT_TLS_PORT = 465


class Mailer(Protocol):
    """The way out for mail."""

    def send(self, mail: OutgoingMail) -> str:
        """Hand the mail over; returns the server's answer once it has taken it.

        Raises MailDeferredError, MailRefusedError, MailUncertainError.
        """
        ...

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailDeferredError."""
        ...


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
        self._where = f"{server.host}:{server.port}"
        self._mail_from = mail_from
        self._clock = clock

    def send(self, mail: OutgoingMail) -> str:
        """Hand the mail over; returns the server's answer once it has taken it.

        Raises MailDeferredError, MailRefusedError, MailUncertainError.
        """
        content = self._compose(mail)
        envelope = Envelope(
            sender=mail.return_path or self._sender().addr_spec,
            recipient=mail.recipient_address,
            copies=tuple(copy.address for copy in mail.copies),
        )
        until = time.monotonic() + _DIALOGUE_SECONDS
        with self._connection() as smtp:
            return hand_over(smtp, envelope, content, where=self._where, until=until)

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailDeferredError."""
        with self._connection() as smtp, line_to(self._where):
            smtp.noop()

    def _compose(self, mail: OutgoingMail) -> bytes:
        date = format_datetime(self._clock.now().astimezone(VIETNAM))
        try:
            for address in (mail.recipient_address, *(copy.address for copy in mail.copies)):
                # Few offices' servers take SMTPUTF8 (RFC 6531); accounts with such an address are refused anyway.
                address.encode("ascii")
            return compose(mail, sender=self._sender(), date=date).as_bytes()
        except (ValueError, MessageError, IndexError) as error:
            raise address_invalid(error) from error

    def _sender(self) -> Address:
        name, _, spec = self._mail_from.rpartition("<")
        return Address(display_name=one_line(name).strip('" '), addr_spec=spec.rstrip("> ").strip())

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        with line_to(self._where):
            smtp = self._connect()
        try:
            with line_to(self._where):
                self._sign_in(smtp)
            yield smtp
        finally:
            say_goodbye(smtp)

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self._server.tls and self._server.port != _IMPLICIT_TLS_PORT:
            smtp.starttls(context=ssl.create_default_context())
        if self._server.user is not None:
            smtp.login(self._server.user, self._server.password or "")

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
