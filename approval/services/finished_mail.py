"""Who hears that a pledge is finished: parties, those who signed for them, coordinators and observers of the bloc."""

from __future__ import annotations

from sqlalchemy import select

from approval.domain.states import Role
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.signature import Signature
from approval.services.outbox import queue_mail
from approval.services.unit_of_work import UnitOfWork

_AUDIENCE = (Role.COORDINATOR.value, Role.OBSERVER.value)


def queue_finished_mails(uow: UnitOfWork, pledge: Pledge, *, signing_id: int) -> None:
    """One mail a person, however many reasons there are to tell them."""
    told: set[int] = set()
    for party, person_id in _recipients(uow, pledge, signing_id):
        if person_id in told:
            continue
        told.add(person_id)
        queue_mail(
            uow,
            kind="finished",
            pledge=pledge,
            party=party,
            person_id=person_id,
            slot=_slot(party, person_id),
            due_at=uow.now,
            facts={"final_sha256": pledge.final_sha256},
        )


def _recipients(uow: UnitOfWork, pledge: Pledge, signing_id: int) -> list[tuple[PledgeParty | None, int]]:
    parties = uow.session.scalars(
        select(PledgeParty).where(PledgeParty.pledge_id == pledge.id).order_by(PledgeParty.position)
    ).all()
    by_id = {party.id: party for party in parties}
    signers = uow.session.execute(
        select(Signature.party_id, Signature.person_id)
        .where(Signature.signing_id == signing_id)
        .order_by(Signature.position)
    ).all()
    audience = uow.session.scalars(
        select(Person.id)
        .where(Person.bloc_id == pledge.bloc_id, Person.role.in_(_AUDIENCE), Person.active)
        .order_by(Person.id)
    ).all()
    found: list[tuple[PledgeParty | None, int]] = [(party, party.person_id) for party in parties]
    found += [(by_id[party_id], person_id) for party_id, person_id in signers]
    found += [(None, person_id) for person_id in audience]
    return found


def _slot(party: PledgeParty | None, person_id: int) -> str:
    """A deputy who signed gets their own mail beside the representative's."""
    return "final" if party is None or party.person_id == person_id else f"final-{person_id}"
