"""The coordinator says what became of a comment: taken, taken in part, or explained."""

from __future__ import annotations

from approval.domain.anchors import words_at
from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError
from approval.domain.review_commands import AnswerComment
from approval.domain.states import Action, AnswerKind, State
from approval.domain.transitions import find_transition
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.services.already_done import already_done
from approval.services.comment_answers import NewAnswer, answer_data, put_answer
from approval.services.comment_standing import current_answer, require_comment, require_open_comment
from approval.services.reason_text import optional_words
from approval.services.signing_standing import require_coordinator_sight
from approval.services.stored_text import parse_stored_text
from approval.services.unit_of_work import EventDraft, unit_of_work


def answer_comment(command: AnswerComment) -> None:
    """Record the answer in place of an earlier one, and plan the letter that tells the agency.

    Raises InvalidInputError (words, place), AlreadyDoneError for the same answer again, TransitionRefusedError for a
    comment that is withdrawn or of a closed round, NotAllowedError, NotFoundError.
    """
    answer = _clean(command)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        require_coordinator_sight(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.ANSWER_COMMENT, command.actor.role)
        comment = require_comment(uow.session, pledge, command.comment_id)
        revision = require_open_comment(uow.session, pledge, comment)
        _check_place(pledge, command)
        previous = current_answer(uow.session, comment)
        _refuse_same_again(previous, command, answer)
        put_answer(uow, pledge, comment, answer, command.actor)
        uow.record(
            EventDraft(
                type=EventType.COMMENT_ANSWERED,
                actor=command.actor,
                pledge=pledge,
                state_from=State(pledge.state),
                state_to=State(pledge.state),
                doc_sha256=revision.sha256,
                revision=revision.number,
                data=answer_data(comment, answer, previous),
            )
        )


def _clean(command: AnswerComment) -> NewAnswer:
    words = optional_words(command.words, field="words")
    if not words and command.kind is not AnswerKind.ACCEPTED:
        raise InvalidInputError(
            "words-missing",
            "Cần ghi rõ phần tiếp thu, lý do giải trình để cơ quan góp ý hiểu; hãy nhập rồi gửi lại.",
            "Say in words what was taken and why the rest was not, then send again.",
            field="words",
        )
    return NewAnswer(command.kind, words, None if command.place is None else str(command.place))


def _check_place(pledge: Pledge, command: AnswerComment) -> None:
    if command.place is None:
        return
    try:
        words_at(parse_stored_text(pledge.draft_content), command.place)
    except LookupError:
        raise InvalidInputError(
            "place-missing",
            "Dự thảo không có phần đã chọn làm nơi thể hiện. Chọn phần khác, hoặc để trống, rồi gửi lại.",
            "The draft has no such part to show the answer in. Choose another one or none, then send again.",
            field="place",
        ) from None


def _refuse_same_again(previous: CommentAnswer | None, command: AnswerComment, answer: NewAnswer) -> None:
    if previous is None or previous.taken or previous.person_id != command.actor.person_id:
        return
    if (previous.kind, previous.words, previous.place) == (answer.kind.value, answer.words, answer.place):
        raise already_done(
            "comment-already-answered",
            "trả lời góp ý này như vậy",
            "gave this answer to the comment",
            done_at=previous.answered_at,
        )
