"""The board of agencies on a pledge page: who answered, who signed, who is late, in protocol order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from approval.domain.states import VerdictKind
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One agency on the board. Verdict fields speak of the current revision, signature fields of the open signing."""

    party_id: int
    position: int
    agency_id: int
    agency_name: str
    short_name: str
    heading: str
    person_name: str
    verdict: VerdictKind | None
    verdict_at: datetime | None
    comment: str
    signed_at: datetime | None
    signer_name: str
    authority_lines: str
    certificate_serial: str
    signing_order: int | None
    is_mine: bool


def load_board(
    session: Session, *, pledge_id: uuid.UUID, revision_number: int, agency_id: int | None
) -> tuple[BoardRow, ...]:
    """All parties of a pledge with their verdict on `revision_number` and their signature in the signing not voided."""
    signer = select(Person.id, Person.display_name).subquery()
    rows = session.execute(
        select(PledgeParty, Agency, Person.display_name, Verdict, Signature, signer.c.display_name)
        .join(Agency, Agency.id == PledgeParty.agency_id)
        .join(Person, Person.id == PledgeParty.person_id)
        .outerjoin(
            PledgeRevision,
            and_(PledgeRevision.pledge_id == PledgeParty.pledge_id, PledgeRevision.number == revision_number),
        )
        .outerjoin(
            Verdict,
            and_(
                Verdict.revision_id == PledgeRevision.id,
                Verdict.party_id == PledgeParty.id,
                Verdict.superseded_at.is_(None),
            ),
        )
        .outerjoin(Signing, and_(Signing.pledge_id == PledgeParty.pledge_id, Signing.voided_at.is_(None)))
        .outerjoin(Signature, and_(Signature.signing_id == Signing.id, Signature.party_id == PledgeParty.id))
        .outerjoin(signer, signer.c.id == Signature.person_id)
        .where(PledgeParty.pledge_id == pledge_id)
        .order_by(PledgeParty.position)
    )
    return tuple(_board_row(row, agency_id) for row in rows)


def _board_row(
    found: Row[PledgeParty, Agency, str, Verdict | None, Signature | None, str | None], viewer_agency_id: int | None
) -> BoardRow:
    party, agency, person_name, verdict, signature, signer_name = found
    return BoardRow(
        party_id=party.id,
        position=party.position,
        agency_id=agency.id,
        agency_name=agency.name,
        short_name=agency.short_name,
        heading=party.heading,
        person_name=person_name,
        verdict=VerdictKind(verdict.kind) if verdict else None,
        verdict_at=verdict.given_at if verdict else None,
        comment=verdict.comment if verdict else "",
        signed_at=signature.signed_at if signature else None,
        signer_name=signer_name or "",
        authority_lines=signature.authority_lines if signature else "",
        certificate_serial=signature.certificate_serial if signature else "",
        signing_order=signature.position if signature else None,
        is_mine=agency.id == viewer_agency_id,
    )
