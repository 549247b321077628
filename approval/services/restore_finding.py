"""Shows a dismissed proofreading finding again."""

from __future__ import annotations

from approval.domain.audit_event import EventType
from approval.domain.drafting_commands import RestoreFinding
from approval.domain.errors import NotFoundError
from approval.domain.states import Action, State
from approval.domain.transitions import find_transition
from approval.services.already_done import already_done
from approval.services.finding_standing import current_dismissal, last_restored
from approval.services.signing_standing import require_coordinator_sight
from approval.services.unit_of_work import EventDraft, unit_of_work


def restore_finding(command: RestoreFinding) -> None:
    """End the dismissal; the row stays as what was decided once.

    Raises AlreadyDoneError when it has been restored, NotFoundError when it never was dismissed,
    TransitionRefusedError outside the draft state, NotAllowedError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.SAVE_DRAFT, command.actor.role)
        dismissal = current_dismissal(uow.session, pledge, command.fingerprint)
        if dismissal is None:
            restored_at = last_restored(uow.session, pledge, command.fingerprint)
            if restored_at is None:
                raise NotFoundError(
                    "finding-not-dismissed",
                    "Lưu ý này chưa được bỏ qua. Tải lại trang để xem các lưu ý hiện có.",
                    "This finding is not dismissed. Reload the page to see the findings there are.",
                )
            raise already_done(
                "finding-already-restored", "xem lại lưu ý này", "restored this finding", done_at=restored_at
            )
        dismissal.restored_at = uow.now
        uow.record(
            EventDraft(
                type=EventType.FINDING_RESTORED,
                actor=command.actor,
                pledge=pledge,
                data={"rule": dismissal.rule, "found": dismissal.found, "fingerprint": dismissal.fingerprint},
            )
        )
