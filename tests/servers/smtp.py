"""An SMTP server that keeps what it is given, and can be told to misbehave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.waiting import free_port


class Behaviour(StrEnum):
    """What the server does with the next mails."""

    ACCEPT = "accept"
    TEMPORARY = "451 try again later"
    PERMANENT = "554 no such mailbox"
    DROP_AT_DATA = "close the connection when the mail is about to come"
    DROP_IN_DATA = "close the connection in the middle of the mail"
    NONSENSE = "keep the mail, then answer something that is no answer"
    DROP_BEFORE = "close the connection before keeping the mail"
    LEAVE_AFTER = "keep the mail, say so, then close the connection"
    TIRED = "421 enough for one connection, at the second mail"
    DROP_AFTER = "keep the mail, then close the connection without an answer"


class SmtpSink:
    """Loopback server on a free port. `behaviour` may change at any moment; `delay` seconds slow each mail down.

    `connections` counts callers. `answers` gives single addresses another answer than 250; `silent` makes the server
    say nothing more to mails for an address, from "RCPT", "DATA" or "END" on; `on_step` is told of each command and
    each kept mail.
    """

    def __init__(self, port: int | None = None) -> None:
        self.behaviour = Behaviour.ACCEPT
        self.delay = 0.0
        self.attempts = 0
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.silent: dict[str, str] = {}
        self.on_step: Callable[[str], None] = lambda _step: None
        self._mails: list[EmailMessage] = []
        self._changed = threading.Condition()
        self._controller = _MisbehavingController(
            self, hostname="127.0.0.1", port=port or free_port(), ready_timeout=15
        )

    @property
    def host(self) -> str:
        """Always the loopback address."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """The port chosen at the start."""
        port: int = self._controller.port
        return port

    @property
    def mails(self) -> list[EmailMessage]:
        """Everything kept so far, oldest first."""
        with self._changed:
            return list(self._mails)

    def wait_for(self, count: int, *, seconds: float = 15) -> list[EmailMessage]:
        """Return once at least `count` mails arrived; raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._mails) >= count, timeout=seconds):
                raise TimeoutError(f"{len(self._mails)} of {count} mails came within {seconds} s")
            return list(self._mails)

    def clear(self) -> None:
        """Forget the mails and behave again."""
        with self._changed:
            self._mails.clear()
            self.attempts, self.connections, self.delay, self.behaviour = 0, 0, 0.0, Behaviour.ACCEPT
            self.answers.clear()
            self.silent.clear()

    def start(self) -> None:
        """Listen."""
        self._controller.start()
        # The controller has called itself to see whether it is there.
        self.connections = 0

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Called by aiosmtpd with each recipient."""
        self.on_step("RCPT")
        await self.hush("RCPT", address)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Called by aiosmtpd with a whole mail."""
        self.attempts += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.behaviour in {Behaviour.TEMPORARY, Behaviour.PERMANENT}:
            return str(self.behaviour)
        if self.behaviour is not Behaviour.DROP_BEFORE:
            self._keep(envelope)
            self.on_step("KEPT")
        await self.hush("END", *envelope.rcpt_tos)
        if self.behaviour is Behaviour.NONSENSE:
            return "999 what"
        if self.behaviour in {Behaviour.DROP_BEFORE, Behaviour.DROP_AFTER}:
            cast("asyncio.Transport", server.transport).abort()
        if self.behaviour is Behaviour.LEAVE_AFTER:
            # The answer is written first; then the line ends.
            asyncio.get_running_loop().call_soon(cast("asyncio.Transport", server.transport).close)
        return "250 kept"

    async def hush(self, step: str, *addresses: str) -> None:
        """Say nothing until the client has gone away, which ends this coroutine."""
        if step in {self.silent.get(address) for address in addresses}:
            await asyncio.Event().wait()

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        message = message_from_bytes(raw, policy=default)
        message["X-Envelope-From"] = envelope.mail_from
        message["X-Envelope-To"] = ", ".join(str(address) for address in envelope.rcpt_tos)
        with self._changed:
            self._mails.append(message)
            self._changed.notify_all()


class _MisbehavingServer(SMTP):
    """Leaves before a mail, or in the middle of one, when told to."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        sink = cast("SmtpSink", self.event_handler)
        sink.connections += 1
        self._taken = 0

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        sink = cast("SmtpSink", self.event_handler)
        self._taken += 1
        if sink.behaviour is Behaviour.TIRED and self._taken > 1:
            await self.push(str(Behaviour.TIRED))
            cast("asyncio.Transport", self.transport).close()
        else:
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        sink = cast("SmtpSink", self.event_handler)
        sink.on_step("DATA")
        await sink.hush("DATA", *cast("Envelope", self.envelope).rcpt_tos)
        if sink.behaviour is Behaviour.DROP_AT_DATA:
            self._leave()
        elif sink.behaviour is Behaviour.DROP_IN_DATA:
            await self.push("354 go on")
            await self._reader.read(1000)
            self._leave()
        else:
            await super().smtp_DATA(arg)

    def _leave(self) -> None:
        cast("asyncio.Transport", self.transport).abort()


class _MisbehavingController(Controller):
    def factory(self) -> SMTP:
        return _MisbehavingServer(self.handler, **self.SMTP_kwargs)
