"""The state table of design §2 as data. What is not a row here does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from approval.domain.errors import NotAllowedError, TransitionRefusedError
from approval.domain.states import Action, Role, State

COORDINATOR = frozenset({Role.COORDINATOR})
REPRESENTATIVE = frozenset({Role.REPRESENTATIVE})
SYSTEM = frozenset({Role.SYSTEM})
EITHER = COORDINATOR | REPRESENTATIVE
MAY_CANCEL = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in `source`, `action` by one of `roles` leads to `target`."""

    source: State
    action: Action
    target: State
    roles: frozenset[Role]


TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.DRAFT, Action.SAVE_DRAFT, State.DRAFT, COORDINATOR),
    Transition(State.DRAFT, Action.SUBMIT_FOR_REVIEW, State.IN_REVIEW, COORDINATOR),
    Transition(State.DRAFT, Action.REPLY_TO_COMMENT, State.DRAFT, EITHER),
    Transition(State.DRAFT, Action.ANSWER_COMMENT, State.DRAFT, COORDINATOR),
    Transition(State.IN_REVIEW, Action.ADD_COMMENT, State.IN_REVIEW, REPRESENTATIVE),
    Transition(State.IN_REVIEW, Action.REPLY_TO_COMMENT, State.IN_REVIEW, EITHER),
    Transition(State.IN_REVIEW, Action.ANSWER_COMMENT, State.IN_REVIEW, COORDINATOR),
    Transition(State.IN_REVIEW, Action.GIVE_VERDICT, State.IN_REVIEW, REPRESENTATIVE),
    Transition(State.IN_REVIEW, Action.AGREEMENT_REACHED, State.AGREED, SYSTEM),
    Transition(State.IN_REVIEW, Action.REVISE, State.DRAFT, COORDINATOR),
    Transition(State.AGREED, Action.REPLY_TO_COMMENT, State.AGREED, EITHER),
    Transition(State.AGREED, Action.ANSWER_COMMENT, State.AGREED, COORDINATOR),
    Transition(State.AGREED, Action.REVISE, State.DRAFT, COORDINATOR),
    Transition(State.AGREED, Action.OPEN_SIGNING, State.SIGNING, COORDINATOR),
    Transition(State.SIGNING, Action.SIGN, State.SIGNING, REPRESENTATIVE),
    Transition(State.SIGNING, Action.DECLINE_TO_SIGN, State.DRAFT, REPRESENTATIVE),
    Transition(State.SIGNING, Action.ALL_SIGNED, State.FINALISING, SYSTEM),
    Transition(State.FINALISING, Action.FINALISE, State.FINALISED, SYSTEM),
    Transition(State.DRAFT, Action.CANCEL, State.CANCELLED, MAY_CANCEL),
    Transition(State.IN_REVIEW, Action.CANCEL, State.CANCELLED, MAY_CANCEL),
    Transition(State.AGREED, Action.CANCEL, State.CANCELLED, MAY_CANCEL),
    Transition(State.SIGNING, Action.CANCEL, State.CANCELLED, MAY_CANCEL),
)

_BY_KEY = {(row.source, row.action): row for row in TRANSITIONS}

STATE_LABELS: dict[State, str] = {
    State.DRAFT: "Dự thảo",
    State.IN_REVIEW: "Đang lấy ý kiến",
    State.AGREED: "Đã thống nhất",
    State.SIGNING: "Đang ký",
    State.FINALISING: "Đang hoàn thiện",
    State.FINALISED: "Đã ban hành",
    State.CANCELLED: "Đã hủy",
}

ACTION_LABELS: dict[Action, str] = {
    Action.SAVE_DRAFT: "lưu dự thảo",
    Action.SUBMIT_FOR_REVIEW: "gửi lấy ý kiến",
    Action.ADD_COMMENT: "góp ý",
    Action.REPLY_TO_COMMENT: "trao đổi về góp ý",
    Action.ANSWER_COMMENT: "trả lời góp ý",
    Action.GIVE_VERDICT: "cho ý kiến",
    Action.AGREEMENT_REACHED: "ghi nhận thống nhất",
    Action.REVISE: "mở lại để sửa",
    Action.OPEN_SIGNING: "mở ký",
    Action.SIGN: "ký",
    Action.DECLINE_TO_SIGN: "từ chối ký",
    Action.ALL_SIGNED: "ghi nhận đủ chữ ký",
    Action.FINALISE: "hoàn thiện",
    Action.CANCEL: "hủy",
}


def find_transition(state: State, action: Action, role: Role) -> Transition:
    """The row for this move.

    Raises TransitionRefusedError when the state has no such action, NotAllowedError when the role may not take it.
    """
    row = _BY_KEY.get((state, action))
    if row is None:
        raise TransitionRefusedError(
            "transition-refused",
            f"Văn bản đang ở bước “{STATE_LABELS[state]}” nên không thể {ACTION_LABELS[action]}. "
            "Tải lại trang để xem việc cần làm tiếp.",
            f"The pledge is {state.value}, so it cannot take {action.value}. Reload the page to see what comes next.",
        )
    if role not in row.roles:
        raise NotAllowedError(
            "role-refused",
            f"Vai trò của Ông/Bà không được {ACTION_LABELS[action]}. Liên hệ Thư ký Khối nếu cần thay đổi phân công.",
            f"Role {role.value} may not {action.value}. Ask the coordinator if the assignment should change.",
        )
    return row


def allowed_actions(state: State, role: Role) -> frozenset[Action]:
    """Every action this role may take in this state."""
    return frozenset(row.action for row in TRANSITIONS if row.source is state and role in row.roles)
