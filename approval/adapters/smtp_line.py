"""The line to the mail server, kept from one mail to the next: most of a short mail's time would go into calling anew.

A server may hang up between two mails whenever it likes. Before a word of the mail has gone over, that is no fault of
the mail: it is tried once on a fresh line. After any fault the line is given up.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from approval.adapters.mail_errors import MailDeferredError, ServerAwayError
from approval.adapters.smtp_dialogue import (
    CopyGoneError,
    Envelope,
    LineGoneError,
    hand_over,
    line_to,
    say_goodbye,
    told_without,
    wait_at_most,
)

# Below the lease of a mail row, so that a slow server does not make a second worker send the same mail.
_TIMEOUT_SECONDS = 20
# Many slow steps are a long dialogue: a mail not handed over by then is not begun, or the lease might end in between.
_DIALOGUE_SECONDS = 90
_IMPLICIT_TLS_PORT = 465
# Many servers count; leaving politely is cheaper than being shown the door.
_MAILS_A_LINE = 100


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `tls` asks for STARTTLS (implicit TLS on port 465)."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False

    @property
    def where(self) -> str:
        """How people name it."""
        return f"{self.host}:{self.port}"


class SmtpLine:
    """One caller's line, opened when first needed. Not to be shared between threads."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._handed_over = 0

    def hand_over(self, envelope: Envelope, content: bytes, meanwhile: Callable[[], None]) -> str:
        """Hand one mail over; returns the server's answer. `meanwhile` is called while the server stores it.

        Raises MailDeferredError, MailRefusedError, MailUncertainError; the line is given up then.
        """
        if self._handed_over >= _MAILS_A_LINE:
            self.leave()
        was_open, until = self._smtp is not None, time.monotonic() + _DIALOGUE_SECONDS
        try:
            return self._hand_over(envelope, content, until, meanwhile)
        except CopyGoneError as gone:
            if envelope.waits_for_copies:
                raise gone.deferred from gone
            return self._without_copies(envelope, content, until, meanwhile)
        except LineGoneError as gone:
            if not was_open:
                raise gone.deferred from gone
        try:
            return self._hand_over(envelope, content, until, meanwhile)
        except LineGoneError as gone:
            raise gone.deferred from gone

    def _without_copies(self, envelope: Envelope, content: bytes, until: float, meanwhile: Callable[[], None]) -> str:
        try:
            answer = self._hand_over(replace(envelope, copies=()), content, until, meanwhile)
        except LineGoneError as gone:
            raise gone.deferred from gone
        return told_without(answer, envelope.copies)

    def check(self) -> None:
        """Connect, say hello. Raises MailDeferredError."""
        smtp = self._open()
        with line_to(self._server.where):
            smtp.noop()

    def leave(self) -> None:
        """Say goodbye, if anybody is there to hear it."""
        smtp, self._smtp, self._handed_over = self._smtp, None, 0
        if smtp is not None:
            say_goodbye(smtp)

    def _hand_over(self, envelope: Envelope, content: bytes, until: float, meanwhile: Callable[[], None]) -> str:
        try:
            where = self._server.where
            answer = hand_over(self._open(), envelope, content, where=where, until=until, meanwhile=meanwhile)
        except BaseException:
            self.leave()
            raise
        self._handed_over += 1
        return answer

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                with line_to(self._server.where):
                    self._smtp = self._connect()
                    self._sign_in(self._smtp)
            except MailDeferredError as error:
                raise ServerAwayError(error.code, error.vi, error.en, answer=error.answer) from error
        wait_at_most(self._smtp, _TIMEOUT_SECONDS)
        return self._smtp

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

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self._server.tls and self._server.port != _IMPLICIT_TLS_PORT:
            smtp.starttls(context=ssl.create_default_context())
        if self._server.user is not None:
            smtp.login(self._server.user, self._server.password or "")
