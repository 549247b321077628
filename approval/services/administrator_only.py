"""Who may set up blocs and people: an administrator, or the product itself at its first start."""

from __future__ import annotations

from approval.domain.commands import Actor
from approval.domain.errors import NotAllowedError
from approval.domain.states import Role


def require_administrator(actor: Actor) -> None:
    """Raise NotAllowedError for everybody else."""
    if actor.role not in {Role.ADMINISTRATOR, Role.SYSTEM}:
        raise NotAllowedError(
            "administrator-only",
            "Chỉ Quản trị được làm việc này. Liên hệ Quản trị nếu cần.",
            "Only an administrator may do this. Ask one if needed.",
        )
