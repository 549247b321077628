"""What a mail of reminders says when it leaves: those of its rows that are still due, or why none is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.reminder_letters import letter_kind
from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import Stage
from approval.domain.spoken_title import spoken_title
from approval.extensions import parts
from approval.models.agency_superior import AgencySuperior
from approval.models.bloc import Bloc
from approval.models.outbox_message import OutboxMessage
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.reminder import Reminder
from approval.queries.history_receipt import receipt_values
from approval.queries.mail_due import deadline_of, why_reminder_not_due
from approval.queries.mail_thread import invitation_before
from approval.queries.mail_values import (
    agency_name,
    bloc_tag,
    deadline_weekday,
    done_count,
    form_of_address,
    link_to,
    moment_text,
    opening_mark,
    respectful,
    sender_values,
)

_PREFIX = "reminder-"
_SEVERAL = "reminder-digest"
_ESCALATION = "reminder-escalation"


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """`reason` (ASCII) is set when nothing is due any more; else who gets what.

    `dropped` are rows that are not due any more, with the reason, and `rows` those the letter is about.
    """

    reason: str | None = None
    dropped: tuple[tuple[int, str], ...] = ()
    rows: tuple[int, ...] = ()
    kind: str = ""
    thread: str = ""
    parent_id: str | None = None
    recipient_name: str = ""
    recipient_address: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """One reminder with everything about it."""

    row: Reminder
    pledge: Pledge
    party: PledgeParty
    bloc: Bloc
    now: datetime

    @property
    def deadline(self) -> datetime:
        return deadline_of(self.pledge, self.row.stage) or self.row.due_at

    @property
    def kind(self) -> ReminderKind:
        return letter_kind(ReminderKind(self.row.kind), deadline=self.deadline, now=self.now)

    @property
    def is_late(self) -> bool:
        return self.now > self.deadline


def is_reminder(message: OutboxMessage) -> bool:
    """Whether a mail carries rows of the plan."""
    return message.kind.startswith(_PREFIX)


def load_reminder_letter(session: Session, message: OutboxMessage, *, now: datetime) -> ReminderLetter:
    """The one place where it is decided whether a reminder is still due."""
    items = _items(session, message, now)
    live = [item for item in items if item.row.outbox_id == message.id]
    reasons = {
        item.row.id: why_reminder_not_due(session, message, item.row, item.pledge, item.party, now=now) for item in live
    }
    dropped = tuple((row_id, reason) for row_id, reason in reasons.items() if reason is not None)
    due = [item for item in live if reasons[item.row.id] is None]
    if not due:
        # Rows dropped by a worker that died before it closed the mail still know why.
        reason = dropped[0][1] if dropped else items[0].row.note
        return ReminderLetter(reason=reason, dropped=dropped)
    to_superior = message.person_id is None
    letter = _to_superior(session, message, due) if to_superior else _to_person(session, message, due)
    return ReminderLetter(dropped=dropped, rows=tuple(item.row.id for item in due), **letter)


def _items(session: Session, message: OutboxMessage, now: datetime) -> list[_Item]:
    query = (
        select(Reminder, Pledge, PledgeParty, Bloc)
        .join(Pledge, Pledge.id == Reminder.pledge_id)
        .join(PledgeParty, PledgeParty.id == Reminder.party_id)
        .join(Bloc, Bloc.id == Pledge.bloc_id)
        .where(Reminder.id.in_(json.loads(message.facts)["reminders"]))
        .order_by(Reminder.due_at, Reminder.id)
    )
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    items = [_Item(row, pledge, party, bloc, now) for row, pledge, party, bloc in rows]
    # What presses most is read first.
    return sorted(items, key=lambda item: (item.deadline, item.row.id))


def _to_person(session: Session, message: OutboxMessage, due: Sequence[_Item]) -> dict[str, Any]:
    person = session.get_one(Person, message.person_id)
    values = {**_common(session, due), **form_of_address(session, person)}
    parent_id = None
    if len(due) == 1:
        item = due[0]
        kind, thread = f"{_PREFIX}{item.kind}", f"pledge-{item.pledge.id}"
        parent_id = invitation_before(
            session, message, pledge_id=item.pledge.id, party_id=item.party.id, stage=item.row.stage
        )
        values |= {**_of_item(session, item), "link": opening_mark(link_to(item.pledge, item.row.stage), message)}
    else:
        kind, thread = _SEVERAL, f"tasks-{person.id}"
        values |= {"link": opening_mark(f"{parts().settings.public_base_url}/viec-can-xu-ly", message)}
    return {
        "kind": kind,
        "thread": thread,
        "parent_id": parent_id,
        "recipient_name": person.display_name,
        "recipient_address": person.email,
        "values": values,
        "copies": _coordinators(session, due, besides=person),
    }


def _to_superior(session: Session, message: OutboxMessage, due: Sequence[_Item]) -> dict[str, Any]:
    superior = session.get(AgencySuperior, due[0].party.agency_id)
    name = message.to_name or ""
    title = superior.title if superior is not None and superior.name == name else ""
    values = {
        **_common(session, due),
        "salutation": f"{respectful(name)}, {title}" if title else respectful(name),
        "you": "Ông/Bà",
        "contacts": _contacts(session, due),
        "bloc_total": f"{len({item.bloc.id for item in due}):02d}",
        "several_blocs": len({item.bloc.id for item in due}) > 1,
        "is_party": False,
        "for_coordinator": False,
        # Nobody without an account has a page to open.
        "link": "",
    }
    return {
        "kind": _ESCALATION,
        "thread": f"pledge-{due[0].pledge.id}",
        "recipient_name": name,
        "recipient_address": message.to_address or "",
        "values": values,
    }


def _coordinators(session: Session, due: Sequence[_Item], *, besides: Person) -> tuple[tuple[str, str], ...]:
    """Who wrote the pledges that are late; once each."""
    authors = dict.fromkeys(item.pledge.created_by for item in due if item.kind is ReminderKind.LATE)
    people = [session.get_one(Person, person_id) for person_id in authors if person_id != besides.id]
    return tuple((person.display_name, person.email) for person in people if person.active)


def _contacts(session: Session, due: Sequence[_Item]) -> str:
    """Whom a superior may ask, as nobody reads what is answered to the mail: `Thư ký Khối (thu-ky@tinh.example)`."""
    people = [session.get_one(Person, person_id) for person_id in dict.fromkeys(one.pledge.created_by for one in due)]
    return "; ".join(f"{person.display_name} ({person.email})" for person in people)


def _common(session: Session, due: Sequence[_Item]) -> dict[str, Any]:
    first = due[0]
    late = sum(item.is_late for item in due)
    return {
        "bloc_name": first.bloc.name,
        "bloc_tag": bloc_tag(first.bloc),
        "superior": first.bloc.superior,
        "urgent": bool(late),
        "items": [_of_item(session, item) for item in due],
        "item_total": f"{len(due):02d}",
        "late_total": f"{late:02d}" if late else "",
        **receipt_values(session),
        **sender_values(session, first.pledge, first.bloc),
    }


def _of_item(session: Session, item: _Item) -> dict[str, Any]:
    pledge, stage = item.pledge, Stage(item.row.stage)
    return {
        "title": spoken_title(pledge.title),
        "agency": agency_name(session, item.party.agency_id),
        "bloc": item.bloc.name,
        "slot": stage.value,
        "round": item.row.round,
        "deadline": moment_text(item.deadline),
        "deadline_weekday": deadline_weekday(item.deadline),
        "is_late": item.is_late,
        "party_total": f"{pledge.party_count:02d}",
        "done_count": f"{done_count(session, pledge, stage.value):02d}",
    }
