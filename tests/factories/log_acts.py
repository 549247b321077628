"""Acts of the history upon itself, for the story of the services."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from approval.domain.commands import SYSTEM_ACTOR
from approval.extensions import db
from approval.models.person import Person
from approval.services.erase_private import ErasePrivate, erase_private
from approval.services.record_log_key import RecordLogKey, record_log_key

VKEY = "localhost/nhat-ky+35f9f2a1+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def register_key() -> None:
    """The first key."""
    record_log_key(RecordLogKey(VKEY))


def rotate_key() -> None:
    """The next one."""
    record_log_key(RecordLogKey(VKEY, previous=VKEY, signature="AA=="))


def erase_somebody() -> None:
    """The personal details of the first person."""
    email = db.session.scalars(select(Person.email).order_by(Person.id).limit(1)).one()
    erase_private(ErasePrivate(SYSTEM_ACTOR, email))


LOG_ACTS: list[tuple[str, str, Callable[[], None]]] = [
    ("record_log_key", "log:key:registered", register_key),
    ("record_log_key", "log:key:rotated", rotate_key),
    ("erase_private", "person:private:erased", erase_somebody),
]
