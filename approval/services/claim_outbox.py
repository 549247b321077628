"""Take due outbox rows for a while: nobody else works on them until the lease ends; its number proves whose it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import Boolean, Table, bindparam, or_, select, update

from approval.models.outbox_message import OutboxMessage
from approval.services.office_calendar import in_quiet_hours
from approval.services.unit_of_work import UnitOfWork, housekeeping

_ROWS = cast("Table", OutboxMessage.__table__)
# Built once: the mail relay claims row by row, and building a statement takes longer than running it.
_DUE = (
    select(_ROWS.c.id, _ROWS.c.lease_number, _ROWS.c.pledge_id)
    .where(
        _ROWS.c.topic == bindparam("topic"),
        _ROWS.c.closed_at.is_(None),
        _ROWS.c.due_at <= bindparam("now"),
        or_(_ROWS.c.waited_for.is_(True), bindparam("at_any_hour", type_=Boolean)),
        or_(_ROWS.c.lease_until.is_(None), _ROWS.c.lease_until <= bindparam("now")),
    )
    .order_by(_ROWS.c.due_at, _ROWS.c.id)
    .limit(bindparam("most"))
    # Other relays pass by instead of queueing behind the rows this one is taking.
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(_ROWS)
    .where(_ROWS.c.id.in_(bindparam("ids", expanding=True)))
    .values(lease_number=_ROWS.c.lease_number + 1, lease_until=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class ClaimOutbox:
    """Take at most `limit` due rows of `topic` ("mail" or "finalise") for `lease`."""

    topic: str
    limit: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A row this worker holds. `lease_number` is the fencing number: a later taker has a higher one."""

    id: int
    lease_number: int
    pledge_id: uuid.UUID | None


def claim_outbox(command: ClaimOutbox) -> tuple[ClaimedMessage, ...]:
    """The rows taken, oldest first; in quiet hours only mails that somebody waits for.

    A row whose worker died comes back when its lease ends.
    """
    with housekeeping() as uow:
        return claim_due(uow, command)


def claim_due(uow: UnitOfWork, command: ClaimOutbox) -> tuple[ClaimedMessage, ...]:
    """The same inside a change that is under way."""
    wanted = {
        "topic": command.topic,
        "now": uow.now,
        "at_any_hour": _may_work_now(uow, command.topic),
        "most": command.limit,
    }
    rows = uow.ask(_DUE, wanted).all()
    if rows:
        uow.ask(_LEASE, {"ids": [row.id for row in rows], "until": uow.now + command.lease})
    return tuple(ClaimedMessage(row.id, row.lease_number + 1, row.pledge_id) for row in rows)


def _may_work_now(uow: UnitOfWork, topic: str) -> bool:
    """Documents are finished at any hour, people are written to in office hours."""
    return topic != "mail" or not in_quiet_hours(uow)
