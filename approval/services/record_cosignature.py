"""Keeps the signature of a witness on a head of the history."""

from __future__ import annotations

from dataclasses import dataclass

from approval.models.audit_checkpoint import AuditCosignature
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class RecordCosignature:
    """The checked signature line of `witness` on the head of `size` events."""

    size: int
    witness: str
    line: str


def record_cosignature(command: RecordCosignature) -> None:
    """Store it, unless one of this witness on this head is stored."""
    with housekeeping() as uow:
        if uow.session.get(AuditCosignature, (command.size, command.witness)) is None:
            uow.session.add(
                AuditCosignature(size=command.size, witness=command.witness, line=command.line, cosigned_at=uow.now)
            )
