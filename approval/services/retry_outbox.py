"""Administrator: try a resting row of the outbox at once instead of after its pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from approval.domain.errors import BusyError, NotFoundError
from approval.domain.reminder_commands import RetryOutbox
from approval.models.outbox_message import OutboxMessage
from approval.services.administrator_only import require_administrator
from approval.services.unit_of_work import housekeeping

# No lease of a worker is longer; what has more time left is resting after a failure.
LONGEST_LEASE = timedelta(seconds=180)


def retry_outbox(command: RetryOutbox) -> None:
    """End the pause of a row that failed; nothing is done twice, and a closed row stays as it is.

    Raises NotAllowedError, NotFoundError (no such open row), BusyError (a worker may be at it this moment).
    """
    require_administrator(command.actor)
    with housekeeping() as uow:
        query = select(OutboxMessage).where(OutboxMessage.id == command.outbox_id, OutboxMessage.closed_at.is_(None))
        row = uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
        if row is None:
            raise NotFoundError(
                "work-not-open",
                "Việc này đã xong hoặc không còn. Tải lại trang Việc treo để xem hiện trạng.",
                "This work is done or gone. Reload the page of hanging work.",
            )
        if _may_be_held(row, uow.now):
            raise BusyError(
                "work-held",
                "Việc này có thể đang được xử lý. Chờ ba phút rồi tải lại trang; nếu còn, thử lại.",
                "A worker may be at it this moment. Wait three minutes and reload; if it is still here, try again.",
            )
        row.lease_until = None


def _may_be_held(row: OutboxMessage, now: datetime) -> bool:
    """A pause and a lease look alike; freeing a held row would let a second worker send the same mail beside the first.

    Every claim raises the lease number and every failure the attempts: when both are equal nobody holds the row.
    """
    if row.lease_until is None or row.lease_until <= now:
        return False
    return row.lease_number != row.attempts and row.lease_until <= now + LONGEST_LEASE
