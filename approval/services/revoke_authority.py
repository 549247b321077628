"""End a recorded signing authority now; signatures made under it stay."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import RevokeAuthority
from approval.domain.errors import NotFoundError
from approval.models.signing_authority import SigningAuthority
from approval.services.administrator_only import require_administrator
from approval.services.already_done import already_done
from approval.services.unit_of_work import EventDraft, unit_of_work


def revoke_authority(command: RevokeAuthority) -> None:
    """Raises NotAllowedError unless an administrator asks, NotFoundError, AlreadyDoneError."""
    require_administrator(command.actor)
    with unit_of_work() as uow:
        row = uow.session.get(SigningAuthority, command.authority_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError(
                "authority-not-found",
                "Không có thẩm quyền ký này. Tải lại danh sách rồi thử lại.",
                "There is no such signing authority. Reload the list and try again.",
            )
        if row.revoked_at is not None:
            raise already_done(
                "already-revoked", "thu hồi thẩm quyền này", "revoked this authority", done_at=row.revoked_at
            )
        row.revoked_at = uow.now
        data = {"authority": row.id, "person": row.person_id, "kind": row.kind}
        uow.record(EventDraft(type=EventType.AUTHORITY_REVOKED, actor=command.actor, data=data))
