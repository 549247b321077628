"""Ends a pledge before it is complete."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import CancelPledge
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.models.pledge import Pledge
from approval.services.already_done import already_done
from approval.services.outbox import queue_mail
from approval.services.pledge_parties import parties_of
from approval.services.pledge_version import require_version
from approval.services.reason_text import required_words
from approval.services.signing_standing import lock_open_signing, require_coordinator_sight
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def cancel_pledge(command: CancelPledge) -> None:
    """Cancel with a reason; signatures given so far are void but kept, and everybody who was asked is told.

    Raises InvalidInputError (reason), StaleTextError, AlreadyDoneError, TransitionRefusedError, NotAllowedError,
    NotFoundError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        reason = required_words(command.reason, field="reason")
        _refuse_second_click(pledge, command, reason)
        find_transition(State(pledge.state), Action.CANCEL, command.actor.role)
        require_version(pledge, command.expected_version)
        pledge.cancel_reason = reason
        pledge.signed_count = 0
        row = transition_pledge(uow, pledge, Action.CANCEL, command.actor.role)
        voided = _void_signing(uow, pledge, reason)
        _queue_mails(uow, pledge, command)
        uow.record(
            EventDraft(
                type=EventType.PLEDGE_CANCELLED,
                actor=command.actor,
                pledge=pledge,
                state_from=row.source,
                state_to=row.target,
                doc_sha256=pledge.draft_sha256,
                revision=pledge.revision_number or None,
                data={"reason": reason, "voided_signing": voided},
            )
        )


def _refuse_second_click(pledge: Pledge, command: CancelPledge, reason: str) -> None:
    just_cancelled = pledge.state == State.CANCELLED and pledge.version == command.expected_version + 1
    if just_cancelled and pledge.cancel_reason == reason:
        raise already_done("already-cancelled", "hủy văn bản này", "cancelled this pledge", done_at=pledge.updated_at)


def _void_signing(uow: UnitOfWork, pledge: Pledge, reason: str) -> int | None:
    # At no moment may a pledge in `signing` stand on a void file: it leaves first.
    uow.session.flush()
    signing = lock_open_signing(uow.session, pledge)
    if signing is None:
        return None
    signing.voided_at = uow.now
    signing.void_reason = reason
    return signing.id


def _queue_mails(uow: UnitOfWork, pledge: Pledge, command: CancelPledge) -> None:
    """A draft that was never sent out is nobody's news but its author's."""
    if pledge.revision_number >= 1:
        for party in parties_of(uow.session, pledge):
            queue_mail(uow, kind="cancelled", pledge=pledge, party=party, person_id=party.person_id)
    if pledge.created_by != command.actor.person_id:
        queue_mail(uow, kind="cancelled", pledge=pledge, party=None, person_id=pledge.created_by)
