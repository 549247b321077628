"""Check a password and start a server-side session."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.commands import Actor, SignIn
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import to_nfc
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.person import Person
from approval.models.web_session import WebSession
from approval.services.account_words import clean_address
from approval.services.sign_in_throttle import (
    clear_failures,
    count_failure,
    doors,
    refuse_when_locked,
    subject_hash,
)
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Account:
    person_id: int
    password_hash: str
    role: Role
    agency_id: int | None


def sign_in(command: SignIn) -> str:
    """Start a session and return its token (256 random bits, urlsafe); the database keeps only the token's SHA-256.

    Raises InvalidInputError("sign-in-refused") in the same words for a wrong password and an unknown address, after
    the same work, and NotAllowedError("sign-in-locked") when too many attempts failed.
    """
    email = _spelled(command.email)
    touched = doors(email, command.ip)
    refuse_when_locked(touched)
    account = _find_account(email)
    right = parts().passwords.matches(account.password_hash if account else None, command.password)
    if account is None or not right:
        _count_refusal(command, email, account)
        raise _refused()
    # Only now is the password at hand to be hashed at a cost that was raised since.
    dearer = parts().passwords.hash(command.password) if parts().passwords.needs_rehash(account.password_hash) else None
    with unit_of_work() as uow:
        clear_failures(uow, touched)
        person = _lock_unchanged(uow, account)
        person.password_hash = dearer or person.password_hash
        actor = _actor(command, account)
        token = add_session(uow, account.person_id)
        uow.record(EventDraft(type=EventType.SESSION_OPENED, actor=actor))
    return token


def add_session(uow: UnitOfWork, person_id: int) -> str:
    """A new session row in the caller's unit of work; returns the token for the cookie."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    uow.session.add(
        WebSession(
            token_sha256=hashlib.sha256(token.encode()).hexdigest(),
            person_id=person_id,
            created_at=uow.now,
            last_seen_at=uow.now,
            expires_at=uow.now + parts().settings.session_absolute,
        )
    )
    return token


def _spelled(raw: str) -> str:
    """As accounts are stored; what is no address today may still be one that was stored before."""
    try:
        return clean_address(raw)
    except InvalidInputError:
        return to_nfc(raw).strip().lower()


def _find_account(email: str) -> _Account | None:
    person = db.session.scalars(select(Person).where(Person.email == email, Person.active)).one_or_none()
    if person is None:
        return None
    return _Account(person.id, person.password_hash, Role(person.role), person.agency_id)


def _lock_unchanged(uow: UnitOfWork, account: _Account) -> Person:
    """The person's row; a password replaced, or an account closed, since it was checked opens nothing."""
    person = uow.session.get_one(Person, account.person_id, with_for_update=True, populate_existing=True)
    if not person.active or person.password_hash != account.password_hash:
        raise _refused()
    return person


def _actor(command: SignIn, account: _Account | None) -> Actor:
    if account is None:
        return Actor(None, Role.SYSTEM, ip=command.ip, user_agent=command.user_agent)
    return Actor(
        account.person_id,
        account.role,
        account.agency_id,
        command.ip,
        command.user_agent,
    )


def _count_refusal(command: SignIn, email: str, account: _Account | None) -> None:
    with unit_of_work() as uow:
        count_failure(uow, doors(email, command.ip))
        # What was typed may be anything, even a password: the history keeps a keyed hash that only we can compare.
        data = {"account": subject_hash("account", email)[:16]}
        uow.record(
            EventDraft(
                type=EventType.SESSION_REFUSED,
                actor=_actor(command, account),
                data=data,
            )
        )


def _refused() -> InvalidInputError:
    return InvalidInputError(
        "sign-in-refused",
        "Địa chỉ thư hoặc mật khẩu chưa đúng. Kiểm tra lại bộ gõ và phím Caps Lock rồi thử lại.",
        "Address or password is wrong. Check the keyboard and Caps Lock, then try again.",
    )
