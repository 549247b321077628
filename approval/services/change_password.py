"""Replace a password; every session of the person ends, and the asking browser gets a new one."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor, ChangePassword
from approval.domain.errors import InvalidInputError, NotFoundError
from approval.domain.password_rule import check_new_password
from approval.extensions import db, parts
from approval.models.person import Person
from approval.services.end_sessions import end_sessions_of
from approval.services.sign_in import add_session
from approval.services.sign_in_throttle import (
    clear_failures,
    count_failure,
    doors,
    refuse_when_locked,
)
from approval.services.unit_of_work import EventDraft, unit_of_work


def change_password(command: ChangePassword) -> str:
    """Store the new password, end every session (a copied cookie shares this one's token) and return a fresh token.

    Raises InvalidInputError with `field` set, and NotAllowedError while too many wrong attempts lock the account.
    """
    person = _load_person(command.actor)
    person_id, email, stored = person.id, person.email, person.password_hash
    touched = doors(email, command.actor.ip)
    refuse_when_locked(touched)
    if not parts().passwords.matches(stored, command.current_password):
        _count_refusal(command.actor, email)
        raise _wrong_password()
    check_new_password(command.new_password, email=email)
    fresh_hash = parts().passwords.hash(command.new_password)
    with unit_of_work() as uow:
        clear_failures(uow, touched)
        person = uow.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
        if person.password_hash != stored:
            raise _wrong_password()
        person.password_hash = fresh_hash
        person.password_changed_at = uow.now
        ended = end_sessions_of(uow, person_id, reason="password_changed")
        token = add_session(uow, person_id)
        uow.record(
            EventDraft(
                type=EventType.PASSWORD_CHANGED,
                actor=command.actor,
                data={"sessions_ended": ended},
            )
        )
    return token


def _load_person(actor: Actor) -> Person:
    person = db.session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or not person.active:
        raise NotFoundError(
            "person-not-found",
            "Không tìm thấy tài khoản. Đăng nhập lại rồi thử lại.",
            "No such account. Sign in again and retry.",
        )
    return person


def _count_refusal(actor: Actor, email: str) -> None:
    with unit_of_work() as uow:
        count_failure(uow, doors(email, actor.ip))
        uow.record(
            EventDraft(
                type=EventType.SESSION_REFUSED,
                actor=actor,
                data={"at": "password_change"},
            )
        )


def _wrong_password() -> InvalidInputError:
    return InvalidInputError(
        "password-wrong",
        "Mật khẩu hiện tại chưa đúng. Nhập lại mật khẩu đang dùng.",
        "The current password is wrong. Type the one in use.",
        field="current_password",
    )
