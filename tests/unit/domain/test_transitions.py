"""The state table is compared whole with the design, and every (state, action, role) is allowed or refused."""

from __future__ import annotations

import itertools

import pytest

from approval.domain.errors import NotAllowedError, TransitionRefusedError
from approval.domain.states import Action, Role, State
from approval.domain.transitions import ACTION_LABELS, STATE_LABELS, TRANSITIONS, allowed_actions, find_transition

DESIGN = {
    ("draft", "save_draft", "draft", "coordinator"),
    ("draft", "submit_for_review", "in_review", "coordinator"),
    ("in_review", "give_verdict", "in_review", "representative"),
    ("in_review", "add_comment", "in_review", "representative"),
    *((state, "answer_comment", state, "coordinator") for state in ("draft", "in_review", "agreed")),
    *(
        (state, "reply_to_comment", state, role)
        for state in ("draft", "in_review", "agreed")
        for role in ("coordinator", "representative")
    ),
    ("in_review", "agreement_reached", "agreed", "system"),
    ("in_review", "revise", "draft", "coordinator"),
    ("agreed", "revise", "draft", "coordinator"),
    ("agreed", "open_signing", "signing", "coordinator"),
    ("signing", "sign", "signing", "representative"),
    ("signing", "decline_to_sign", "draft", "representative"),
    ("signing", "all_signed", "finalising", "system"),
    ("finalising", "finalise", "finalised", "system"),
    *(
        (state, "cancel", "cancelled", role)
        for state in ("draft", "in_review", "agreed", "signing")
        for role in ("coordinator", "administrator")
    ),
}
EVERY_CASE = list(itertools.product(State, Action, Role))


def test_the_table_is_exactly_the_design() -> None:
    table = {(r.source.value, r.action.value, r.target.value, role.value) for r in TRANSITIONS for role in r.roles}
    assert table == DESIGN


def test_a_state_and_action_lead_to_one_row_only() -> None:
    keys = [(row.source, row.action) for row in TRANSITIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("state", "action", "role"), EVERY_CASE)
def test_every_case_is_allowed_or_refused_as_designed(state: State, action: Action, role: Role) -> None:
    targets = {row[2] for row in DESIGN if row[:2] == (state, action) and row[3] == role}
    state_has_action = any(row[:2] == (state, action) for row in DESIGN)
    if targets:
        assert {find_transition(state, action, role).target.value} == targets
    elif state_has_action:
        with pytest.raises(NotAllowedError, match="role-refused"):
            find_transition(state, action, role)
    else:
        with pytest.raises(TransitionRefusedError, match="transition-refused"):
            find_transition(state, action, role)


@pytest.mark.parametrize(("state", "role"), list(itertools.product(State, Role)))
def test_offered_actions_are_those_that_would_be_accepted(state: State, role: Role) -> None:
    designed = {row[1] for row in DESIGN if row[0] == state and row[3] == role}
    assert {action.value for action in allowed_actions(state, role)} == designed


@pytest.mark.parametrize("state", [State.FINALISED, State.CANCELLED])
def test_nothing_leaves_an_end_state(state: State) -> None:
    assert all(not allowed_actions(state, role) for role in Role)


def test_a_refusal_names_the_step_and_the_act_in_vietnamese() -> None:
    with pytest.raises(TransitionRefusedError) as refused:
        find_transition(State.FINALISED, Action.SIGN, Role.REPRESENTATIVE)
    assert "Đã ban hành" in refused.value.vi
    assert "không thể ký" in refused.value.vi
    assert "Tải lại trang" in refused.value.vi


def test_every_state_and_action_has_words_for_people() -> None:
    assert set(STATE_LABELS) == set(State)
    assert set(ACTION_LABELS) == set(Action)
