"""Throws away what was typed and not saved, when its writer says so."""

from __future__ import annotations

from sqlalchemy import delete

from approval.domain.drafting_commands import DiscardWorkingCopy
from approval.models.working_copy import WorkingCopy
from approval.services.signing_standing import require_coordinator_sight
from approval.services.unit_of_work import housekeeping


def discard_working_copy(command: DiscardWorkingCopy) -> None:
    """Remove the actor's own copy; none there is fine. Raises NotFoundError."""
    with housekeeping() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        uow.session.execute(
            delete(WorkingCopy).where(
                WorkingCopy.pledge_id == pledge.id, WorkingCopy.person_id == command.actor.person_id
            )
        )
