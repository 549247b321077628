"""The coordinator holds back the reminders of one agency."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.reminder_commands import PauseReminders
from approval.models.reminder_pause import ReminderPause
from approval.services.already_done import already_done
from approval.services.reason_text import required_words
from approval.services.reminder_standing import require_open_stage, require_party_of, require_steering
from approval.services.unit_of_work import EventDraft, unit_of_work


def pause_reminders(command: PauseReminders) -> None:
    """From now on nothing of the plan leaves for this agency; the mails that wait to leave neither.

    Raises InvalidInputError without a reason, AlreadyDoneError, TransitionRefusedError, NotFoundError, NotAllowedError.
    """
    reason = required_words(command.reason, field="reason")
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_steering(uow.session, command.actor, pledge)
        require_open_stage(pledge)
        party = require_party_of(uow.session, pledge, command.party_id)
        current = current_pause(uow.session, party.id)
        if current is not None:
            raise already_done(
                "already-paused",
                "tạm dừng nhắc cơ quan này",
                "paused the reminders of this agency",
                done_at=current.paused_at,
            )
        uow.session.add(
            ReminderPause(party_id=party.id, reason=reason, paused_by=command.actor.person_id or 0, paused_at=uow.now)
        )
        data = {"agency": party.agency_id, "reason": reason}
        uow.record(EventDraft(type=EventType.REMINDERS_PAUSED, actor=command.actor, pledge=pledge, data=data))


def current_pause(session: Session, party_id: int) -> ReminderPause | None:
    """The pause that holds now, if one does."""
    query = select(ReminderPause).where(ReminderPause.party_id == party_id, ReminderPause.resumed_at.is_(None))
    return session.scalars(query).one_or_none()
