"""Who else could act for each agency of a pledge: what the form for another representative offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.states import Role, State
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.queries.pledge_board import BoardRow

_OUT = frozenset({State.IN_REVIEW, State.AGREED, State.SIGNING})


@dataclass(frozen=True, slots=True)
class Successor:
    """Another active representative of the same agency."""

    person_id: int
    name: str
    address: str


def load_successors(session: Session, pledge: Pledge, board: Sequence[BoardRow]) -> dict[int, tuple[Successor, ...]]:
    """By party; only those whose representative may be replaced now have an entry, which may be empty."""
    open_rows = [row for row in board if _is_replaceable(pledge, row)]
    people = _representatives(session, pledge, {row.agency_id for row in open_rows})
    return {
        row.party_id: tuple(person for person in people[row.agency_id] if person.person_id != row.person_id)
        for row in open_rows
    }


def _is_replaceable(pledge: Pledge, row: BoardRow) -> bool:
    return pledge.state in _OUT and row.signed_at is None


def _representatives(session: Session, pledge: Pledge, agencies: Iterable[int]) -> dict[int, list[Successor]]:
    query = select(Person.agency_id, Person.id, Person.display_name, Person.email).where(
        Person.agency_id.in_(agencies),
        Person.bloc_id == pledge.bloc_id,
        Person.role == Role.REPRESENTATIVE,
        Person.active,
    )
    found: dict[int, list[Successor]] = defaultdict(list)
    for row in session.execute(query.order_by(Person.display_name, Person.id)):
        found[row.agency_id].append(Successor(row.id, row.display_name, row.email))
    return found
