"""What a pledge should do, written a second time and without a database: the oracle of the random walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from approval.domain.states import Action, Role, State, VerdictKind

OPEN_STATES = {State.DRAFT, State.IN_REVIEW, State.AGREED, State.SIGNING}
AGREEING = {VerdictKind.AGREE, VerdictKind.AGREE_WITH_COMMENTS}


class Outcome(StrEnum):
    """One event and a change; a refusal in words; or a worker that quietly finds nothing to do."""

    DONE = "done"
    REFUSED = "refused"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Attempt:
    """Somebody tries something. `who` counts the representatives; `stale` acts on an older page."""

    action: Action
    role: Role
    who: int = 0
    kind: VerdictKind = VerdictKind.AGREE
    comment: str = ""
    stale: bool = False


@dataclass
class PledgeModel:
    """The pledge as design §2 describes it."""

    parties: int
    state: State = State.DRAFT
    round: int = 1
    revision: int = 0
    answers: dict[int, tuple[VerdictKind, str]] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)

    @property
    def agreed(self) -> int:
        """How many agree to the current revision."""
        return sum(kind in AGREEING for kind, _comment in self.answers.values())

    def judge(self, attempt: Attempt) -> Outcome:
        """What must come of an attempt now."""
        if attempt.action is Action.FINALISE:
            return Outcome.DONE if self.state is State.FINALISING else Outcome.NOTHING
        return Outcome.DONE if self._may(attempt) and not attempt.stale else Outcome.REFUSED

    def apply(self, attempt: Attempt) -> None:
        """Follow an attempt that was judged DONE."""
        getattr(self, f"_{attempt.action.value}")(attempt)

    def _may(self, attempt: Attempt) -> bool:
        match attempt.action:
            case Action.SAVE_DRAFT | Action.SUBMIT_FOR_REVIEW:
                return self.state is State.DRAFT and attempt.role is Role.COORDINATOR
            case Action.REVISE:
                return self.state in {State.IN_REVIEW, State.AGREED} and attempt.role is Role.COORDINATOR
            case Action.OPEN_SIGNING:
                return self.state is State.AGREED and attempt.role is Role.COORDINATOR
            case Action.CANCEL:
                return self.state in OPEN_STATES and attempt.role in {Role.COORDINATOR, Role.ADMINISTRATOR}
            case Action.GIVE_VERDICT:
                same_again = self.answers.get(attempt.who) == (attempt.kind, attempt.comment)
                return self.state is State.IN_REVIEW and attempt.role is Role.REPRESENTATIVE and not same_again
            case Action.SIGN | Action.DECLINE_TO_SIGN:
                may = self.state is State.SIGNING and attempt.role is Role.REPRESENTATIVE
                return may and attempt.who not in self.signed
            case _:
                raise LookupError(attempt.action)

    def _save_draft(self, _attempt: Attempt) -> None:
        """The text changes, the life does not."""

    def _submit_for_review(self, _attempt: Attempt) -> None:
        self.state, self.revision, self.answers = State.IN_REVIEW, self.revision + 1, {}

    def _give_verdict(self, attempt: Attempt) -> None:
        self.answers[attempt.who] = (attempt.kind, attempt.comment)
        if self.agreed == self.parties:
            self.state = State.AGREED

    def _revise(self, _attempt: Attempt) -> None:
        self._back_to_draft()

    def _open_signing(self, _attempt: Attempt) -> None:
        self.state, self.signed = State.SIGNING, set()

    def _sign(self, attempt: Attempt) -> None:
        self.signed.add(attempt.who)
        if len(self.signed) == self.parties:
            self.state = State.FINALISING

    def _decline_to_sign(self, _attempt: Attempt) -> None:
        self._back_to_draft()

    def _finalise(self, _attempt: Attempt) -> None:
        self.state = State.FINALISED

    def _cancel(self, _attempt: Attempt) -> None:
        self.state, self.signed = State.CANCELLED, set()

    def _back_to_draft(self) -> None:
        self.state, self.round, self.answers, self.signed = State.DRAFT, self.round + 1, {}, set()
