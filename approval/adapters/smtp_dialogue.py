"""The SMTP conversation about one mail (RFC 5321), step by step: which step fails decides what became of the mail.

`smtplib.SMTP.sendmail` does the same steps, but does not tell a line that broke before the last dot (nothing was
taken) from one that broke after it (nobody knows), and throws the server's last answer away.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from approval.adapters.mail_errors import MailDeferredError, deferred, refused, uncertain
from approval.adapters.outgoing_mail import one_line

# A server may look for viruses between the last dot and its answer; RFC 5321 §4.5.3.2.6 would allow it ten minutes.
_ANSWER_SECONDS = 60
_GOODBYE_SECONDS = 2
_LONGEST_ANSWER = 300
_LONGEST_TOLD = 500
_TOO_SLOW = "máy chủ thư trả lời quá chậm"
_OK, _NOW, _NEVER, _GO_AHEAD = 2, 4, 5, 354
# RFC 5321 §3.8: the server may say goodbye instead of any answer. Or the line is dead; one that is only slow is not.
_CLOSING, _HUNG_UP = "421", (ConnectionError, smtplib.SMTPServerDisconnected)
_NOT_FROM_US = "5.7."
_TOO_LARGE, _NO_SIGN_IN = 552, frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who hands over and who gets it: addresses without names. `copies` may fail without stopping the mail.

    While `waits_for_copies` a passing trouble with one of them lets the mail be tried again.
    """

    sender: str
    recipient: str
    copies: tuple[str, ...] = ()
    waits_for_copies: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    code: int
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.words}"

    @property
    def kind(self) -> int:
        return self.code // 100


class LineGoneError(Exception):
    """The server hung up before a word of the mail went over. `deferred` is what to raise when nothing else helps."""

    def __init__(self, deferred: MailDeferredError) -> None:
        super().__init__(deferred.answer)
        self.deferred = deferred


class CopyGoneError(LineGoneError):
    """The server hung up at the address of a copy: the mail itself can go without it."""


def hand_over(
    smtp: smtplib.SMTP,
    envelope: Envelope,
    content: bytes,
    *,
    where: str,
    until: float,
    meanwhile: Callable[[], None],
) -> str:
    """Say hello, name sender and recipients, hand `content` (CRLF lines) over; returns the server's last answer.

    `until` (of `time.monotonic`) is the last moment at which the content may be begun. `meanwhile` is called while the
    server stores the mail; it must not raise.
    Raises LineGoneError, MailDeferredError, MailRefusedError, MailUncertainError.
    """
    missed = _announce(smtp, envelope, len(content), where)
    with line_to(where):
        if time.monotonic() > until:
            raise deferred(where, _TOO_SLOW)
        smtp.send(_with_dots_doubled(content))
    meanwhile()
    answer = _last_answer(smtp, where)
    return told_without(str(answer), missed)


def told_without(answer: str, missed: Sequence[str]) -> str:
    """The server's answer, and which copies it did not take (address and words)."""
    return f"{answer} (bản sao không được nhận: {'; '.join(missed)})"[:_LONGEST_TOLD] if missed else answer


def _announce(smtp: smtplib.SMTP, envelope: Envelope, size: int, where: str) -> list[str]:
    """Everything before the mail itself; returns the copies that are not taken."""
    try:
        with line_to(where):
            _name_sender(smtp, envelope.sender, size, where)
            _name_recipient(smtp, envelope.recipient, where)
            missed = _name_copies(smtp, envelope, where)
            ready = _answer(smtp.docmd("DATA"))
            if ready.code != _GO_AHEAD:
                raise _turned_down(where, ready)
    except MailDeferredError as error:
        if error.answer.startswith(_CLOSING) or _hung_up(error.__cause__):
            raise LineGoneError(error) from error
        raise
    return missed


def _name_copies(smtp: smtplib.SMTP, envelope: Envelope, where: str) -> list[str]:
    """Nobody goes without their mail because of somebody else's mailbox. Raises CopyGoneError, MailDeferredError."""
    missed = []
    for copy in envelope.copies:
        try:
            answer = _answer(smtp.rcpt(copy))
        except (OSError, smtplib.SMTPException) as error:
            raise CopyGoneError(deferred(where, _fault(error))) from error
        if answer.kind == _OK:
            continue
        if answer.kind == _NOW and envelope.waits_for_copies:
            raise deferred(where, f"{copy}: {answer}")
        if str(answer.code) == _CLOSING:
            raise CopyGoneError(deferred(where, str(answer)))
        missed.append(f"{copy} {answer}")
    return missed


def _hung_up(fault: BaseException | None) -> bool:
    """A server that is silent for too long counts as disconnected with smtplib, but is not asked again at once."""
    return isinstance(fault, _HUNG_UP) and not isinstance(fault.__context__, TimeoutError)


@contextmanager
def line_to(where: str) -> Iterator[None]:
    """Until the whole mail is over, any fault of the line means that it was not taken. Raises MailDeferredError."""
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        raise deferred(where, _fault(error)) from error


def say_goodbye(smtp: smtplib.SMTP) -> None:
    """Leave politely. What the server says now changes nothing any more, so nothing is raised."""
    with suppress(OSError, smtplib.SMTPException):
        wait_at_most(smtp, _GOODBYE_SECONDS)
        smtp.quit()
    smtp.close()


def _name_sender(smtp: smtplib.SMTP, sender: str, size: int, where: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    answer = _answer(smtp.mail(sender, [f"SIZE={size}"] if smtp.has_extn("size") else []))
    if answer.kind == _OK:
        return
    # A sender that is refused is a fault of the installation: its mails wait until somebody has mended it.
    raise refused(where, str(answer)) if answer.code == _TOO_LARGE else deferred(where, str(answer))


def _name_recipient(smtp: smtplib.SMTP, recipient: str, where: str) -> None:
    answer = _answer(smtp.rcpt(recipient))
    if answer.kind == _OK:
        return
    # RFC 3463 §3.8: it is us whom the server does not want, whoever the mail is for; somebody has to mend that first.
    raise deferred(where, str(answer)) if answer.words.startswith(_NOT_FROM_US) else _turned_down(where, answer)


def _last_answer(smtp: smtplib.SMTP, where: str) -> _Answer:
    try:
        wait_at_most(smtp, _ANSWER_SECONDS)
        answer = _answer(smtp.getreply())
    except (OSError, smtplib.SMTPException) as error:
        raise uncertain(where, _fault(error)) from error
    if answer.kind == _OK:
        return answer
    if answer.kind in {_NOW, _NEVER}:
        raise _turned_down(where, answer)
    raise uncertain(where, str(answer))


def _turned_down(where: str, answer: _Answer) -> Exception:
    never = answer.kind == _NEVER and answer.code not in _NO_SIGN_IN
    return refused(where, str(answer)) if never else deferred(where, str(answer))


def _with_dots_doubled(content: bytes) -> bytes:
    """RFC 5321 §4.5.2: a line of one dot ends the mail, so dots that begin a line are sent twice."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    doubled = ended.replace(b"\n.", b"\n..")
    return (b"." if doubled.startswith(b".") else b"") + doubled + b".\r\n"


def wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    """For each answer from now on."""
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _answer(reply: tuple[int, bytes]) -> _Answer:
    code, words = reply
    return _Answer(code, one_line(words.decode("utf-8", "replace"))[:_LONGEST_ANSWER])


def _fault(error: Exception) -> str:
    return one_line(f"{type(error).__name__}: {error}")[:_LONGEST_ANSWER]
