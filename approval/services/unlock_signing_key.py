"""Open a person's signing key with the PIN; every attempt is counted before it is made.

Counting first is what makes the limit hold: a hundred guesses sent at once would otherwise all be checked before the
first failure is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from approval.adapters.clock import VIETNAM
from approval.adapters.key_store import UnlockedKey, WrongPinError
from approval.domain.audit_event import EventType
from approval.domain.commands import Actor
from approval.domain.errors import NotAllowedError
from approval.domain.lockout import PIN_LOCKOUT
from approval.domain.pin_policy import require_pin_shape
from approval.extensions import parts
from approval.models.pledge import Pledge
from approval.models.signing_key import SigningKey
from approval.services.unit_of_work import (
    EventDraft,
    UnitOfWork,
    housekeeping,
    unit_of_work,
)


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """An unlocked key, and the row and container it came from."""

    key_id: int
    key: UnlockedKey
    container: bytes


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One counted try: what it brings if it fails is known before it is made."""

    key_id: int
    container: bytes
    tries_left: int
    locked_until: datetime | None
    made_at: datetime


@contextmanager
def unlocked_signing_key(actor: Actor, pin: str, *, pledge_id: uuid.UUID | None = None) -> Iterator[OpenedKey]:
    """The actor's current key for the length of the block; `pledge_id` is what it is wanted for.

    Raises PinShapeError (not counted), WrongPinError (counted, and in the history; says how many tries are left or
    until when the key is locked now), NotAllowedError("pin-locked" or "no-signing-key").
    The block forgets the counted attempt with `forget_attempts` in its own unit of work; when it fails for a reason
    other than the PIN, the attempt is forgotten here: five failures of a time-stamp server must not lock a person out.
    """
    require_pin_shape(pin)
    attempt = _claim_attempt(actor)
    try:
        key = parts().key_store.unlock(attempt.container, pin)
    except WrongPinError as refusal:
        _record_refusal(actor, attempt.key_id, pledge_id)
        raise _wrong(attempt) from refusal
    try:
        yield OpenedKey(attempt.key_id, key, attempt.container)
    except Exception:
        with housekeeping() as uow:
            forget_attempts(uow, attempt.key_id)
        raise


def forget_attempts(uow: UnitOfWork, key_id: int) -> SigningKey:
    """The key's row, locked, its attempts set back to none after a right PIN.

    Raises NotAllowedError("no-signing-key") when the key was replaced or revoked since it was opened.
    """
    row = uow.session.get(SigningKey, key_id, with_for_update=True, populate_existing=True)
    if row is None or row.revoked_at is not None:
        raise no_signing_key()
    row.failed_attempts = 0
    row.locked_until = None
    return row


def current_key_of(uow: UnitOfWork, person_id: int | None) -> SigningKey:
    """The person's current key, row locked. Raises NotAllowedError("no-signing-key")."""
    query = select(SigningKey).where(SigningKey.person_id == person_id, SigningKey.revoked_at.is_(None))
    row = uow.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar_one_or_none()
    if row is None:
        raise no_signing_key()
    return row


def no_signing_key() -> NotAllowedError:
    """The person has no key that is in force."""
    return NotAllowedError(
        "no-signing-key",
        "Ông/Bà chưa có khóa ký số còn hiệu lực. Liên hệ Quản trị để được cấp khóa.",
        "You have no signing key in force. Ask the administrator for one.",
    )


def _claim_attempt(actor: Actor) -> _Attempt:
    with housekeeping() as uow:
        row = current_key_of(uow, actor.person_id)
        if row.locked_until is not None and row.locked_until > uow.now:
            raise _locked(row.locked_until, uow.now)
        row.failed_attempts += 1
        row.locked_until = PIN_LOCKOUT.locked_until(row.failed_attempts, uow.now)
        return _Attempt(
            key_id=row.id,
            container=row.container,
            tries_left=PIN_LOCKOUT.tries_left(row.failed_attempts),
            locked_until=row.locked_until,
            made_at=uow.now,
        )


def _record_refusal(actor: Actor, key_id: int, pledge_id: uuid.UUID | None) -> None:
    with unit_of_work() as uow:
        pledge = uow.session.get(Pledge, pledge_id) if pledge_id else None
        row = uow.session.get_one(SigningKey, key_id)
        data = {"attempts": row.failed_attempts, "locked": row.locked_until is not None}
        uow.record(EventDraft(type=EventType.PIN_REFUSED, actor=actor, pledge=pledge, data=data))


def _wrong(attempt: _Attempt) -> WrongPinError:
    if attempt.locked_until is None:
        return WrongPinError(
            f"Còn {attempt.tries_left} lần thử trước khi mã PIN bị tạm khóa; kiểm tra lại mã PIN rồi thử lại.",
            f"{attempt.tries_left} more wrong tries lock the PIN; check it and try again.",
        )
    moment = _moment(attempt.locked_until, attempt.made_at)
    return WrongPinError(
        f"Vì nhập sai nhiều lần, mã PIN tạm khóa đến {moment}; Ông/Bà thử lại sau giờ đó.",
        f"After too many wrong tries the PIN is locked until {moment} (Vietnam time); try again after that.",
    )


def _moment(until: datetime, now: datetime) -> str:
    """The hour, with the day when that is not today: a long lock may end tomorrow."""
    end = until.astimezone(VIETNAM)
    today = end.date() == now.astimezone(VIETNAM).date()
    return f"{end:%H:%M}" if today else f"{end:%H:%M} {end.day}/{end.month}/{end.year}"


def _locked(until: datetime, now: datetime) -> NotAllowedError:
    moment = _moment(until, now)
    return NotAllowedError(
        "pin-locked",
        f"Mã PIN tạm khóa đến {moment} vì nhập sai nhiều lần. Ông/Bà thử lại sau giờ đó.",
        f"The PIN is locked until {moment} (Vietnam time) after too many wrong tries. Try again after that.",
    )
