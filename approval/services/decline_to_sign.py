"""A representative refuses: the signing is void, its signatures stay as evidence, the pledge is a draft again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import DeclineToSign
from approval.domain.errors import TransitionRefusedError
from approval.domain.states import Action, Role, State
from approval.domain.transitions import find_transition
from approval.models.decline import Decline
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.services.already_done import already_done
from approval.services.outbox import queue_mail
from approval.services.reason_text import required_words
from approval.services.signing_standing import lock_open_signing, require_party, require_revision, stale_text
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

_SLOT = "signing"


def decline_to_sign(command: DeclineToSign) -> None:
    """Void the open signing with a reason and open the next round on the same text.

    Raises InvalidInputError without a reason, NotFoundError, NotAllowedError, StaleTextError, AlreadyDoneError, and
    TransitionRefusedError when the agency has signed already: a signature is not taken back.
    """
    reason = required_words(command.reason, field="reason")
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        party = require_party(uow.session, command.actor, pledge)
        _refuse_second_decline(uow.session, command, pledge)
        find_transition(State(pledge.state), Action.DECLINE_TO_SIGN, command.actor.role)
        revision = require_revision(uow.session, pledge, number=command.revision_number, sha256=command.revision_sha256)
        signing = lock_open_signing(uow.session, pledge)
        if signing is None:
            raise stale_text()
        _refuse_after_signature(uow.session, signing, party)
        state_from, signed = State(pledge.state), pledge.signed_count
        _back_to_draft(uow, command, pledge, revision, reason)
        _void(uow, command, signing, party, reason)
        _tell_others(uow, pledge, party, reason)
        uow.record(
            EventDraft(
                type=EventType.SIGNING_DECLINED,
                actor=command.actor,
                pledge=pledge,
                state_from=state_from,
                state_to=State(pledge.state),
                doc_sha256=signing.head_sha256,
                revision=command.revision_number,
                data={
                    "reason": reason,
                    "revision_sha256": command.revision_sha256,
                    "round": pledge.round,
                    "signatures_void": signed,
                    "signing": signing.id,
                },
            )
        )


def _refuse_second_decline(session: Session, command: DeclineToSign, pledge: Pledge) -> None:
    declined_at = session.execute(
        select(Decline.declined_at)
        .join(Signing, Signing.id == Decline.signing_id)
        .join(PledgeRevision, PledgeRevision.id == Signing.revision_id)
        .where(
            Signing.pledge_id == pledge.id,
            PledgeRevision.number == command.revision_number,
            Decline.person_id == command.actor.person_id,
        )
    ).scalar_one_or_none()
    if declined_at is None:
        return
    raise already_done("already-declined", "từ chối ký bản này", "declined to sign this version", done_at=declined_at)


def _refuse_after_signature(session: Session, signing: Signing, party: PledgeParty) -> None:
    query = select(Signature.id).where(Signature.signing_id == signing.id, Signature.party_id == party.id)
    if session.execute(query).scalar_one_or_none() is not None:
        raise TransitionRefusedError(
            "agency-already-signed",
            "Cơ quan của Ông/Bà đã ký văn bản này nên không từ chối được nữa. "
            "Trao đổi với Thư ký Khối nếu cần dừng lại.",
            "Your agency has signed this document, so it can no longer decline. "
            "Talk to the coordinator if it must stop.",
        )


def _void(uow: UnitOfWork, command: DeclineToSign, signing: Signing, party: PledgeParty, reason: str) -> None:
    # At no moment may a pledge in `signing` stand on a void file: it leaves first.
    uow.session.flush()
    signing.voided_at = uow.now
    signing.void_reason = reason
    uow.session.add(
        Decline(
            signing_id=signing.id,
            party_id=party.id,
            person_id=command.actor.person_id,
            reason=reason,
            declined_at=uow.now,
        )
    )


def _back_to_draft(
    uow: UnitOfWork, command: DeclineToSign, pledge: Pledge, revision: PledgeRevision, reason: str
) -> None:
    transition_pledge(uow, pledge, Action.DECLINE_TO_SIGN, command.actor.role)
    pledge.round += 1
    pledge.round_reason = reason
    pledge.agreed_count = 0
    pledge.signed_count = 0
    pledge.review_deadline = None
    pledge.signing_deadline = None
    pledge.draft_content = revision.content
    pledge.draft_sha256 = revision.sha256
    pledge.draft_saved_at = uow.now


def _tell_others(uow: UnitOfWork, pledge: Pledge, own: PledgeParty, reason: str) -> None:
    facts = {"reason": reason, "agency_id": own.agency_id}
    parties = uow.session.scalars(
        select(PledgeParty)
        .where(PledgeParty.pledge_id == pledge.id, PledgeParty.id != own.id)
        .order_by(PledgeParty.position)
    ).all()
    coordinators = uow.session.scalars(
        select(Person.id)
        .where(Person.bloc_id == pledge.bloc_id, Person.role == Role.COORDINATOR.value, Person.active)
        .order_by(Person.id)
    ).all()
    people: list[tuple[PledgeParty | None, int]] = [(party, party.person_id) for party in parties]
    people += [(None, person_id) for person_id in coordinators]
    for party, person_id in people:
        queue_mail(
            uow,
            kind="declined",
            pledge=pledge,
            party=party,
            person_id=person_id,
            slot=_SLOT,
            due_at=uow.now,
            facts=facts,
        )
