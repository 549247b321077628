"""The only place that moves a pledge from one state to another: by a row of the state table, or not at all."""

from __future__ import annotations

from approval.domain.states import Action, Role, State
from approval.domain.transitions import Transition, find_transition
from approval.models.pledge import Pledge
from approval.services.unit_of_work import UnitOfWork


def transition_pledge(uow: UnitOfWork, pledge: Pledge, action: Action, role: Role) -> Transition:
    """Take the row for this move on a locked pledge; version and time of change go with it.

    The database asks for a state's evidence when the change reaches it, so flush verdicts and signatures before.
    Raises TransitionRefusedError or NotAllowedError; nothing is changed then.
    """
    row = find_transition(State(pledge.state), action, role)
    pledge.state = row.target.value
    pledge.version += 1
    pledge.updated_at = uow.now
    return row
