"""Finds the person behind a session cookie: asked once for every request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.web_session import WebSession


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who is signed in; has what Flask-Login asks of a user, and `get_id` is the session token, never the person."""

    person_id: int
    display_name: str
    email: str
    role: Role
    agency_id: int | None
    agency_name: str | None
    bloc_id: int | None
    session_token: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session token: what Flask-Login would keep, so that it can never revive an ended session."""
        return self.session_token


def find_session(token: str) -> SignedInPerson | None:
    """The person of a living session: not ended, not idle too long, not past its absolute end, account active."""
    now = parts().clock.now()
    row = db.session.execute(
        select(Person, Agency.name)
        .join(WebSession, WebSession.person_id == Person.id)
        .outerjoin(Agency, Agency.id == Person.agency_id)
        .where(
            WebSession.token_sha256 == hashlib.sha256(token.encode()).hexdigest(),
            WebSession.ended_at.is_(None),
            WebSession.expires_at > now,
            WebSession.last_seen_at > now - parts().settings.session_idle,
            Person.active,
        )
    ).one_or_none()
    if row is None:
        return None
    person, agency_name = row
    return SignedInPerson(
        person_id=person.id,
        display_name=person.display_name,
        email=person.email,
        role=Role(person.role),
        agency_id=person.agency_id,
        agency_name=agency_name,
        bloc_id=person.bloc_id,
        session_token=token,
    )
