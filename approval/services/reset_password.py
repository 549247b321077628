"""Give somebody who lost their password a fresh one; whoever knew the old one is out at once."""

from __future__ import annotations

from sqlalchemy import delete

from approval.domain.audit_event import EventType
from approval.domain.commands import ResetPassword
from approval.domain.errors import NotAllowedError
from approval.domain.password_rule import check_new_password
from approval.extensions import db, parts
from approval.models.login_throttle import LoginThrottle
from approval.models.person import Person
from approval.services.account_mail import AccountChange, queue_account_mail
from approval.services.account_rows import account_not_found, lock_account_row
from approval.services.administrator_only import require_administrator
from approval.services.end_sessions import end_sessions_of
from approval.services.sign_in_throttle import subject_hash
from approval.services.unit_of_work import EventDraft, unit_of_work


def reset_password(command: ResetPassword) -> None:
    """Store the password, end every session of the person, forget the wrong tries counted for the account.

    Raises InvalidInputError for a weak password, NotFoundError, and NotAllowedError: not an administrator, or their own
    account (whose password is changed with the present one, at the profile page).
    """
    require_administrator(command.actor)
    if command.actor.person_id == command.person_id:
        raise _own_password()
    person = db.session.get(Person, command.person_id)
    if person is None:
        raise account_not_found()
    check_new_password(command.password, email=person.email)
    # Slow, so before the lock.
    password_hash = parts().passwords.hash(command.password)
    with unit_of_work() as uow:
        person = lock_account_row(uow, command.person_id)
        person.password_hash = password_hash
        person.password_changed_at = uow.now
        ended = end_sessions_of(uow, person.id, reason="password_reset")
        uow.session.execute(delete(LoginThrottle).where(LoginThrottle.subject == subject_hash("account", person.email)))
        queue_account_mail(uow, person.id, AccountChange.PASSWORD_RESET)
        data = {"person": person.id, "sessions_ended": ended}
        uow.record(EventDraft(type=EventType.PASSWORD_RESET, actor=command.actor, data=data))


def _own_password() -> NotAllowedError:
    return NotAllowedError(
        "own-password",
        "Mật khẩu của chính mình thì đổi ở trang Hồ sơ cá nhân, không đặt lại ở đây.",
        "Change your own password on the profile page; it is not reset here.",
    )
