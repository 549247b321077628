"""One click puts the words an agency suggests into the draft and answers its comment with that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from approval.domain.anchors import Anchor, AnchorPart, words_at
from approval.domain.audit_event import EventType
from approval.domain.errors import TransitionRefusedError
from approval.domain.pledge_text import PledgeText
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.review_commands import Suggestion, TakeSuggestion
from approval.domain.states import Action, AnswerKind, State
from approval.domain.suggestion import apply_suggestion, carry_anchor, carry_suggestion
from approval.domain.transitions import find_transition
from approval.extensions import db, parts
from approval.models.comment import Comment
from approval.models.pledge import Pledge
from approval.services.already_done import already_done
from approval.services.comment_answers import NewAnswer, answer_data, put_answer
from approval.services.comment_standing import current_answer, require_comment, require_open_comment
from approval.services.draft_texts import keep_draft_text, write_draft_text
from approval.services.pledge_version import require_version
from approval.services.reason_text import optional_words
from approval.services.signing_standing import require_coordinator_sight, require_existing
from approval.services.stored_text import parse_stored_text
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, unit_of_work


@dataclass(frozen=True, slots=True)
class _Change:
    """The draft with the suggestion in it, and where that shows."""

    text: PledgeText
    place: Anchor


def take_suggestion(command: TakeSuggestion) -> None:
    """Change the draft and record the answer, in one change with one event.

    Raises TransitionRefusedError outside the draft state and when the words the suggestion is about no longer stand in
    the draft, StaleTextError when the draft was saved meanwhile, AlreadyDoneError when it is taken, InvalidInputError
    for a text that could not be saved, NotFoundError, NotAllowedError.
    """
    words = optional_words(command.words, field="words")
    change = _plan(command)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        # The version asked for is the one the change was made from.
        comment = _check(uow.session, pledge, command)
        previous = current_answer(uow.session, comment)
        write_draft_text(uow, pledge, change.text)
        row = transition_pledge(uow, pledge, Action.SAVE_DRAFT, command.actor.role)
        keep_draft_text(uow, pledge, command.actor.person_id)
        answer = NewAnswer(AnswerKind.ACCEPTED, words, str(change.place), taken=True)
        put_answer(uow, pledge, comment, answer, command.actor)
        uow.record(
            EventDraft(
                type=EventType.COMMENT_ANSWERED,
                actor=command.actor,
                pledge=pledge,
                state_from=row.source,
                state_to=row.target,
                doc_sha256=pledge.draft_sha256,
                data=answer_data(comment, answer, previous),
            )
        )


def _plan(command: TakeSuggestion) -> _Change:
    """The text to be, checked as a saved one is: the typesetter loads fonts, so this comes before the lock."""
    session = db.session()
    pledge = require_existing(session.get(Pledge, command.pledge_id, populate_existing=True))
    comment = _check(session, pledge, command)
    revision = require_open_comment(session, pledge, comment)
    change = _changed(parse_stored_text(revision.content), parse_stored_text(pledge.draft_content), comment)
    check_pledge_text(change.text)
    parts().typesetter.check_text(change.text)
    return change


def _check(session: Session, pledge: Pledge, command: TakeSuggestion) -> Comment:
    require_coordinator_sight(session, command.actor, pledge)
    find_transition(State(pledge.state), Action.SAVE_DRAFT, command.actor.role)
    comment = require_comment(session, pledge, command.comment_id)
    require_open_comment(session, pledge, comment)
    answer = current_answer(session, comment)
    if answer is not None and answer.taken:
        raise already_done(
            "suggestion-already-taken", "tiếp thu đề nghị này", "took this suggestion", done_at=answer.answered_at
        )
    require_version(pledge, command.expected_version)
    return comment


def _changed(commented: PledgeText, draft: PledgeText, comment: Comment) -> _Change:
    if comment.replacement is None or comment.quote_start is None:
        raise TransitionRefusedError(
            "no-suggestion",
            "Góp ý này không đề nghị câu chữ cụ thể. Sửa dự thảo rồi ghi kết quả tiếp thu.",
            "This comment suggests no words. Edit the draft, then answer the comment.",
        )
    anchor = Anchor.parse(comment.anchor)
    suggestion = Suggestion(comment.quote_start, comment.quote, comment.replacement)
    place = carry_anchor(commented, draft, anchor)
    if place is None:
        raise _words_gone()
    try:
        carried = carry_suggestion(words_at(commented, anchor), words_at(draft, place), suggestion)
        text = apply_suggestion(draft, place, carried)
    except (LookupError, ValueError):
        raise _words_gone() from None
    return _Change(text, place if len(text.clauses) == len(draft.clauses) else Anchor(AnchorPart.WHOLE))


def _words_gone() -> TransitionRefusedError:
    return TransitionRefusedError(
        "suggestion-words-gone",
        "Câu chữ mà góp ý đề nghị sửa không còn nguyên trong dự thảo. Sửa dự thảo bằng tay rồi ghi kết quả tiếp thu.",
        "The words this suggestion is about no longer stand in the draft. Edit the draft, then answer the comment.",
    )
