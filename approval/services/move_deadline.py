"""Another deadline for the stage that is open: the plan follows, and who has not acted yet is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError
from approval.domain.opening_date import check_opening_date
from approval.domain.reminder_commands import MoveDeadline
from approval.domain.reminder_policy import Stage
from approval.domain.vietnam_time import in_vietnam
from approval.models.pledge import Pledge
from approval.services.outbox import queue_mail
from approval.services.pledge_version import require_version
from approval.services.reason_text import required_words
from approval.services.reminder_plans import replan, take_back_unsent
from approval.services.reminder_standing import require_open_stage, require_steering, waiting_parties
from approval.services.signing_standing import lock_open_signing
from approval.services.stored_text import parse_stored_text
from approval.services.submit_for_review import require_future
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def move_deadline(command: MoveDeadline) -> None:
    """Set the deadline of the open stage, plan its reminders anew and write to the agencies that are still asked.

    Raises InvalidInputError (reason; deadline past, the same, or one that the printed date does not allow),
    StaleTextError, TransitionRefusedError when nobody is being asked, NotFoundError, NotAllowedError.
    """
    reason = required_words(command.reason, field="reason")
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_steering(uow.session, command.actor, pledge)
        stage = require_open_stage(pledge)
        require_version(pledge, command.expected_version)
        before = _deadline(pledge, stage)
        _check(uow.session, pledge, stage, command.deadline, now=uow.now)
        _set(uow, pledge, stage, command.deadline)
        take_back_unsent(uow, pledge, stage)
        replan(uow, pledge, stage)
        _tell(uow, pledge, stage, reason)
        uow.record(
            EventDraft(
                type=EventType.DEADLINE_MOVED,
                actor=command.actor,
                pledge=pledge,
                revision=pledge.revision_number,
                data={
                    "stage": stage.value,
                    "from": before.isoformat() if before else None,
                    "to": command.deadline.isoformat(),
                    "reason": reason,
                    "round": pledge.round,
                },
            )
        )


def _deadline(pledge: Pledge, stage: Stage) -> datetime | None:
    return pledge.review_deadline if stage is Stage.REVIEW else pledge.signing_deadline


def _check(session: Session, pledge: Pledge, stage: Stage, deadline: datetime, *, now: datetime) -> None:
    require_future(deadline, now)
    if deadline == _deadline(pledge, stage):
        raise InvalidInputError(
            "deadline-same",
            "Hạn mới trùng với hạn đang có; hãy chọn ngày giờ khác, hoặc giữ nguyên.",
            "This is the deadline already set; choose another one, or leave it.",
            field="deadline",
        )
    signing = lock_open_signing(session, pledge) if stage is Stage.SIGNING else None
    if signing is None:
        return
    printed = parse_stored_text(signing.printed_content)
    # The day is filled in from the last signature: a later one must still fit the month that is printed.
    check_opening_date(
        drafted=printed.date,
        printed=printed.date,
        policy=printed.date_policy,
        place=printed.place,
        today=in_vietnam(now).date(),
        deadline_day=in_vietnam(deadline).date(),
    )


def _set(uow: UnitOfWork, pledge: Pledge, stage: Stage, deadline: datetime) -> None:
    if stage is Stage.REVIEW:
        pledge.review_deadline = deadline
    else:
        pledge.signing_deadline = deadline
    pledge.version += 1
    pledge.updated_at = uow.now


def _tell(uow: UnitOfWork, pledge: Pledge, stage: Stage, reason: str) -> None:
    """The version tells several moves of one round apart."""
    deadline = _deadline(pledge, stage)
    facts = {"stage": stage.value, "reason": reason, "deadline": deadline.isoformat() if deadline else None}
    for party in waiting_parties(uow.session, pledge, stage):
        queue_mail(
            uow,
            kind="deadline-moved",
            pledge=pledge,
            party=party,
            person_id=party.person_id,
            slot=f"{stage.value}-v{pledge.version}",
            facts=facts,
        )
