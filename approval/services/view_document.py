"""Writes down that a person saw a document: once a person, document and day."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.reading_commands import ViewDocument
from approval.services.already_done import already_done
from approval.services.reading_today import noted_today
from approval.services.unit_of_work import EventDraft, unit_of_work

_PATIENCE = 1.0
"""Seconds that a page may wait to be noted; it is the reader who waits."""


def view_document(command: ViewDocument) -> None:
    """Raises AlreadyDoneError when it is in the history for today, NotFoundError without such a pledge, BusyError."""
    kind, document = EventType.DOCUMENT_VIEWED, (command.revision, command.sha256)
    with unit_of_work(patience=_PATIENCE) as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        before = noted_today(uow.session, pledge, kind, command.actor, uow.now, document=document)
        if before is not None:
            raise already_done("view-already-noted", "xem văn bản này", "saw this document", done_at=before)
        uow.record(
            EventDraft(
                type=kind,
                actor=command.actor,
                pledge=pledge,
                doc_sha256=command.sha256,
                revision=command.revision,
            )
        )
