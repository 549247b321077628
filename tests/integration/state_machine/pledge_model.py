"""What a pledge should do, written a second time and without a database: the oracle of the random walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from approval.domain.states import Action, Role, State, VerdictKind

TALKING_STATES = {State.DRAFT, State.IN_REVIEW, State.AGREED}
OPEN_STATES = {State.DRAFT, State.IN_REVIEW, State.AGREED, State.SIGNING}
AGREEING = {VerdictKind.AGREE, VerdictKind.AGREE_WITH_COMMENTS}


COORDINATED: dict[str, set[State]] = {
    Action.SAVE_DRAFT: {State.DRAFT},
    Action.SUBMIT_FOR_REVIEW: {State.DRAFT},
    Action.REVISE: {State.IN_REVIEW, State.AGREED},
    Action.OPEN_SIGNING: {State.AGREED},
}
# These name a comment, not a version or a revision.
TIMELESS: frozenset[str] = frozenset({Action.REPLY_TO_COMMENT, Action.ANSWER_COMMENT, "withdraw_comment"})


class Outcome(StrEnum):
    """One event and a change; a refusal in words; or a worker that quietly finds nothing to do."""

    DONE = "done"
    REFUSED = "refused"
    NOTHING = "nothing"


class Step(StrEnum):
    """What people do about comments beside the actions of the table."""

    WITHDRAW_COMMENT = "withdraw_comment"
    TAKE_SUGGESTION = "take_suggestion"


@dataclass(frozen=True)
class Attempt:
    """Somebody tries something. `who` counts the representatives; `stale` acts on an older page.

    `comment` is what they write; without it a comment suggests other words. `target` counts the pledge's comments.
    """

    action: Action | Step
    role: Role
    who: int = 0
    kind: VerdictKind = VerdictKind.AGREE
    comment: str = ""
    stale: bool = False
    target: int = 0


@dataclass
class Said:
    """A comment: what its revision's mark was and what it suggests in its place ("" for nothing)."""

    who: int
    revision: int
    body: str
    of_verdict: bool = False
    quote: str = ""
    replacement: str = ""
    withdrawn: bool = False
    answer: tuple[str, bool] | None = None
    last_reply: tuple[Role, int, str] | None = None


@dataclass
class PledgeModel:
    """The pledge as design §2 describes it."""

    parties: int
    state: State = State.DRAFT
    round: int = 1
    revision: int = 0
    answers: dict[int, tuple[VerdictKind, str, int]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    # The word of the text that suggestions are about: in the draft, and as sent out.
    mark: str = "first"
    sent_mark: str = "first"
    signed: set[int] = field(default_factory=set)

    @property
    def agreed(self) -> int:
        """How many agree to the current revision."""
        return sum(kind in AGREEING for kind, _comment, _count in self.answers.values())

    @property
    def waiting(self) -> list[int]:
        """The comments without an answer."""
        return [place for place, said in enumerate(self.said) if not said.withdrawn and said.answer is None]

    def judge(self, attempt: Attempt) -> Outcome:
        """What must come of an attempt now."""
        if attempt.action is Action.FINALISE:
            return Outcome.DONE if self.state is State.FINALISING else Outcome.NOTHING
        stale = attempt.stale and attempt.action not in TIMELESS
        return Outcome.DONE if self._may(attempt) and not stale else Outcome.REFUSED

    def apply(self, attempt: Attempt) -> None:
        """Follow an attempt that was judged DONE."""
        getattr(self, f"_{attempt.action.value}")(attempt)

    def _may(self, attempt: Attempt) -> bool:
        match attempt.action:
            case Action.SAVE_DRAFT | Action.SUBMIT_FOR_REVIEW | Action.REVISE | Action.OPEN_SIGNING:
                waits = attempt.action in {Action.SUBMIT_FOR_REVIEW, Action.OPEN_SIGNING} and bool(self.waiting)
                return self.state in COORDINATED[attempt.action] and attempt.role is Role.COORDINATOR and not waits
            case Action.CANCEL:
                return self.state in OPEN_STATES and attempt.role in {Role.COORDINATOR, Role.ADMINISTRATOR}
            case Action.GIVE_VERDICT | Action.ADD_COMMENT:
                may = self.state is State.IN_REVIEW and attempt.role is Role.REPRESENTATIVE
                return may and self._says_something_new(attempt)
            case Action.SIGN | Action.DECLINE_TO_SIGN:
                may = self.state is State.SIGNING and attempt.role is Role.REPRESENTATIVE
                return may and attempt.who not in self.signed
            case _:
                return self._may_about(attempt)

    def _says_something_new(self, attempt: Attempt) -> bool:
        standing = self._standing(attempt.who)
        if attempt.action is Action.ADD_COMMENT:
            # A suggestion always suggests something else here.
            return not attempt.comment or attempt.comment not in {said.body for said in standing}
        silent = attempt.kind is not VerdictKind.AGREE and not attempt.comment and not standing
        said = (attempt.kind, attempt.comment, len(standing))
        return not silent and self.answers.get(attempt.who) != said

    def _may_about(self, attempt: Attempt) -> bool:
        """What is done about one comment of the current round."""
        if attempt.target >= len(self.said):
            return False
        said = self.said[attempt.target]
        if said.withdrawn or said.revision != self.revision:
            return False
        match attempt.action:
            case Action.REPLY_TO_COMMENT:
                may = self.state in TALKING_STATES and attempt.role in {Role.COORDINATOR, Role.REPRESENTATIVE}
                return may and bool(attempt.comment) and said.last_reply != _reply(attempt)
            case Action.ANSWER_COMMENT:
                may = self.state in TALKING_STATES and attempt.role is Role.COORDINATOR
                return may and said.answer != (attempt.comment, False)
            case Step.TAKE_SUGGESTION:
                may = self.state is State.DRAFT and attempt.role is Role.COORDINATOR
                return may and bool(said.replacement) and said.quote == self.mark
            case Step.WITHDRAW_COMMENT:
                may = self.state is State.IN_REVIEW and attempt.role is Role.REPRESENTATIVE
                own = said.who == attempt.who and not said.of_verdict and said.answer is None
                return may and own and not self._verdict_rests_on_one(attempt.who)
            case _:
                raise LookupError(attempt.action)

    def _standing(self, who: int) -> list[Said]:
        """The comments on parts of the current revision that this agency lets stand."""
        mine = (said for said in self.said if said.who == who and said.revision == self.revision)
        return [said for said in mine if not said.withdrawn and not said.of_verdict]

    def _verdict_rests_on_one(self, who: int) -> bool:
        kind, comment, _count = self.answers.get(who, (VerdictKind.AGREE, "", 0))
        return kind is not VerdictKind.AGREE and not comment and len(self._standing(who)) == 1

    def _save_draft(self, _attempt: Attempt) -> None:
        """The text changes, the life does not."""

    def _submit_for_review(self, _attempt: Attempt) -> None:
        self.state, self.revision, self.answers = State.IN_REVIEW, self.revision + 1, {}
        self.sent_mark = self.mark

    def _add_comment(self, attempt: Attempt) -> None:
        said = Said(attempt.who, self.revision, attempt.comment)
        if not attempt.comment:
            said.quote, said.replacement = self.sent_mark, f"other {len(self.said)}"
        self.said.append(said)

    def _withdraw_comment(self, attempt: Attempt) -> None:
        self.said[attempt.target].withdrawn = True

    def _reply_to_comment(self, attempt: Attempt) -> None:
        self.said[attempt.target].last_reply = _reply(attempt)

    def _answer_comment(self, attempt: Attempt) -> None:
        self.said[attempt.target].answer = (attempt.comment, False)

    def _take_suggestion(self, attempt: Attempt) -> None:
        said = self.said[attempt.target]
        said.answer, self.mark = (attempt.comment, True), said.replacement

    def _give_verdict(self, attempt: Attempt) -> None:
        self.answers[attempt.who] = (attempt.kind, attempt.comment, len(self._standing(attempt.who)))
        self._keep_words(attempt)
        if self.agreed == self.parties:
            self.state = State.AGREED

    def _keep_words(self, attempt: Attempt) -> None:
        """The words of the verdict before go with it, unless they have been answered."""
        mine = [said for said in self.said if said.of_verdict and said.who == attempt.who and not said.withdrawn]
        before = [said for said in mine if said.revision == self.revision]
        for said in before:
            said.withdrawn = said.answer is None and said.body != attempt.comment
        if attempt.comment and attempt.comment not in {said.body for said in before}:
            self.said.append(Said(attempt.who, self.revision, attempt.comment, of_verdict=True))

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


def _reply(attempt: Attempt) -> tuple[Role, int, str]:
    return attempt.role, attempt.who if attempt.role is Role.REPRESENTATIVE else 0, attempt.comment
