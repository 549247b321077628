"""The sweep: reminders whose time has come go into mails, one a person, whatever the number of their pledges.

Whether each is still due is asked once more when its mail leaves (`queries/mail_due.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.adapters.failpoints import failpoint
from approval.domain.reminder_plan import TO_SUPERIOR, ReminderKind
from approval.models.agency_superior import AgencySuperior
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge_party import PledgeParty
from approval.models.reminder import Reminder
from approval.services.office_calendar import in_quiet_hours
from approval.services.outbox import message_id
from approval.services.unit_of_work import UnitOfWork, housekeeping

DIGEST = "reminder-digest"
OVERTAKEN, NO_SUPERIOR = "overtaken", "no-superior"
# Any number that no other advisory lock of the product has.
_SWEEP_LOCK = 73_001_700


@dataclass(frozen=True, slots=True)
class _Recipient:
    """Somebody with an account, or a superior with a name and an address."""

    person_id: int | None
    name: str | None = None
    address: str | None = None

    @property
    def key(self) -> str:
        return f"person-{self.person_id}" if self.person_id is not None else f"superior-{self.address}"


def mail_due_reminders(limit: int) -> int:
    """Take up to `limit` due reminders, and whatever else is due for the same people; returns how many were taken.

    In quiet hours nothing is taken: what fell due at night or on a day off waits. Of two sweeps at the same moment one
    does nothing, or each would write to the same people.
    """
    with housekeeping() as uow:
        if in_quiet_hours(uow) or not _alone(uow.session):
            return 0
        taken = _take(uow, limit)
        places = _places(uow.session, taken)
        groups: dict[_Recipient, list[Reminder]] = defaultdict(list)
        for row in _without_overtaken(uow, taken):
            recipient = _recipient(uow.session, row, places[row.party_id])
            if recipient is None:
                _skip(uow, row, NO_SUPERIOR)
            else:
                groups[recipient].append(row)
        for recipient, rows in groups.items():
            _mail(uow, recipient, rows)
            failpoint("sweep:1")
    failpoint("sweep:2")
    return len(taken)


def _alone(session: Session) -> bool:
    """SQLite has one writer anyway; on PostgreSQL a lock that ends with the transaction tells the second sweep."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_SWEEP_LOCK))))


def _take(uow: UnitOfWork, limit: int) -> Sequence[Reminder]:
    due = Reminder.outcome.is_(None) & (Reminder.due_at <= uow.now)
    first = select(Reminder).where(due).order_by(Reminder.due_at, Reminder.id).limit(limit)
    rows = uow.session.scalars(first.with_for_update(skip_locked=True)).all()
    if len(rows) < limit:
        return rows
    # The limit may have cut between two pledges of one person, who would then get two mails.
    people = select(PledgeParty.person_id).where(PledgeParty.id.in_({row.party_id for row in rows}))
    parties = select(PledgeParty.id).where(PledgeParty.person_id.in_(people))
    more = select(Reminder).where(due, Reminder.party_id.in_(parties), Reminder.id.not_in([row.id for row in rows]))
    return [*rows, *uow.session.scalars(more.order_by(Reminder.due_at).with_for_update(skip_locked=True))]


def _places(session: Session, rows: Iterable[Reminder]) -> dict[int, PledgeParty]:
    query = select(PledgeParty).where(PledgeParty.id.in_({row.party_id for row in rows}))
    return {party.id: party for party in session.scalars(query)}


def _without_overtaken(uow: UnitOfWork, rows: Iterable[Reminder]) -> list[Reminder]:
    """After days without a worker several mornings are due at once: only the newest says what holds now.

    A nudge by hand of the same day says it too.
    """
    newest: dict[tuple[int, str, int, bool], Reminder] = {}
    for row in sorted(rows, key=lambda row: (row.due_at, row.kind == ReminderKind.NUDGE, row.id)):
        place = (row.party_id, row.stage, row.round, row.kind in TO_SUPERIOR)
        if place in newest:
            _skip(uow, newest[place], OVERTAKEN)
        newest[place] = row
    return list(newest.values())


def _recipient(session: Session, row: Reminder, party: PledgeParty) -> _Recipient | None:
    if row.kind not in TO_SUPERIOR:
        return _Recipient(party.person_id)
    superior = session.get(AgencySuperior, party.agency_id)
    return None if superior is None else _Recipient(None, superior.name, superior.address)


def _skip(uow: UnitOfWork, row: Reminder, reason: str) -> None:
    row.outcome, row.note, row.closed_at = "skipped", reason, uow.now


def _mail(uow: UnitOfWork, recipient: _Recipient, rows: Sequence[Reminder]) -> None:
    """A reminder is taken once, so the first one's number makes the key of its mail."""
    only = rows[0] if len(rows) == 1 else None
    key = f"reminder:{recipient.key}:{min(row.id for row in rows)}"
    mail = OutboxMessage(
        topic="mail",
        kind=f"reminder-{only.kind}" if only else DIGEST,
        key=key,
        pledge_id=only.pledge_id if only else None,
        party_id=only.party_id if only else None,
        person_id=recipient.person_id,
        to_name=recipient.name,
        to_address=recipient.address,
        round=only.round if only else None,
        facts=json.dumps({"reminders": sorted(row.id for row in rows)}),
        message_id=message_id(key),
        created_at=uow.now,
        due_at=uow.now,
    )
    uow.session.add(mail)
    uow.session.flush()
    for row in rows:
        row.outcome, row.outbox_id, row.closed_at = "mailed", mail.id, uow.now
