"""The accounts, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError
from approval.domain.states import Role
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.signing_key import SigningKey
from approval.models.web_session import WebSession


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One account. `key_until` is the end of the current certificate, None without a key."""

    id: int
    display_name: str
    email: str
    role: Role
    agency_name: str
    active: bool
    key_until: datetime | None
    key_locked_until: datetime | None
    last_seen_at: datetime | None


def list_people(session: Session, *, now: datetime) -> tuple[PersonLine, ...]:
    """Everybody: coordinators first, then representatives by agency, then the rest."""
    order = list(Role)
    rows = session.execute(_people().order_by(Person.agency_id, Person.id))
    lines = [_line(person, agency, key, last, now) for person, agency, key, last in rows]
    return tuple(sorted(lines, key=lambda line: order.index(line.role)))


def load_person_line(session: Session, person_id: int, *, now: datetime) -> PersonLine:
    """One account. Raises NotFoundError."""
    row = session.execute(_people().where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFoundError(
            "account-not-found",
            "Không có tài khoản này. Tải lại danh sách rồi chọn lại.",
            "There is no such account. Reload the list and choose again.",
        )
    person, agency, key, last = row
    return _line(person, agency, key, last, now)


def _people() -> Select[Person, str, SigningKey, datetime]:
    seen = (
        select(WebSession.person_id, func.max(WebSession.last_seen_at).label("last"))
        .group_by(WebSession.person_id)
        .subquery()
    )
    return (
        select(Person, Agency.name, SigningKey, seen.c.last)
        .outerjoin(Agency, Agency.id == Person.agency_id)
        .outerjoin(SigningKey, and_(SigningKey.person_id == Person.id, SigningKey.revoked_at.is_(None)))
        .outerjoin(seen, seen.c.person_id == Person.id)
    )


def _line(
    person: Person, agency: str | None, key: SigningKey | None, last_seen: datetime | None, now: datetime
) -> PersonLine:
    locked = key.locked_until if key and key.locked_until and key.locked_until > now else None
    return PersonLine(
        id=person.id,
        display_name=person.display_name,
        email=person.email,
        role=Role(person.role),
        agency_name=agency or "",
        active=person.active,
        key_until=key.not_after if key else None,
        key_locked_until=locked,
        last_seen_at=last_seen,
    )
