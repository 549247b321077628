"""The list of pledges one viewer may see, newest change first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select, true
from sqlalchemy.orm import Session

from approval.domain.states import Role, State
from approval.models.bloc import Bloc
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.queries.visible_pledge import Viewer


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """One line of the list."""

    id: uuid.UUID
    title: str
    subject: str
    bloc_name: str
    state: State
    round: int
    party_count: int
    agreed_count: int
    signed_count: int
    review_deadline: datetime | None
    signing_deadline: datetime | None
    updated_at: datetime


def list_pledges(session: Session, viewer: Viewer) -> tuple[PledgeLine, ...]:
    """Pledges by the same rule as `domain.access.may_see`, told to the database."""
    rows = session.execute(
        select(Pledge, Bloc.name)
        .join(Bloc, Bloc.id == Pledge.bloc_id)
        .where(_visible(viewer))
        .order_by(Pledge.updated_at.desc(), Pledge.id)
    )
    return tuple(
        PledgeLine(
            id=pledge.id,
            title=pledge.title,
            subject=pledge.subject,
            bloc_name=bloc_name,
            state=State(pledge.state),
            round=pledge.round,
            party_count=pledge.party_count,
            agreed_count=pledge.agreed_count,
            signed_count=pledge.signed_count,
            review_deadline=pledge.review_deadline,
            signing_deadline=pledge.signing_deadline,
            updated_at=pledge.updated_at,
        )
        for pledge, bloc_name in rows
    )


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    match viewer.role:
        case Role.COORDINATOR:
            return Pledge.bloc_id == viewer.bloc_id
        case Role.REPRESENTATIVE:
            party = exists().where(PledgeParty.pledge_id == Pledge.id, PledgeParty.agency_id == viewer.agency_id)
            return party & (Pledge.revision_number >= 1)
        case Role.OBSERVER:
            return (Pledge.bloc_id == viewer.bloc_id) & (Pledge.state == State.FINALISED.value)
        case Role.ADMINISTRATOR:
            return true()
        case Role.SYSTEM:
            return false()
