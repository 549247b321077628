"""Open a locked account again; the person signs in with the password they had."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import UnlockAccount
from approval.domain.errors import TransitionRefusedError
from approval.services.account_rows import lock_account_row
from approval.services.administrator_only import require_administrator
from approval.services.unit_of_work import EventDraft, unit_of_work


def unlock_account(command: UnlockAccount) -> None:
    """Raises NotAllowedError unless an administrator asks, NotFoundError, TransitionRefusedError when it is open."""
    require_administrator(command.actor)
    with unit_of_work() as uow:
        person = lock_account_row(uow, command.person_id)
        if person.active:
            raise TransitionRefusedError(
                "account-open-already", "Tài khoản này đang mở.", "This account is open already."
            )
        person.active = True
        data = {"person": person.id}
        uow.record(EventDraft(type=EventType.ACCOUNT_UNLOCKED, actor=command.actor, data=data))
