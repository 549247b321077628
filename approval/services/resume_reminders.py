"""The coordinator lets the reminders of one agency go on."""

from __future__ import annotations

from sqlalchemy import update

from approval.domain.audit_event import EventType
from approval.domain.errors import TransitionRefusedError
from approval.domain.reminder_commands import ResumeReminders
from approval.domain.reminder_plan import BY_HAND
from approval.models.reminder import Reminder
from approval.services.pause_reminders import current_pause
from approval.services.reminder_standing import require_not_over, require_party_of, require_steering
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

PAUSED = "paused"


def resume_reminders(command: ResumeReminders) -> None:
    """End the pause. What fell due meanwhile is not made up for.

    Raises TransitionRefusedError when nothing is paused, NotFoundError, NotAllowedError.
    """
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_steering(uow.session, command.actor, pledge)
        require_not_over(pledge)
        party = require_party_of(uow.session, pledge, command.party_id)
        pause = current_pause(uow.session, party.id)
        if pause is None:
            raise TransitionRefusedError(
                "not-paused",
                "Việc nhắc cơ quan này không bị tạm dừng; không cần làm gì thêm.",
                "The reminders of this agency are not paused; nothing to do.",
            )
        pause.resumed_at = uow.now
        _skip_missed(uow, party.id)
        data = {"agency": party.agency_id}
        uow.record(EventDraft(type=EventType.REMINDERS_RESUMED, actor=command.actor, pledge=pledge, data=data))


def _skip_missed(uow: UnitOfWork, party_id: int) -> None:
    """Rows that fell due while no sweep ran."""
    uow.session.execute(
        update(Reminder)
        .where(
            Reminder.party_id == party_id,
            Reminder.outcome.is_(None),
            Reminder.due_at <= uow.now,
            Reminder.kind.not_in(BY_HAND),
        )
        .values(outcome="skipped", note=PAUSED, closed_at=uow.now)
    )
