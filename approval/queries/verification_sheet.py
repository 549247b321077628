"""What the verification sheet of a finished pledge says."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.verification_sheet import SheetSignature, VerificationSheet
from approval.models.agency import Agency
from approval.models.pledge_party import PledgeParty
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.queries.pledge_files import no_such_file
from approval.queries.visible_pledge import Viewer, load_visible_pledge


def load_verification_sheet(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> VerificationSheet:
    """Raises NotFoundError for a viewer who may not see the pledge, and until it is finalised."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    if pledge.final_sha256 is None or pledge.finalised_at is None:
        raise no_such_file()
    query = (
        select(Agency.name, Signature.signed_at)
        .join(PledgeParty, PledgeParty.agency_id == Agency.id)
        .join(Signature, Signature.party_id == PledgeParty.id)
        .join(Signing, Signing.id == Signature.signing_id)
        .where(PledgeParty.pledge_id == pledge.id, Signing.voided_at.is_(None))
        .order_by(PledgeParty.position)
    )
    return VerificationSheet(
        title=pledge.title,
        bloc_name=bloc.name,
        superior=bloc.superior,
        sha256=pledge.final_sha256,
        finalised_at=pledge.finalised_at,
        signatures=tuple(SheetSignature(row.name, row.signed_at) for row in session.execute(query)),
    )
