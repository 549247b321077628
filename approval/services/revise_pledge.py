"""Takes a pledge back to the drafting table; the next round begins."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.commands import RevisePledge
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.models.pledge import Pledge
from approval.services.already_done import already_done
from approval.services.pledge_version import require_version
from approval.services.reason_text import required_words
from approval.services.signing_standing import require_coordinator_sight
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, unit_of_work


def revise_pledge(command: RevisePledge) -> None:
    """Reopen the draft; verdicts given so far stay as evidence and count for nothing.

    Raises InvalidInputError (reason), StaleTextError, AlreadyDoneError, TransitionRefusedError, NotAllowedError,
    NotFoundError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        reason = required_words(command.reason, field="reason")
        _refuse_second_click(pledge, command, reason)
        find_transition(State(pledge.state), Action.REVISE, command.actor.role)
        require_version(pledge, command.expected_version)
        pledge.agreed_count = 0
        pledge.round += 1
        pledge.round_reason = reason
        row = transition_pledge(uow, pledge, Action.REVISE, command.actor.role)
        uow.record(
            EventDraft(
                type=EventType.DRAFT_REOPENED,
                actor=command.actor,
                pledge=pledge,
                state_from=row.source,
                state_to=row.target,
                doc_sha256=pledge.draft_sha256,
                revision=pledge.revision_number,
                data={"reason": reason, "round": pledge.round},
            )
        )


def _refuse_second_click(pledge: Pledge, command: RevisePledge, reason: str) -> None:
    reopened = pledge.state == State.DRAFT and pledge.version == command.expected_version + 1
    if reopened and pledge.round_reason == reason:
        raise already_done("already-reopened", "mở lại để sửa", "reopened this pledge", done_at=pledge.updated_at)
