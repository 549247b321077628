"""The board of agencies on a pledge page: who answered, who signed, who is late, in protocol order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from approval.domain.states import VerdictKind
from approval.models.agency import Agency
from approval.models.comment import Comment
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict

_SIGNER = aliased(Person)
# Counted once for all agencies: counted agency by agency, two thousand comments would be read forty times.
_COMMENTS = (
    select(Comment.party_id, func.count().label("count"))
    .join(PledgeRevision, PledgeRevision.id == Comment.revision_id)
    .where(
        Comment.pledge_id == bindparam("pledge_id"),
        PledgeRevision.number == bindparam("revision_number"),
        Comment.withdrawn_at.is_(None),
        Comment.verdict_words.is_(False),
    )
    .group_by(Comment.party_id)
    .subquery()
)
# One statement whatever the number of agencies, built once, and columns rather than whole rows: forty agencies are
# eighty rows of which a page shows a tenth.
_BOARD = (
    select(
        PledgeParty.id,
        PledgeParty.position,
        PledgeParty.heading,
        PledgeParty.person_id,
        PledgeParty.person_since,
        Agency.id.label("agency_id"),
        Agency.name,
        Agency.short_name,
        Person.display_name,
        Verdict.kind,
        Verdict.given_at,
        Verdict.comment,
        _COMMENTS.c.count.label("comment_count"),
        Signature.signed_at,
        Signature.authority_lines,
        Signature.certificate_serial,
        Signature.position.label("signing_order"),
        _SIGNER.display_name.label("signer_name"),
    )
    .join(Agency, Agency.id == PledgeParty.agency_id)
    .join(Person, Person.id == PledgeParty.person_id)
    .outerjoin(
        PledgeRevision,
        and_(
            PledgeRevision.pledge_id == PledgeParty.pledge_id,
            PledgeRevision.number == bindparam("revision_number"),
        ),
    )
    .outerjoin(
        Verdict,
        and_(
            Verdict.revision_id == PledgeRevision.id,
            Verdict.party_id == PledgeParty.id,
            Verdict.superseded_at.is_(None),
        ),
    )
    .outerjoin(_COMMENTS, _COMMENTS.c.party_id == PledgeParty.id)
    .outerjoin(Signing, and_(Signing.pledge_id == PledgeParty.pledge_id, Signing.voided_at.is_(None)))
    .outerjoin(Signature, and_(Signature.signing_id == Signing.id, Signature.party_id == PledgeParty.id))
    .outerjoin(_SIGNER, _SIGNER.id == Signature.person_id)
    .where(PledgeParty.pledge_id == bindparam("pledge_id"))
    .order_by(PledgeParty.position)
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One agency on the board. Verdict fields speak of the current revision, signature fields of the open signing.

    `comment` holds the words of the verdict itself, `comment_count` counts standing comments on parts of the revision.
    `person_id` is who answers for the agency on this pledge, since `person_since` if somebody else did before; a deputy
    of the same agency may sign but not answer.
    """

    party_id: int
    position: int
    agency_id: int
    agency_name: str
    short_name: str
    heading: str
    person_id: int
    person_since: datetime | None
    person_name: str
    verdict: VerdictKind | None
    verdict_at: datetime | None
    comment: str
    comment_count: int
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
    rows = session.execute(_BOARD, {"pledge_id": pledge_id, "revision_number": revision_number})
    return tuple(
        BoardRow(
            party_id=row.id,
            position=row.position,
            agency_id=row.agency_id,
            agency_name=row.name,
            short_name=row.short_name,
            heading=row.heading,
            person_id=row.person_id,
            person_since=row.person_since,
            person_name=row.display_name,
            verdict=VerdictKind(row.kind) if row.kind else None,
            verdict_at=row.given_at,
            comment=row.comment or "",
            comment_count=row.comment_count or 0,
            signed_at=row.signed_at,
            signer_name=row.signer_name or "",
            authority_lines=row.authority_lines or "",
            certificate_serial=row.certificate_serial or "",
            signing_order=row.signing_order,
            is_mine=row.agency_id == agency_id,
        )
        for row in rows
    )
