"""One mail and its shape on the wire; headers are built by the email package only, so that no name can inject one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from approval.adapters.mail_headers import SMTP_POLICY

# RFC 2047 §2.
_ENCODED_WORD = "=?"


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

    `parent_id` is the mail it follows, by default what names the thread. `copies` get the same mail as Cc.
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
    parent_id: str | None = None
    return_path: str | None = None


def compose(mail: OutgoingMail, *, sender: Address, date: str) -> EmailMessage:
    """The message as sent: text and HTML side by side, machine-made (RFC 3834), threaded under the pledge.

    Raises ValueError or email.errors.MessageError for an address that is none.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = _address(Mailbox(mail.recipient_name, mail.recipient_address))
    if mail.copies:
        message["Cc"] = [_address(copy) for copy in mail.copies]
    message["Subject"] = one_line(mail.subject)
    message["Date"] = date
    message["Message-ID"] = one_line(mail.message_id)
    message["In-Reply-To"] = one_line(mail.parent_id or mail.thread_id)
    message["References"] = one_line(f"{mail.thread_id} {mail.parent_id or ''}")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    _attach(message, mail.attachments)
    return message


def _attach(message: EmailMessage, attachments: Iterable[Attachment]) -> None:
    for attachment in attachments:
        message.add_attachment(
            attachment.content,
            maintype=attachment.maintype,
            subtype=attachment.subtype,
            filename=one_line(attachment.filename),
            params=dict(attachment.parameters),
        )


def _address(mailbox: Mailbox) -> Address:
    if _ENCODED_WORD in mailbox.address:
        raise ValueError("an address has no encoded words")
    return Address(display_name=one_line(mailbox.name), addr_spec=mailbox.address)


def one_line(text: str) -> str:
    """Text fit for a header: every control character and line separator becomes a space, runs become one.

    What begins an encoded word is parted, or the email package would decode it, with the line ends it may hide.
    """
    line = " ".join("".join(" " if _breaks(character) else character for character in text).split())
    return line.replace(_ENCODED_WORD, "= ?")


def _breaks(character: str) -> bool:
    return not character.isprintable()
