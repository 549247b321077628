"""The coordinator decides how often people are reminded in one stage of a pledge."""

from __future__ import annotations

import json

from approval.domain.audit_event import EventType
from approval.domain.reminder_commands import SetReminderPolicy
from approval.domain.reminder_policy import check_policy
from approval.models.reminder_policy import PledgeReminderPolicy
from approval.services.reminder_plans import policy_of, replan
from approval.services.reminder_standing import open_stage, require_not_over, require_steering
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


def set_reminder_policy(command: SetReminderPolicy) -> None:
    """Store the policy, also before its stage opens; in an open stage what is to come is planned anew.

    Raises InvalidInputError (counts), TransitionRefusedError when nobody will be asked any more, NotFoundError,
    NotAllowedError.
    """
    check_policy(command.policy)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_steering(uow.session, command.actor, pledge)
        require_not_over(pledge)
        before = policy_of(uow.session, pledge, command.stage)
        _store(uow, command)
        if open_stage(pledge) is command.stage:
            replan(uow, pledge, command.stage)
        uow.record(
            EventDraft(
                type=EventType.REMINDERS_CHANGED,
                actor=command.actor,
                pledge=pledge,
                data={"stage": command.stage.value, "from": before.as_dict(), "to": command.policy.as_dict()},
            )
        )


def _store(uow: UnitOfWork, command: SetReminderPolicy) -> None:
    stored = uow.session.get(PledgeReminderPolicy, (command.pledge_id, command.stage.value))
    if stored is None:
        stored = PledgeReminderPolicy(pledge_id=command.pledge_id, stage=command.stage.value)
        uow.session.add(stored)
    stored.policy = json.dumps(command.policy.as_dict(), sort_keys=True)
    stored.set_by = command.actor.person_id or 0
    stored.set_at = uow.now
