"""Ties the signature blocks of a text to the agencies of the bloc and the people who act for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from approval.domain.agency_names import name_key
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import PartyBlock
from approval.domain.states import Role
from approval.models.agency import Agency
from approval.models.bloc import BlocMember
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class MatchedParty:
    """One block with the agency it means and the representative who acts for it."""

    agency_id: int
    person_id: int
    heading: str


def match_parties(session: Session, bloc_id: int, blocks: Sequence[PartyBlock]) -> tuple[MatchedParty, ...]:
    """Agencies and representatives in protocol order.

    Raises InvalidInputError naming the agency that is not in the bloc, or has no active representative.
    """
    agencies = _agencies_of(session, bloc_id)
    people = _representatives_of(session, bloc_id)
    matched = []
    for block in blocks:
        agency_id = agencies.get(name_key(block.agency))
        if agency_id is None:
            raise _unknown_agency(block.agency)
        if agency_id not in people:
            raise _nobody_acts(block.agency)
        matched.append(MatchedParty(agency_id, people[agency_id], block.heading))
    return tuple(matched)


def parties_of(session: Session, pledge: Pledge) -> Sequence[PledgeParty]:
    """The stored parties in protocol order."""
    query = select(PledgeParty).where(PledgeParty.pledge_id == pledge.id).order_by(PledgeParty.position)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def store_parties(uow: UnitOfWork, pledge: Pledge, matched: Sequence[MatchedParty]) -> None:
    """Write the parties of a pledge that nobody outside the coordinator's desk has seen yet."""
    uow.session.execute(delete(PledgeParty).where(PledgeParty.pledge_id == pledge.id))
    for position, party in enumerate(matched, start=1):
        uow.session.add(
            PledgeParty(
                pledge_id=pledge.id,
                agency_id=party.agency_id,
                person_id=party.person_id,
                position=position,
                heading=party.heading,
            )
        )
    pledge.party_count = len(matched)
    uow.session.flush()


def update_parties(uow: UnitOfWork, pledge: Pledge, matched: Sequence[MatchedParty]) -> None:
    """Bring headings and representatives up to date.

    Once the agencies have been asked, who they are and their order stay: verdicts and signatures hang on them.
    Raises InvalidInputError when the text names others.
    """
    if pledge.revision_number == 0:
        store_parties(uow, pledge, matched)
        return
    stored = parties_of(uow.session, pledge)
    acting = _still_acting(uow.session, pledge, stored)
    if [party.agency_id for party in stored] != [party.agency_id for party in matched]:
        raise InvalidInputError(
            "parties-fixed",
            "Đã gửi lấy ý kiến nên không đổi được danh sách hoặc thứ tự cơ quan ký. "
            "Giữ nguyên các khối ký, hoặc hủy văn bản này và lập văn bản mới.",
            "The agencies were already asked, so neither their list nor their order can change. "
            "Keep the signature blocks, or cancel this pledge and start a new one.",
            field="parties",
        )
    for row, party in zip(stored, matched, strict=True):
        row.heading = party.heading
        # Whoever acts already goes on, also a successor who was named by hand.
        if row.person_id not in acting:
            row.person_id, row.person_since = party.person_id, uow.now
    # The database lets parties change only while the pledge is a draft, so before the state does.
    uow.session.flush()


def _still_acting(session: Session, pledge: Pledge, parties: Sequence[PledgeParty]) -> set[int]:
    known = {(party.person_id, party.agency_id) for party in parties}
    people = select(Person.id, Person.agency_id).where(representing(pledge.bloc_id))
    return {row.id for row in session.execute(people) if (row.id, row.agency_id) in known}


def representing(bloc_id: int) -> ColumnElement[bool]:
    """That a person may act for their agency on pledges of this bloc."""
    return (Person.bloc_id == bloc_id) & (Person.role == Role.REPRESENTATIVE) & Person.active


def _agencies_of(session: Session, bloc_id: int) -> dict[str, int]:
    query = (
        select(Agency.name, Agency.id)
        .join(BlocMember, BlocMember.agency_id == Agency.id)
        .where(BlocMember.bloc_id == bloc_id)
    )
    return {name_key(row.name): row.id for row in session.execute(query)}


def _representatives_of(session: Session, bloc_id: int) -> dict[int, int]:
    """The representative of each agency; of several, the one whose account is oldest."""
    query = select(Person.agency_id, Person.id).where(representing(bloc_id)).order_by(Person.id.desc())
    return {row.agency_id: row.id for row in session.execute(query) if row.agency_id is not None}


def _unknown_agency(name: str) -> InvalidInputError:
    return InvalidInputError(
        "agency-unknown",
        f"“{name}” không phải là thành viên của Khối. Sửa tên cho đúng, hoặc đề nghị Quản trị thêm cơ quan vào Khối.",
        f"“{name}” is not a member of the bloc. Correct the name, or ask the administrator to add the agency.",
        field="parties",
    )


def _nobody_acts(name: str) -> InvalidInputError:
    return InvalidInputError(
        "agency-without-representative",
        f"“{name}” chưa có người đại diện trong hệ thống. Đề nghị Quản trị tạo tài khoản đại diện cho cơ quan này.",
        f"“{name}” has no representative yet. Ask the administrator to make an account for one.",
        field="parties",
    )
