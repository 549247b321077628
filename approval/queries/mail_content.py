"""Everything one outbox mail says, read fresh when it is about to leave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select
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
from approval.queries.mail_due import NAMED, RELIEVED, slot_of, why_not_due
from approval.queries.mail_rows import read_mail_rows
from approval.queries.mail_thread import invitation_before, thread_id
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
    person_name,
    personal_address,
    sender_values,
)
from approval.queries.reminder_mail import is_reminder, load_reminder_letter

# Greylisting servers take a copy after some minutes; much later the mail matters more than its copy.
_COPIES_WAIT = timedelta(minutes=15)
_OPENED = select(Signing.base_sha256).where(Signing.pledge_id == bindparam("pledge"), Signing.voided_at.is_(None))


@dataclass(frozen=True, slots=True)
class NoLongerDue:
    """The mail should be skipped; `reason` is ASCII, for the history. `dropped` as in MailContent."""

    reason: str
    dropped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MailContent:
    """One mail about to leave.

    `parent_id` is the invitation it follows, if any. `values` feeds the letter of `kind`; `attachment_sha256` names the
    finished file, `attachment_name` how to call it. `copies` are names and addresses in Cc; while
    `waits_for_copies` none of them is given up for a passing trouble. `dropped` are reminders of this mail that are not
    due any more: id, reason.
    """

    kind: str
    message_id: str
    thread_id: str
    parent_id: str | None
    recipient_name: str
    recipient_address: str
    values: Mapping[str, Any]
    attachment_sha256: str | None
    attachment_name: str
    copies: tuple[tuple[str, str], ...] = ()
    waits_for_copies: bool = False
    dropped: tuple[tuple[int, str], ...] = ()


def load_mail_content(message_id: int) -> MailContent | NoLongerDue:
    """The content of outbox row `message_id`, or why it need not be sent any more."""
    session = db.session()
    rows = read_mail_rows(session, message_id)
    return content_of(session, rows[0])


def content_of(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    """The same for a row that was read just now."""
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
        thread_id=thread_id(message, f"account-{person.id}"),
        parent_id=None,
        recipient_name=person.display_name,
        recipient_address=person.email,
        values={**values, "changed_at": moment_text(change.at), **receipt_values(session)},
        attachment_sha256=None,
        attachment_name="",
    )


def _reminder(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    now = parts().clock.now()
    letter = load_reminder_letter(session, message, now=now)
    if letter.reason is not None:
        return NoLongerDue(letter.reason, letter.dropped)
    return MailContent(
        kind=letter.kind,
        message_id=message.message_id or "",
        thread_id=thread_id(message, letter.thread),
        parent_id=letter.parent_id,
        recipient_name=letter.recipient_name,
        recipient_address=letter.recipient_address,
        values=letter.values,
        attachment_sha256=None,
        attachment_name="",
        copies=letter.copies,
        waits_for_copies=now < message.due_at + _COPIES_WAIT,
        dropped=letter.dropped,
    )


def _about_pledge(session: Session, message: OutboxMessage) -> MailContent | NoLongerDue:
    pledge, person = session.get_one(Pledge, message.pledge_id), session.get_one(Person, message.person_id)
    bloc = session.get_one(Bloc, pledge.bloc_id)
    reason = why_not_due(session, message, pledge, person)
    if reason is not None:
        return NoLongerDue(reason)
    return MailContent(
        kind=message.kind,
        message_id=message.message_id or "",
        thread_id=thread_id(message, f"pledge-{pledge.id}"),
        parent_id=invitation_before(
            session, message, pledge_id=pledge.id, party_id=message.party_id, stage=slot_of(message)
        ),
        recipient_name=person.display_name,
        recipient_address=person.email,
        values=_values(session, message, pledge, bloc, person),
        attachment_sha256=pledge.final_sha256 if message.kind == "finished" else None,
        attachment_name=f"{spoken_title(pledge.title)}.pdf",
    )


def _values(session: Session, message: OutboxMessage, pledge: Pledge, bloc: Bloc, person: Person) -> dict[str, Any]:
    slot = slot_of(message)
    deadline = pledge.signing_deadline if slot == "signing" else pledge.review_deadline
    facts = json.loads(message.facts)
    about_person = message.kind in {NAMED, RELIEVED}
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
        "agency": agency_name(session, person.agency_id),
        "other_person": person_name(session, facts.get("other")),
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
        **(personal_address(session, person) if about_person else {}),
        **sender_values(session, pledge, bloc),
    }


def _opened_fingerprint(session: Session, pledge: Pledge) -> str:
    """The digest of the file opened for signing as the signing page writes it (`4CC7 B6E0 …`); "" when none is open."""
    return digest_groups((session.scalar(_OPENED, {"pledge": pledge.id}) or "").upper())
