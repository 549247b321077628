"""Writes into the history which key signs it from now on, so that readers can follow from key to key."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR
from approval.services.unit_of_work import EventDraft, unit_of_work


@dataclass(frozen=True, slots=True)
class RecordLogKey:
    """Both keys in their one-line form; `signature` (base64) is by the previous key over `rotation_statement`.

    Without a previous key it is the first one; without a signature the previous one was lost.
    """

    vkey: str
    previous: str | None = None
    signature: str = ""


def record_log_key(command: RecordLogKey) -> None:
    """Record the key as an event of the whole history."""
    kind = EventType.LOG_KEY_ROTATED if command.signature else EventType.LOG_KEY_REGISTERED
    data = {"vkey": command.vkey, "previous": command.previous, "signature": command.signature}
    with unit_of_work() as uow:
        uow.record(EventDraft(kind, SYSTEM_ACTOR, data=data))
