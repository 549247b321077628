"""Whom to tell when an agency stays silent, agency by agency."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError
from approval.models.agency import Agency
from approval.models.agency_superior import AgencySuperior


@dataclass(frozen=True, slots=True)
class SuperiorLine:
    """One agency; name, title and address are "" where nobody is entered."""

    agency_id: int
    agency_name: str
    name: str
    title: str
    address: str


def list_superiors(session: Session) -> tuple[SuperiorLine, ...]:
    """Every agency by name."""
    rows = session.execute(
        select(Agency, AgencySuperior)
        .outerjoin(AgencySuperior, AgencySuperior.agency_id == Agency.id)
        .order_by(Agency.name)
    )
    return tuple(_line(agency, superior) for agency, superior in rows)


def find_superior(session: Session, agency_id: int) -> SuperiorLine:
    """One agency's. Raises NotFoundError."""
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFoundError(
            "agency-not-found",
            "Không tìm thấy cơ quan này. Mở lại từ danh sách ở mục Quản trị.",
            "No such agency. Open it again from the list under administration.",
        )
    return _line(agency, session.get(AgencySuperior, agency_id))


def _line(agency: Agency, superior: AgencySuperior | None) -> SuperiorLine:
    if superior is None:
        return SuperiorLine(agency.id, agency.name, "", "", "")
    return SuperiorLine(agency.id, agency.name, superior.name, superior.title, superior.address)
