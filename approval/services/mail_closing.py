"""Closes a mail's row and words its event: the same for every end a mail can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR, Actor
from approval.models.delivery_event import DeliveryStep
from approval.models.outbox_message import OutboxMessage
from approval.services.claimed_row import lock_claimed
from approval.services.delivery_record import add_step
from approval.services.unit_of_work import EventDraft, UnitOfWork


@dataclass(frozen=True, slots=True)
class UnsentMail:
    """A claimed mail that did not simply leave: `answer` says why, `cause` is a sentence that people may see."""

    outbox_id: int
    lease_number: int
    answer: str
    cause: str


def close_unsent(uow: UnitOfWork, unsent: UnsentMail, *, step: DeliveryStep, event: EventType) -> None:
    """Close the row for good with the outcome named by `step`. Raises LeaseLostError."""
    row = lock_claimed(uow, unsent.outbox_id, unsent.lease_number)
    row.attempts += 1
    row.last_error = unsent.cause
    close_mail(uow, row, outcome=step.value, note=unsent.answer)
    add_step(uow, row.id, step, unsent.answer)
    uow.record(mail_event(event, row, {"attempts": row.attempts, "code": answer_code(unsent.answer)}))


def close_mail(uow: UnitOfWork, row: OutboxMessage, *, outcome: str, note: str) -> None:
    """Close a mail row inside the caller's unit of work."""
    row.outcome = outcome
    row.note = note
    row.closed_at = uow.now
    row.lease_until = None


def mail_event(
    kind: EventType, row: OutboxMessage | Row[Any], data: dict[str, object], *, actor: Actor = SYSTEM_ACTOR
) -> EventDraft:
    """What the history says about a mail: which, to whom by number, never an address.

    `row` has at least kind, key, message_id, person_id and pledge_id.
    """
    about = {
        "kind": row.kind,
        "key": row.key,
        "message_id": row.message_id,
        "person": row.person_id,
    }
    return EventDraft(type=kind, actor=actor, pledge_id=row.pledge_id, data={**about, **data})


def answer_code(answer: str) -> str:
    """The three digits of a server's answer, or "". Its words often name the recipient, and the history stays."""
    return answer[:3] if answer[:3].isdigit() and answer[:3].isascii() else ""
