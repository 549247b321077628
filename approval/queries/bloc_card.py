"""The bloc as pages introduce it: name, place, members in protocol order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember


@dataclass(frozen=True, slots=True)
class BlocCard:
    """A bloc and its members' names in protocol order; `lead_agency` is "" while there is none.

    `title` is the name with "Khối thi đua" before it, `place` names the province with its kind ("Tỉnh Bắc Giang").
    """

    id: int
    title: str
    short_name: str
    place: str
    lead_agency: str
    members: tuple[str, ...]


_MEMBERS = (
    select(
        *(Bloc.id, Bloc.name, Bloc.short_name, Bloc.superior, Bloc.place, Bloc.lead_agency_id),
        *(Agency.id.label("agency_id"), Agency.name.label("agency_name")),
    )
    .outerjoin(BlocMember, BlocMember.bloc_id == Bloc.id)
    .outerjoin(Agency, Agency.id == BlocMember.agency_id)
    .order_by(Bloc.id, BlocMember.position)
)
_MEMBERS_OF_ONE = _MEMBERS.where(Bloc.id == bindparam("bloc_id"))


def find_bloc_card(session: Session, bloc_id: int | None) -> BlocCard | None:
    """The bloc of this id; without an id, the only bloc there is (an installation for one bloc may name it to all)."""
    rows = session.execute(_MEMBERS if bloc_id is None else _MEMBERS_OF_ONE, {"bloc_id": bloc_id}).all()
    if len({row.id for row in rows}) != 1:
        return None
    bloc = rows[0]
    members = [row for row in rows if row.agency_id is not None]
    return BlocCard(
        id=bloc.id,
        title=bloc.name if bloc.name.startswith("Khối") else f"Khối thi đua {bloc.name}",
        short_name=bloc.short_name,
        place=f"Tỉnh {bloc.place}" if "TỈNH" in bloc.superior.upper() else bloc.place,
        lead_agency=next((row.agency_name for row in members if row.agency_id == bloc.lead_agency_id), ""),
        members=tuple(row.agency_name for row in members),
    )
