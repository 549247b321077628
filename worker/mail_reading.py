"""What the relay reads about a mail while it takes it, and the mail it makes of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from approval.adapters.calendar_file import CalendarSource, calendar_attachment
from approval.adapters.letters import write_letter
from approval.adapters.outgoing_mail import Attachment, Mailbox, OutgoingMail
from approval.adapters.return_path import return_path
from approval.domain.deadline_event import DeadlineEvent
from approval.extensions import db, parts
from approval.queries.mail_calendar import load_deadline_events
from approval.queries.mail_content import MailContent, NoLongerDue, content_of
from approval.queries.mail_rows import read_mail_rows, read_next_mail_rows
from approval.queries.reminder_mail import is_reminder
from approval.services.taken_mail import ReadAhead

# Larger files bounce at many offices; the mail then says where to fetch the document.
_LARGEST_ATTACHMENT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says, with its deadlines for a calendar; or why it is not sent any more.

    `written` is the mail itself where it was made ahead.
    """

    content: MailContent | NoLongerDue
    events: tuple[DeadlineEvent, ...] = ()
    written: OutgoingMail | None = None

    @property
    def is_due(self) -> bool:
        """Whether the mail is to be sent."""
        return isinstance(self.content, MailContent)


def read_mail(outbox_id: int) -> Reading:
    """Read everything about one mail, in the transaction that is open."""
    session = db.session()
    return _reading(session, read_mail_rows(session, outbox_id))


def read_ahead(*, besides: str) -> ReadAhead[Reading] | None:
    """Read and write what probably comes next, unless it goes to the address `besides`. No transaction is left open.

    None as well for reminders: their plan moves without an event, by which one could see that the reading still holds.
    """
    session = db.session()
    try:
        following = read_next_mail_rows(session, now=parts().clock.now())
        if following is None or is_reminder(following.rows[0]):
            return None
        outbox_id = following.rows[0].id
        reading = _reading(session, following.rows)
    finally:
        session.rollback()
    if isinstance(reading.content, MailContent):
        if reading.content.recipient_address == besides:
            return None
        reading = replace(reading, written=outgoing(outbox_id, reading.content, reading.events))
    return ReadAhead(outbox_id, following.history_size, reading)


def _reading(session: Session, rows: Sequence[Any]) -> Reading:
    content = content_of(session, rows[0])
    if isinstance(content, NoLongerDue):
        return Reading(content)
    return Reading(content, load_deadline_events(session, rows[0].id))


def outgoing(outbox_id: int, content: MailContent, events: tuple[DeadlineEvent, ...]) -> OutgoingMail:
    """The mail to hand over, with its deadlines for a calendar and the finished document when it is small enough."""
    documents = _documents(content)
    letter = write_letter(content.kind, {**content.values, "attached": bool(documents)})
    return OutgoingMail(
        message_id=content.message_id,
        thread_id=content.thread_id,
        parent_id=content.parent_id,
        recipient_name=content.recipient_name,
        recipient_address=content.recipient_address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        attachments=(*documents, *_calendar(events)),
        copies=tuple(Mailbox(name, address) for name, address in content.copies),
        waits_for_copies=content.waits_for_copies,
        return_path=_return_path(outbox_id),
    )


def _return_path(outbox_id: int) -> str | None:
    settings = parts().settings
    mailbox = settings.bounce_mailbox
    return return_path(mailbox, outbox_id, secret=settings.secret_key) if mailbox else None


def _documents(content: MailContent) -> tuple[Attachment, ...]:
    if content.attachment_sha256 is None:
        return ()
    pdf = parts().file_store.get(content.attachment_sha256)
    return (Attachment(content.attachment_name, pdf),) if len(pdf) <= _LARGEST_ATTACHMENT else ()


def _calendar(events: tuple[DeadlineEvent, ...]) -> tuple[Attachment, ...]:
    if not events:
        return ()
    settings = parts().settings
    source = CalendarSource(
        host=urlsplit(settings.public_base_url).hostname or "localhost",
        organizer=parseaddr(settings.mail_from)[1],
        stamp=parts().clock.now(),
    )
    return (calendar_attachment(events, source),)
