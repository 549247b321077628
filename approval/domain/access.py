"""Who may see which pledge: one rule for services and pages alike (deny by default)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from approval.domain.states import Role, State


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to a pledge: same bloc, own agency is a party, and whether a text was ever sent out."""

    role: Role
    same_bloc: bool
    is_party: bool
    state: State
    was_submitted: bool


def may_see(standing: Standing) -> bool:
    """The rule by role.

    Coordinator: own bloc. Representative: own agency's pledges once sent out. Observer: finished ones of the bloc.
    Administrator: all.
    """
    match standing.role:
        case Role.COORDINATOR:
            return standing.same_bloc
        case Role.REPRESENTATIVE:
            return standing.is_party and standing.was_submitted
        case Role.OBSERVER:
            return standing.same_bloc and standing.state is State.FINALISED
        case Role.ADMINISTRATOR | Role.SYSTEM:
            return True
    assert_never(standing.role)


def may_fetch_receipt(role: Role, *, is_actor: bool) -> bool:
    """Who may take the receipt of an event they can see: who acted, and those who answer for the history.

    What other agencies did is theirs to prove.
    """
    return is_actor or role is not Role.REPRESENTATIVE
