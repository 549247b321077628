"""Hands mails to an SMTP server, one after the other on one line, and tells what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from email.errors import MessageError
from email.utils import format_datetime
from typing import Protocol

from approval.adapters.clock import VIETNAM, Clock
from approval.adapters.mail_errors import address_invalid
from approval.adapters.mail_message import compose
from approval.adapters.outgoing_mail import Mailbox, OutgoingMail, one_line
from approval.adapters.smtp_dialogue import Envelope
from approval.adapters.smtp_line import SmtpLine, SmtpServer

__all__ = ["MailLine", "Mailer", "SmtpMailer", "SmtpServer"]


def _do_nothing() -> None:
    pass


class MailLine(Protocol):
    """A line to the mail server, for one mail after the other."""

    def send(self, mail: OutgoingMail, *, meanwhile: Callable[[], None] = _do_nothing) -> str:
        """Hand the mail over; returns the server's answer once it has taken it.

        `meanwhile` is called while the server stores the mail; it must not raise.
        Raises MailDeferredError, MailRefusedError, MailUncertainError.
        """
        ...


class Mailer(Protocol):
    """The way out for mail."""

    def line(self) -> AbstractContextManager[MailLine]:
        """A line, opened at the first mail and closed on leaving. Each thread takes its own."""
        ...

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailDeferredError."""
        ...


class SmtpMailer:
    """Mailer over SMTP."""

    def __init__(self, server: SmtpServer, *, mail_from: str, clock: Clock) -> None:
        self._server = server
        self._sender = _mailbox(mail_from)
        self._clock = clock

    @contextmanager
    def line(self) -> Iterator[MailLine]:
        """A line, opened at the first mail and closed on leaving. Each thread takes its own."""
        line = SmtpLine(self._server)
        try:
            yield _SmtpMailLine(line, self._sender, self._clock)
        finally:
            line.leave()

    def send(self, mail: OutgoingMail) -> str:
        """Hand one mail over on a line of its own, as `MailLine.send`."""
        with self.line() as line:
            return line.send(mail)

    def check(self) -> None:
        """Connect, say hello and leave. Raises MailDeferredError."""
        line = SmtpLine(self._server)
        try:
            line.check()
        finally:
            line.leave()


class _SmtpMailLine:
    def __init__(self, line: SmtpLine, sender: Mailbox, clock: Clock) -> None:
        self._line = line
        self._sender = sender
        self._clock = clock

    def send(self, mail: OutgoingMail, *, meanwhile: Callable[[], None] = _do_nothing) -> str:
        content = self._compose(mail)
        envelope = Envelope(
            sender=mail.return_path or self._sender.address,
            recipient=mail.recipient_address,
            copies=tuple(copy.address for copy in mail.copies),
            waits_for_copies=mail.waits_for_copies,
        )
        return self._line.hand_over(envelope, content, meanwhile)

    def _compose(self, mail: OutgoingMail) -> bytes:
        date = format_datetime(self._clock.now().astimezone(VIETNAM))
        try:
            for address in (mail.recipient_address, *(copy.address for copy in mail.copies)):
                # Few offices' servers take SMTPUTF8 (RFC 6531); accounts with such an address are refused anyway.
                address.encode("ascii")
            return compose(mail, sender=self._sender, date=date)
        except (ValueError, MessageError, IndexError) as error:
            raise address_invalid(error) from error


def _mailbox(mail_from: str) -> Mailbox:
    name, _, spec = mail_from.rpartition("<")
    return Mailbox(one_line(name).strip('" '), spec.rstrip("> ").strip())
