"""Who may see a pledge: the whole truth table."""

from __future__ import annotations

import itertools

import pytest

from approval.domain.access import Standing, may_see
from approval.domain.states import Role, State

FACTS = list(itertools.product([True, False], [True, False], State, [True, False]))


@pytest.mark.parametrize(("same_bloc", "is_party", "state", "was_submitted"), FACTS)
def test_each_role_sees_only_what_its_work_needs(
    *, same_bloc: bool, is_party: bool, state: State, was_submitted: bool
) -> None:
    def sees(role: Role) -> bool:
        return may_see(Standing(role, same_bloc, is_party, state, was_submitted))

    assert sees(Role.COORDINATOR) == same_bloc
    assert sees(Role.REPRESENTATIVE) == (is_party and was_submitted)
    assert sees(Role.OBSERVER) == (same_bloc and state is State.FINALISED)
    assert sees(Role.ADMINISTRATOR)
    assert sees(Role.SYSTEM)
