"""Writes down that a file of a pledge leaves the system, before it does: each time, by whom, which bytes."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.reading_commands import HandedFile, HandOutFile
from approval.services.unit_of_work import EventDraft, unit_of_work


def hand_out_file(command: HandOutFile) -> None:
    """Raises NotFoundError without such a pledge; whether the person may have the file is asked before."""
    printed = command.file is HandedFile.FINAL_TO_PRINT
    with unit_of_work() as uow:
        uow.record(
            EventDraft(
                type=EventType.FILE_PRINTED if printed else EventType.FILE_DOWNLOADED,
                actor=command.actor,
                pledge=uow.lock_pledge(command.pledge_id),
                data={"file": command.file.value, "sha256": command.sha256},
            )
        )
