"""Everything one outbox mail says, read fresh when it is about to leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.spoken_title import spoken_title
from approval.extensions import db, parts
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.signing import Signing
from approval.queries.account_changes import ACCOUNT_MAIL, account_letter
from approval.queries.history_receipt import receipt_values
from approval.queries.mail_answers import load_round_summary, load_told_answers
from approval.queries.mail_due import slot_of, why_not_due
from approval.queries.mail_values import (
    agency_name,
    bloc_tag,
    deadline_weekday,
    digest_groups,
    done_count,
    form_of_address,
    link_to,
    moment_text,
    one_paragraph,
    opening_mark,
    sender_values,
)
from approval.queries.reminder_mail import is_reminder, load_reminder_letter


@dataclass(frozen=True, slots=True)
class NoLongerDue:
    """The mail should be skipped; `reason` is ASCII, for the history. `dropped` as in MailContent."""

    reason: str
    dropped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MailContent:
    """One mail about to leave.

    `values` feeds the letter of `kind`; `attachment_sha256` names the finished file, `attachment_name` how to call it.
    `copies` are names and addresses in Cc. `dropped` are reminders of this mail that are not due any more: id, reason.
    """

    kind: str
    message_id: str
    thread_id: str
    recipient_name: str
    recipient_address: str
    values: Mapping[str, Any]
    attachment_sha256: str | None
    attachment_name: str
    copies: tuple[tuple[str, str], ...] = ()
    dropped: tuple[tuple[int, str], ...] = ()


def load_mail_content(message_id: int) -> MailContent | NoLongerDue:
    """The content of outbox row `message_id`, or why it need not be sent any more."""
    session = db.session()
    message = session.get_one(OutboxMessage, message_id, populate_existing=True)
    if message.kind == ACCOUNT_MAIL:
        return _about_account(session, message)
    return _reminder(session, message) if is_reminder(message) else _about_pledge(session, message)


def _about_account(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    person = session.get_one(Person, message.person_id)
    if not person.active:
        return NoLongerDue("account-closed")
    change, values = account_letter(message, person)
    return MailContent(
        kind=message.kind,
        message_id=message.message_id or "",
        thread_id=_thread_id(message, f"account-{person.id}"),
        recipient_name=person.display_name,
        recipient_address=person.email,
        values={**values, "changed_at": moment_text(change.at), **receipt_values(session)},
        attachment_sha256=None,
        attachment_name="",
    )


def _reminder(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    letter = load_reminder_letter(session, message, now=parts().clock.now())
    if letter.reason is not None:
        return NoLongerDue(letter.reason, letter.dropped)
    return MailContent(
        kind=letter.kind,
        message_id=message.message_id or "",
        thread_id=_thread_id(message, letter.thread),
        recipient_name=letter.recipient_name,
        recipient_address=letter.recipient_address,
        values=letter.values,
        attachment_sha256=None,
        attachment_name="",
        copies=letter.copies,
        dropped=letter.dropped,
    )


def _about_pledge(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    pledge, bloc, person = session.execute(
        select(Pledge, Bloc, Person)
        .join(Bloc, Bloc.id == Pledge.bloc_id)
        .join(Person, Person.id == message.person_id)
        .where(Pledge.id == message.pledge_id)
    ).one()
    reason = why_not_due(session, message, pledge, person)
    if reason is not None:
        return NoLongerDue(reason)
    return MailContent(
        kind=message.kind,
        message_id=message.message_id or "",
        thread_id=_thread_id(message, f"pledge-{pledge.id}"),
        recipient_name=person.display_name,
        recipient_address=person.email,
        values=_values(session, message, pledge, bloc, person),
        attachment_sha256=pledge.final_sha256 if message.kind == "finished" else None,
        attachment_name=f"{spoken_title(pledge.title)}.pdf",
    )


def _thread_id(message: OutboxMessage, thread: str) -> str:
    """What mails about the same thing refer to (RFC 5322 §3.6.4)."""
    host = (message.message_id or "").rpartition("@")[2].rstrip(">")
    return f"<{thread}@{host}>"


def _values(session: Session, message: OutboxMessage, pledge: Pledge, bloc: Bloc, person: Person) -> dict[str, Any]:
    slot = slot_of(message)
    deadline = pledge.signing_deadline if slot == "signing" else pledge.review_deadline
    facts = json.loads(message.facts)
    return {
        "bloc_name": bloc.name,
        "bloc_tag": bloc_tag(bloc),
        "superior": bloc.superior,
        "title": spoken_title(pledge.title),
        "round": message.round or pledge.round,
        "slot": slot,
        "urgent": message.kind in {"declined", "cancelled"},
        "party_total": f"{pledge.party_count:02d}",
        "signed_count": f"{pledge.signed_count:02d}",
        "done_count": f"{done_count(session, pledge, slot):02d}",
        "round_reason": one_paragraph(pledge.round_reason),
        "reason": one_paragraph(facts.get("reason") or pledge.cancel_reason or pledge.round_reason),
        "decliner": agency_name(session, facts.get("agency_id")),
        "fingerprint": digest_groups(pledge.final_sha256 or ""),
        "revision_number": pledge.revision_number,
        "opened_fingerprint": _opened_fingerprint(session, pledge),
        "finished_at": moment_text(pledge.finalised_at),
        "deadline": moment_text(deadline),
        "deadline_weekday": deadline_weekday(deadline),
        "link": opening_mark(link_to(pledge, slot), message),
        # No second link in a letter: the one it has is what people should press.
        "root_page": f"{urlsplit(parts().settings.public_base_url).netloc}/chung-thu-goc",
        **receipt_values(session),
        "answered_before": load_round_summary(session, pledge) if slot == "review" else "",
        **load_told_answers(session, message, facts),
        **form_of_address(session, person),
        **sender_values(session, pledge, bloc),
    }


def _opened_fingerprint(session: Session, pledge: Pledge) -> str:
    """The digest of the file opened for signing as the signing page writes it (`4CC7 B6E0 …`); "" when none is open."""
    opened = select(Signing.base_sha256).where(Signing.pledge_id == pledge.id, Signing.voided_at.is_(None))
    return digest_groups((session.scalar(opened) or "").upper())
