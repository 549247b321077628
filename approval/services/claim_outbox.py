"""Take due outbox rows for a while: nobody else works on them until the lease ends; its number proves whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, true

from approval.models.outbox_message import OutboxMessage
from approval.services.office_calendar import in_quiet_hours
from approval.services.unit_of_work import UnitOfWork, housekeeping


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
        rows = _due_rows(uow, command)
        for row in rows:
            row.lease_number += 1
            row.lease_until = uow.now + command.lease
        return tuple(ClaimedMessage(row.id, row.lease_number, row.pledge_id) for row in rows)


def _due_rows(uow: UnitOfWork, command: ClaimOutbox) -> Sequence[OutboxMessage]:
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.topic == command.topic,
            OutboxMessage.closed_at.is_(None),
            OutboxMessage.due_at <= uow.now,
            _at_this_hour(uow, command.topic),
            or_(
                OutboxMessage.lease_until.is_(None),
                OutboxMessage.lease_until <= uow.now,
            ),
        )
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(command.limit)
    )
    # Other relays pass by instead of queueing behind the rows this one is taking.
    locked = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return uow.session.scalars(locked).all()


def _at_this_hour(uow: UnitOfWork, topic: str) -> ColumnElement[bool]:
    """What may be worked on now: documents are finished at any hour, people are written to in office hours."""
    if topic != "mail" or not in_quiet_hours(uow):
        return true()
    return OutboxMessage.waited_for.is_(True)
