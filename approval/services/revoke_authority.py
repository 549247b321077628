"""End a recorded signing authority now; signatures made under it stay."""

from __future__ import annotations

from approval.adapters.clock import VIETNAM
from approval.domain.audit_event import EventType
from approval.domain.commands import RevokeAuthority
from approval.domain.errors import AlreadyDoneError, NotAllowedError, NotFoundError
from approval.domain.states import Role
from approval.models.signing_authority import SigningAuthority
from approval.services.unit_of_work import EventDraft, unit_of_work


def revoke_authority(command: RevokeAuthority) -> None:
    """Raises NotAllowedError unless an administrator asks, NotFoundError, AlreadyDoneError."""
    if command.actor.role is not Role.ADMINISTRATOR:
        raise NotAllowedError(
            "administrator-only",
            "Chỉ Quản trị được thu hồi thẩm quyền ký. Liên hệ Quản trị nếu cần.",
            "Only an administrator revokes signing authorities. Ask one if needed.",
        )
    with unit_of_work() as uow:
        row = uow.session.get(SigningAuthority, command.authority_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError(
                "authority-not-found",
                "Không có thẩm quyền ký này. Tải lại danh sách rồi thử lại.",
                "There is no such signing authority. Reload the list and try again.",
            )
        if row.revoked_at is not None:
            moment = f"{row.revoked_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
            raise AlreadyDoneError(
                "already-revoked",
                f"Thẩm quyền này đã thu hồi lúc {moment}.",
                f"This authority was revoked at {moment} (Vietnam time).",
                done_at=row.revoked_at,
            )
        row.revoked_at = uow.now
        data = {"authority": row.id, "person": row.person_id, "kind": row.kind}
        uow.record(EventDraft(type=EventType.AUTHORITY_REVOKED, actor=command.actor, data=data))
