"""Signings that stopped before the end: their signatures are void, yet stay to be seen as evidence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from approval.models.agency import Agency
from approval.models.decline import Decline
from approval.models.person import Person
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing

_REFUSER, _REFUSING = aliased(PledgeParty), aliased(Agency)
_SIGNER, _SIGNING = aliased(PledgeParty), aliased(Agency)
_REFUSED_BY, _SIGNED_BY = aliased(Person), aliased(Person)
_STOPPED = (
    select(
        Signing.id,
        Signing.opened_at,
        Signing.voided_at,
        Signing.void_reason,
        Signing.head_sha256,
        PledgeRevision.number,
        PledgeRevision.round,
        _REFUSED_BY.display_name.label("refused_by_person"),
        _REFUSING.name.label("declined_by"),
        _SIGNING.name.label("signed_by"),
        _SIGNED_BY.display_name.label("signed_by_person"),
        Signature.signed_at,
        Signature.authority_lines,
        Signature.certificate_serial,
    )
    .join(PledgeRevision, PledgeRevision.id == Signing.revision_id)
    .outerjoin(Decline, Decline.signing_id == Signing.id)
    .outerjoin(_REFUSER, _REFUSER.id == Decline.party_id)
    .outerjoin(_REFUSING, _REFUSING.id == _REFUSER.agency_id)
    .outerjoin(_REFUSED_BY, _REFUSED_BY.id == Decline.person_id)
    .outerjoin(Signature, Signature.signing_id == Signing.id)
    .outerjoin(_SIGNER, _SIGNER.id == Signature.party_id)
    .outerjoin(_SIGNING, _SIGNING.id == _SIGNER.agency_id)
    .outerjoin(_SIGNED_BY, _SIGNED_BY.id == Signature.person_id)
    .where(Signing.pledge_id == bindparam("pledge_id"), Signing.voided_at.is_not(None))
    .order_by(Signing.id, Signature.position)
)


@dataclass(frozen=True, slots=True)
class VoidSignature:
    """One signature that no longer counts; `authority_lines` as printed above the name, one or two."""

    agency_name: str
    signer_name: str
    authority_lines: tuple[str, ...]
    certificate_serial: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class StoppedSigning:
    """One stopped signing; `number` counts a pledge's stopped signings from 1, `round` is that of its text.

    `declined_by` (the agency) and `refused_by` (the person) are "" when the pledge was cancelled. `head_sha256` is the
    last file of the chain, kept in the store.
    """

    number: int
    revision_number: int
    round: int
    opened_at: datetime
    stopped_at: datetime
    declined_by: str
    refused_by: str
    reason: str
    head_sha256: str
    signatures: tuple[VoidSignature, ...]


def load_stopped_signings(session: Session, pledge_id: uuid.UUID) -> tuple[StoppedSigning, ...]:
    """The stopped signings of a pledge in the order of their opening; the caller has checked who may see it."""
    rows = session.execute(_STOPPED, {"pledge_id": pledge_id}).all()
    stopped = []
    for number, (_, group) in enumerate(groupby(rows, key=lambda row: row.id), start=1):
        lines = list(group)
        first = lines[0]
        stopped.append(
            StoppedSigning(
                number=number,
                revision_number=first.number,
                round=first.round,
                opened_at=first.opened_at,
                stopped_at=first.voided_at,
                declined_by=first.declined_by or "",
                refused_by=first.refused_by_person or "",
                reason=first.void_reason,
                head_sha256=first.head_sha256,
                signatures=tuple(_void(line) for line in lines if line.signed_by),
            )
        )
    return tuple(stopped)


def _void(row: Any) -> VoidSignature:
    return VoidSignature(
        agency_name=row.signed_by,
        signer_name=row.signed_by_person,
        authority_lines=tuple(row.authority_lines.splitlines()),
        certificate_serial=row.certificate_serial,
        signed_at=row.signed_at,
    )
