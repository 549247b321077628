"""Pledges a coordinator can take up again for a later year."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.clock import VIETNAM
from approval.domain.states import State
from approval.domain.year_move import pledge_year
from approval.models.pledge import Pledge
from approval.queries.revision_text import parse_text
from approval.queries.visible_pledge import Viewer

_MOST = 10


@dataclass(frozen=True, slots=True)
class PledgeSource:
    """One pledge the agencies have seen; `next_year` is what its form proposes."""

    id: uuid.UUID
    title: str
    subject: str
    state: State
    round: int
    party_count: int
    signed_count: int
    next_year: int


def list_sources(session: Session, viewer: Viewer) -> tuple[PledgeSource, ...]:
    """The ten newest of the viewer's bloc that were ever sent out, finished ones first."""
    query = (
        select(Pledge)
        .where(Pledge.bloc_id == viewer.bloc_id, Pledge.revision_number >= 1)
        .order_by((Pledge.state != State.FINALISED.value), Pledge.updated_at.desc(), Pledge.id)
        .limit(_MOST)
    )
    return tuple(_source(pledge) for pledge in session.scalars(query))


def _source(pledge: Pledge) -> PledgeSource:
    year = pledge_year(parse_text(pledge.draft_content)) or pledge.created_at.astimezone(VIETNAM).year
    return PledgeSource(
        id=pledge.id,
        title=pledge.title,
        subject=pledge.subject,
        state=State(pledge.state),
        round=pledge.round,
        party_count=pledge.party_count,
        signed_count=pledge.signed_count,
        next_year=year + 1,
    )
