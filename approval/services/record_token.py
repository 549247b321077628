"""Keeps the trusted time stamp of a signed head of the history."""

from __future__ import annotations

from dataclasses import dataclass

from approval.models.audit_checkpoint import AuditToken
from approval.services.unit_of_work import housekeeping


@dataclass(frozen=True, slots=True)
class RecordToken:
    """The RFC 3161 token (DER) over the note of the head of `size` events."""

    size: int
    token: bytes


def record_token(command: RecordToken) -> None:
    """Store it, unless the head has one."""
    with housekeeping() as uow:
        if uow.session.get(AuditToken, command.size) is None:
            uow.session.add(AuditToken(size=command.size, token=command.token, stamped_at=uow.now))
