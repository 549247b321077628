"""Writes down that somebody asked for a pledge that is not theirs to see: once a person, pledge and day."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.reading_commands import NoteRefusal
from approval.services.already_done import already_done
from approval.services.reading_today import noted_today
from approval.services.unit_of_work import EventDraft, unit_of_work

_PATIENCE = 1.0
"""Seconds that the answer may wait to be noted."""


def note_refusal(command: NoteRefusal) -> None:
    """Raises AlreadyDoneError when it is in the history for today, NotFoundError without such a pledge, BusyError."""
    kind = EventType.FILE_REFUSED
    with unit_of_work(patience=_PATIENCE) as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        before = noted_today(uow.session, pledge, kind, command.actor, uow.now)
        if before is not None:
            raise already_done("refusal-already-noted", "hỏi văn bản này", "asked for this", done_at=before)
        uow.record(EventDraft(type=kind, actor=command.actor, pledge=pledge))
