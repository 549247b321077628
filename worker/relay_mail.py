"""Empties the mail part of the outbox: look whether the mail is still due, send, note it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from approval.adapters.calendar_file import CalendarSource, calendar_attachment
from approval.adapters.letters import write_letter
from approval.adapters.mail_errors import MailRefusedError, MailUncertainError
from approval.adapters.outgoing_mail import Attachment, Mailbox, OutgoingMail
from approval.adapters.return_path import return_path
from approval.domain.deadline_event import DeadlineEvent
from approval.extensions import db, parts
from approval.queries.mail_calendar import load_deadline_events
from approval.queries.mail_content import MailContent, NoLongerDue, load_mail_content
from approval.services.beat_heart import beat_heart
from approval.services.claim_outbox import ClaimedMessage
from approval.services.mail_due_reminders import mail_due_reminders
from approval.services.mark_mail_refused import MarkMailRefused, mark_mail_refused
from approval.services.mark_mail_sent import MarkMailSent, mark_mail_sent
from approval.services.mark_mail_uncertain import MarkMailUncertain, mark_mail_uncertain
from approval.services.note_attempt import NoteAttempt, note_attempt
from approval.services.skip_mail import SkipMail, skip_mail
from approval.services.skip_reminders import SkipReminders, skip_reminders
from worker.outbox_loop import work_off

# Longer than one SMTP dialogue may take: some 20 seconds a step, a minute for the last answer.
LEASE = timedelta(seconds=180)
# One transaction's worth.
_REMINDERS_A_SWEEP = 500
# Larger files bounce at many offices; the mail then says where to fetch the document.
_LARGEST_ATTACHMENT = 10 * 1024 * 1024


def relay_mail() -> int:
    """Put the reminders that are due into mails, then send what is due; returns how many mails were closed."""
    while mail_due_reminders(_REMINDERS_A_SWEEP) >= _REMINDERS_A_SWEEP:
        pass
    beat_heart("sweep")
    closed = work_off("mail", lease=LEASE, work=send_or_skip)
    beat_heart("relay")
    return closed


def send_or_skip(claimed: ClaimedMessage) -> None:
    """Close one claimed mail. Raises MailDeferredError, LeaseLostError."""
    content = load_mail_content(claimed.id)
    if content.dropped:
        skip_reminders(SkipReminders(claimed.id, claimed.lease_number, content.dropped))
    if isinstance(content, NoLongerDue):
        skip_mail(SkipMail(claimed.id, claimed.lease_number, content.reason))
        return
    events = load_deadline_events(db.session(), claimed.id)
    mail = replace(outgoing(content, events), return_path=_return_path(claimed.id))
    # Its transaction ends before the dialogue: none stays open while a distant server thinks.
    note_attempt(NoteAttempt(claimed.id, claimed.lease_number))
    _hand_over(claimed, mail)


def _hand_over(claimed: ClaimedMessage, mail: OutgoingMail) -> None:
    try:
        answer = parts().mailer.send(mail)
    except MailRefusedError as error:
        mark_mail_refused(MarkMailRefused(claimed.id, claimed.lease_number, error.answer, error.vi))
    except MailUncertainError as error:
        mark_mail_uncertain(MarkMailUncertain(claimed.id, claimed.lease_number, error.answer, error.vi))
    else:
        mark_mail_sent(MarkMailSent(claimed.id, claimed.lease_number, answer))


def outgoing(content: MailContent, events: Sequence[DeadlineEvent] = ()) -> OutgoingMail:
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


def _calendar(events: Sequence[DeadlineEvent]) -> tuple[Attachment, ...]:
    if not events:
        return ()
    settings = parts().settings
    source = CalendarSource(
        host=urlsplit(settings.public_base_url).hostname or "localhost",
        organizer=parseaddr(settings.mail_from)[1],
        stamp=parts().clock.now(),
    )
    return (calendar_attachment(events, source),)
