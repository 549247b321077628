"""Erases what the history keeps of a person's network address and browser; the history stays provable without it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor
from approval.domain.errors import NotFoundError
from approval.models.audit_event import AuditEvent, AuditPrivate
from approval.models.person import Person
from approval.services.account_words import clean_address
from approval.services.unit_of_work import EventDraft, unit_of_work

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ErasePrivate:
    """Whose details, by the address the person signs in with."""

    actor: Actor
    email: str


def erase_private(command: ErasePrivate) -> int:
    """Erase the details of every act of this person so far; returns of how many. Raises NotFoundError.

    The events keep the commitment to what was erased, from which nobody can guess it back: its nonce goes too.
    """
    with unit_of_work() as uow:
        person_id = uow.session.scalar(select(Person.id).where(Person.email == clean_address(command.email)))
        if person_id is None:
            raise _nobody()
        acts = _acts_of(uow.session, person_id)
        for start in range(0, len(acts), _AT_ONCE):
            uow.session.execute(delete(AuditPrivate).where(AuditPrivate.seq.in_(acts[start : start + _AT_ONCE])))
        data = {"person": person_id, "count": len(acts)}
        uow.record(EventDraft(EventType.PRIVATE_ERASED, command.actor, data=data))
    return len(acts)


def _acts_of(session: Session, person_id: int) -> list[int]:
    """Numbers of the events by this person whose details are still there."""
    query = select(AuditEvent.seq, AuditEvent.payload).join(AuditPrivate, AuditPrivate.seq == AuditEvent.seq)
    actors = ((row.seq, str(json.loads(row.payload)["actor"])) for row in session.execute(query))
    return [seq for seq, actor in actors if actor.partition(":")[2] == str(person_id)]


def _nobody() -> NotFoundError:
    return NotFoundError(
        "person-not-found",
        "Không có tài khoản nào dùng địa chỉ này. Kiểm tra lại địa chỉ ở mục Quản trị.",
        "No account uses this address. Look it up in the administration.",
    )
