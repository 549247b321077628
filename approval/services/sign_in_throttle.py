"""Counts failed sign-ins in the database, so that restarting the web or losing Redis opens no door."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from approval.adapters.clock import VIETNAM
from approval.domain.errors import NotAllowedError
from approval.domain.lockout import (
    ACCOUNT_LOCKOUT,
    ADDRESS_LOCKOUT,
    PAIR_LOCKOUT,
    Lockout,
)
from approval.extensions import db, parts
from approval.models.login_throttle import LoginThrottle
from approval.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Door:
    """One counter: a keyed hash of what is counted, and its rule. `own` ones open again when the person gets in."""

    subject: str
    rule: Lockout
    own: bool


def doors(email: str, ip: str) -> tuple[Door, ...]:
    """The counters one attempt touches, in the order rows are locked (two attempts never deadlock)."""
    made = (
        Door(subject_hash("pair", email, ip), PAIR_LOCKOUT, own=True),
        Door(subject_hash("account", email), ACCOUNT_LOCKOUT, own=True),
        Door(subject_hash("address", ip), ADDRESS_LOCKOUT, own=False),
    )
    return tuple(sorted(made, key=lambda door: door.subject))


def subject_hash(*words: str) -> str:
    """HMAC-SHA256 (hex, 64 characters) under the product's secret: a stolen table names nobody."""
    key = parts().settings.secret_key.encode()
    return hmac.new(key, "\x00".join(words).encode(), hashlib.sha256).hexdigest()


def refuse_when_locked(touched: Sequence[Door]) -> None:
    """Raise NotAllowedError("sign-in-locked") while any of the doors is shut."""
    now = parts().clock.now()
    ends = db.session.scalars(
        select(LoginThrottle.locked_until).where(
            LoginThrottle.subject.in_([door.subject for door in touched]),
            LoginThrottle.locked_until > now,
        )
    ).all()
    shut = [end for end in ends if end is not None]
    if shut:
        raise _locked(max(shut))


def count_failure(uow: UnitOfWork, touched: Sequence[Door]) -> None:
    """One more failure on every door."""
    for door in touched:
        row = _locked_row(uow, door)
        if door.rule.is_forgotten(
            last_failure=row.window_started_at,
            locked_until=row.locked_until,
            now=uow.now,
        ):
            row.failures = 0
        row.failures += 1
        # The column keeps the start of quiet: when the last failure happened.
        row.window_started_at = uow.now
        row.locked_until = door.rule.locked_until(row.failures, uow.now) or row.locked_until


def clear_failures(uow: UnitOfWork, touched: Sequence[Door]) -> None:
    """Forget the person's own failures after a right password.

    Raises NotAllowedError when a door was shut meanwhile: of many guesses sent at once, only the first few count.
    """
    shut = [
        row.locked_until
        for row in (_locked_row(uow, door) for door in touched)
        if row.locked_until is not None and row.locked_until > uow.now
    ]
    if shut:
        raise _locked(max(shut))
    own = [door.subject for door in touched if door.own]
    uow.session.execute(delete(LoginThrottle).where(LoginThrottle.subject.in_(own)))


def _locked_row(uow: UnitOfWork, door: Door) -> LoginThrottle:
    """The counter's row, made if need be, and locked. "Insert unless there" keeps two first failures from colliding."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    uow.session.execute(
        dialect.insert(LoginThrottle)
        .values(
            subject=door.subject,
            failures=0,
            window_started_at=uow.now,
            locked_until=None,
        )
        .on_conflict_do_nothing(index_elements=["subject"])
    )
    query = select(LoginThrottle).where(LoginThrottle.subject == door.subject)
    return uow.session.execute(query.with_for_update().execution_options(populate_existing=True)).scalar_one()


def _locked(until: datetime) -> NotAllowedError:
    moment = f"{until.astimezone(VIETNAM):%H:%M}"
    return NotAllowedError(
        "sign-in-locked",
        f"Đăng nhập sai nhiều lần nên tạm khóa đến {moment}. Ông/Bà thử lại sau giờ đó.",
        f"Too many wrong sign-ins; locked until {moment} (Vietnam time). Try again after that.",
    )
