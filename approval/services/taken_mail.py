"""A mail on its way: claimed, found to be due still, and written down as about to be handed over, in one transaction.

What a mail says is read by `queries/`, which services do not know; the worker hands the reading function in. It runs
inside the transaction that holds the row, so nothing is sent for a reason that had gone when the row was taken. What
was read ahead counts only when the history proves that it still holds: no change of the product is without its event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError

from approval.models.delivery_event import DeliveryStep
from approval.services.audit_log import has_changed_since
from approval.services.claim_outbox import ClaimedMessage, ClaimOutbox, claim_due
from approval.services.delivery_record import add_step
from approval.services.unit_of_work import UnitOfWork


class MailReading(Protocol):
    """What was read about a mail."""

    @property
    def is_due(self) -> bool:
        """Whether there still is a reason to send it."""
        ...


Reading = TypeVar("Reading", bound=MailReading)


@dataclass(frozen=True, slots=True)
class ReadAhead(Generic[Reading]):
    """What was read about a mail that nobody held, when the history had `history_size` events."""

    outbox_id: int
    history_size: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class TakeMail(Generic[Reading]):
    """Take the next due mail for `lease`; `read` is called with its number, and only reads."""

    lease: timedelta
    read: Callable[[int], Reading]
    ahead: ReadAhead[Reading] | None = None


@dataclass(frozen=True, slots=True)
class TakenMail(Generic[Reading]):
    """A mail this worker holds. It says `reading`, unless that could not be read: then `fault` tells why."""

    claimed: ClaimedMessage
    reading: Reading | None
    fault: Exception | None = None


def take_due(uow: UnitOfWork, command: TakeMail[Reading]) -> TakenMail[Reading] | None:
    """The oldest due mail, or None. One that is due still is noted as attempted."""
    claimed = claim_due(uow, ClaimOutbox("mail", limit=1, lease=command.lease))
    if not claimed:
        return None
    taken = _read(uow, command, claimed[0])
    if taken.reading is not None and taken.reading.is_due:
        add_step(uow, taken.claimed.id, DeliveryStep.ATTEMPTED)
    return taken


def _read(uow: UnitOfWork, command: TakeMail[Reading], claimed: ClaimedMessage) -> TakenMail[Reading]:
    ahead = command.ahead
    try:
        if (
            ahead is not None
            and ahead.outbox_id == claimed.id
            and not has_changed_since(uow.session, ahead.history_size)
        ):
            return TakenMail(claimed, ahead.reading)
        return TakenMail(claimed, command.read(claimed.id))
    except DBAPIError:
        # The transaction is lost with it, and so is the claim.
        raise
    except Exception as fault:  # noqa: BLE001 - one mail that cannot be read stays claimed, so that others have their turn
        return TakenMail(claimed, None, fault)
