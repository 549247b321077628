"""Who may draft: the active coordinators and their blocs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person


@dataclass(frozen=True, slots=True)
class Coordinator:
    """One coordinator of one bloc."""

    person_id: int
    bloc_id: int
    email: str


def load_coordinators() -> tuple[Coordinator, ...]:
    """Every active coordinator who has a bloc, in the order of their addresses."""
    rows = db.session.execute(
        select(Person.id, Person.bloc_id, Person.email)
        .where(Person.role == Role.COORDINATOR.value, Person.active)
        .order_by(Person.email)
    )
    return tuple(Coordinator(person_id, bloc_id, email) for person_id, bloc_id, email in rows if bloc_id is not None)
