"""The bloc as pages introduce it: name, place, members in protocol order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
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


def find_bloc_card(session: Session, bloc_id: int | None) -> BlocCard | None:
    """The bloc of this id; without an id, the only bloc there is (an installation for one bloc may name it to all)."""
    if bloc_id is None:
        ids = session.scalars(select(Bloc.id).limit(2)).all()
        if len(ids) != 1:
            return None
        bloc_id = ids[0]
    bloc = session.get(Bloc, bloc_id)
    if bloc is None:
        return None
    rows = session.execute(
        select(Agency.id, Agency.name)
        .join(BlocMember, BlocMember.agency_id == Agency.id)
        .where(BlocMember.bloc_id == bloc.id)
        .order_by(BlocMember.position)
    ).all()
    return BlocCard(
        id=bloc.id,
        title=bloc.name if bloc.name.startswith("Khối") else f"Khối thi đua {bloc.name}",
        short_name=bloc.short_name,
        place=f"Tỉnh {bloc.place}" if "TỈNH" in bloc.superior.upper() else bloc.place,
        lead_agency=next((name for agency_id, name in rows if agency_id == bloc.lead_agency_id), ""),
        members=tuple(name for _, name in rows),
    )
