"""One mail to hand over: who gets it, what it says, what travels with it."""

from __future__ import annotations

from dataclasses import dataclass

ENCODED_WORD = "=?"
"""What begins an encoded word (RFC 2047 §2)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the mail. `subtype` and `parameters` complete the Content-Type after `maintype`."""

    filename: str
    content: bytes
    maintype: str = "application"
    subtype: str = "pdf"
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one person. `message_id` and `thread_id` are in angle brackets and the same on each attempt.

    `parent_id` is the mail it follows, by default what names the thread. `copies` get the same mail as Cc;
    while `waits_for_copies` a server that cannot take one of them at the moment is asked again for all.
    `return_path` is where the servers on the way report a failure; by default the sender's address.
    """

    message_id: str
    thread_id: str
    recipient_name: str
    recipient_address: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    copies: tuple[Mailbox, ...] = ()
    waits_for_copies: bool = False
    parent_id: str | None = None
    return_path: str | None = None


def one_line(text: str) -> str:
    """Text fit for a header: every control character and line separator becomes a space, runs become one.

    What begins an encoded word is parted, or the email package would decode it, with the line ends it may hide.
    """
    line = " ".join("".join(" " if _breaks(character) else character for character in text).split())
    return line.replace(ENCODED_WORD, "= ?")


def _breaks(character: str) -> bool:
    return not character.isprintable()
