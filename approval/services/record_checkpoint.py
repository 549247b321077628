"""Keeps a head that the log signer has signed."""

from __future__ import annotations

from dataclasses import dataclass

from approval.models.audit_checkpoint import AuditCheckpoint
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class RecordCheckpoint:
    """Size, root (32 bytes) and signed note of a head."""

    size: int
    root: bytes
    note: bytes


def record_checkpoint(command: RecordCheckpoint) -> None:
    """Store it, unless it is stored. It is about the history and hence no event of it, or signing would never end."""
    with housekeeping() as uow:
        if uow.session.get(AuditCheckpoint, command.size) is None:
            uow.session.add(AuditCheckpoint(size=command.size, root=command.root, note=command.note, signed_at=uow.now))
