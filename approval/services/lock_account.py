"""Shut an account: the person is out at once and cannot sign in; what they did stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.commands import LockAccount
from approval.domain.errors import NotAllowedError, TransitionRefusedError
from approval.domain.states import Role
from approval.models.person import Person
from approval.services.account_rows import lock_account_row
from approval.services.administrator_only import require_administrator
from approval.services.end_sessions import end_sessions_of
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def lock_account(command: LockAccount) -> None:
    """Lock the account and end its sessions. Verdicts and signatures already given keep counting.

    Raises NotFoundError, TransitionRefusedError when it is locked already, and NotAllowedError: not an administrator,
    their own account, or the last administrator who can still sign in.
    """
    require_administrator(command.actor)
    if command.actor.person_id == command.person_id:
        raise _own_account()
    with unit_of_work() as uow:
        # Before the person's row, and always in the same order: two administrators locking each other leave one.
        administrators = _lock_active_administrators(uow)
        person = lock_account_row(uow, command.person_id)
        if not person.active:
            raise TransitionRefusedError(
                "account-locked-already", "Tài khoản này đã khóa từ trước.", "This account is locked already."
            )
        if list(administrators) == [person.id]:
            raise _last_administrator()
        person.active = False
        ended = end_sessions_of(uow, person.id, reason="account_locked")
        data = {"person": person.id, "sessions_ended": ended}
        uow.record(EventDraft(type=EventType.ACCOUNT_LOCKED, actor=command.actor, data=data))


def _lock_active_administrators(uow: UnitOfWork) -> Sequence[int]:
    query = select(Person.id).where(Person.role == Role.ADMINISTRATOR.value, Person.active).order_by(Person.id)
    return uow.session.scalars(query.with_for_update()).all()


def _own_account() -> NotAllowedError:
    return NotAllowedError(
        "own-account",
        "Không thể tự khóa tài khoản của mình. Nhờ một Quản trị khác làm việc này.",
        "You cannot lock your own account. Ask another administrator.",
    )


def _last_administrator() -> NotAllowedError:
    return NotAllowedError(
        "last-administrator",
        "Đây là Quản trị cuối cùng còn đăng nhập được nên không khóa. Tạo thêm một Quản trị rồi thử lại.",
        "This is the last administrator who can sign in. Make another one first.",
    )
