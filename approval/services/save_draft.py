"""Replaces the working text of a draft."""

from __future__ import annotations

from sqlalchemy import delete

from approval.domain.audit_event import EventType
from approval.domain.commands import SaveDraft
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.extensions import parts
from approval.models.pledge import Pledge
from approval.models.working_copy import WorkingCopy
from approval.services.already_done import already_done
from approval.services.draft_texts import keep_draft_text, write_draft_text
from approval.services.pledge_version import require_version
from approval.services.signing_standing import require_coordinator_sight
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def save_draft(command: SaveDraft) -> None:
    """Store the text as the draft.

    Raises InvalidInputError with `field` set, StaleTextError when somebody saved meanwhile, AlreadyDoneError when the
    stored draft is already this text, TransitionRefusedError outside the draft state, NotFoundError, NotAllowedError,
    MissingGlyphError and WordTooWideError (with `field`) for what no page can show.
    """
    # First use loads fonts, so this comes before the lock.
    check_pledge_text(command.text)
    parts().typesetter.check_text(command.text)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.SAVE_DRAFT, command.actor.role)
        _refuse_second_saving(pledge, command)
        require_version(pledge, command.expected_version)
        write_draft_text(uow, pledge, command.text)
        row = transition_pledge(uow, pledge, Action.SAVE_DRAFT, command.actor.role)
        keep_draft_text(uow, pledge, command.actor.person_id)
        _drop_working_copy(uow, command)
        uow.record(
            EventDraft(
                type=EventType.DRAFT_SAVED,
                actor=command.actor,
                pledge=pledge,
                state_from=row.source,
                state_to=row.target,
                doc_sha256=pledge.draft_sha256,
            )
        )


def _refuse_second_saving(pledge: Pledge, command: SaveDraft) -> None:
    if pledge.draft_sha256 == command.text.sha256():
        raise already_done("draft-already-saved", "lưu nội dung này", "saved this text", done_at=pledge.draft_saved_at)


def _drop_working_copy(uow: UnitOfWork, command: SaveDraft) -> None:
    """The copy this text grew out of; what another tab typed meanwhile is a copy with another number, and stays."""
    uow.session.execute(
        delete(WorkingCopy).where(
            WorkingCopy.pledge_id == command.pledge_id,
            WorkingCopy.person_id == command.actor.person_id,
            WorkingCopy.edit_number == command.edit_number,
        )
    )
