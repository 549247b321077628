"""The blocs and their agencies, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One agency of a bloc."""

    id: int
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class BlocLine:
    """One bloc with its agencies in protocol order; the first one leads."""

    id: int
    name: str
    short_name: str
    superior: str
    place: str
    agencies: tuple[MemberLine, ...]


def list_blocs(session: Session) -> tuple[BlocLine, ...]:
    """Every bloc, in the order they were made."""
    members: dict[int, list[MemberLine]] = {}
    rows = session.execute(
        select(BlocMember.bloc_id, Agency)
        .join(Agency, Agency.id == BlocMember.agency_id)
        .order_by(BlocMember.bloc_id, BlocMember.position)
    )
    for bloc_id, agency in rows:
        members.setdefault(bloc_id, []).append(MemberLine(agency.id, agency.name, agency.short_name))
    return tuple(
        BlocLine(
            id=bloc.id,
            name=bloc.name,
            short_name=bloc.short_name,
            superior=bloc.superior,
            place=bloc.place,
            agencies=tuple(members.get(bloc.id, ())),
        )
        for bloc in session.scalars(select(Bloc).order_by(Bloc.id))
    )
