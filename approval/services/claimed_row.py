"""Locks an outbox row for its holder; a worker that lost its lease may not close what another one holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from approval.domain.errors import BusyError
from approval.extensions import parts
from approval.models.outbox_message import OutboxMessage
from approval.services.unit_of_work import UnitOfWork

_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)
_LONGEST_PAUSE_ON_ONE_MACHINE = timedelta(seconds=60)
_LONGEST_ERROR = 500


class LeaseLostError(BusyError):
    """The row was closed, or another worker took it over after the lease ended."""


def lock_claimed(uow: UnitOfWork, message_id: int, lease_number: int) -> OutboxMessage:
    """The open row with fresh values, locked. Raises LeaseLostError when it is not this holder's any more."""
    query = select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update()
    row = uow.session.execute(query.execution_options(populate_existing=True)).scalar_one()
    if row.closed_at is not None or row.lease_number != lease_number:
        raise lease_lost()
    return row


def lease_lost() -> LeaseLostError:
    """For a holder that comes too late."""
    return LeaseLostError(
        "lease-lost",
        "Việc này đã được tiến trình khác xử lý; không cần làm gì thêm.",
        "Another worker has taken this over; nothing more to do.",
    )


def put_back(row: OutboxMessage, *, cause: str, now: datetime) -> None:
    """Count a failure and let the row rest: longer each time, but never given up."""
    row.attempts += 1
    row.last_error = cause[:_LONGEST_ERROR]
    row.lease_until = now + pause_after(row.attempts)


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4 … seconds after the 1st, 2nd, 3rd … failure, up to a minute on one machine, ten minutes on servers."""
    settings = parts().settings
    longest = _LONGEST_PAUSE if settings.mode == "production" else _LONGEST_PAUSE_ON_ONE_MACHINE
    # The exponent is bounded because a row may fail for days.
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(attempts - 1, 20)
    return min(longest, doubled)
