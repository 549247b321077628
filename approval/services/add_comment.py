"""An agency's remark on one part of the text under review, with other words for it if it has any."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from approval.domain.anchors import words_at
from approval.domain.audit_event import EventType
from approval.domain.errors import InvalidInputError
from approval.domain.pledge_text import PledgeText
from approval.domain.review_commands import AddComment, Suggestion
from approval.domain.states import Action, State
from approval.domain.suggestion import apply_suggestion
from approval.domain.transitions import find_transition
from approval.models.comment import Comment
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.services.already_done import already_done
from approval.services.comment_standing import standing_comments
from approval.services.reason_text import composed_words, optional_words
from approval.services.signing_standing import require_acting_party, require_revision
from approval.services.stored_text import parse_stored_text
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work

LONGEST_REPLACEMENT = 20_000
MOST_COMMENTS = 200


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose comment it is, and on what."""

    pledge: Pledge
    revision: PledgeRevision
    party: PledgeParty


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said, cleaned; `replacement` is None when nothing is suggested."""

    body: str
    replacement: str | None


def add_comment(command: AddComment) -> int:
    """Store the comment and return its id; the pledge itself, and so its version, does not change.

    Raises InvalidInputError (body, replacement, quote, anchor), StaleTextError, AlreadyDoneError for the same comment
    again, TransitionRefusedError, NotAllowedError, NotFoundError.
    """
    words = _clean(command)
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(command.pledge_id)
        party = require_acting_party(uow.session, command.actor, pledge)
        find_transition(State(pledge.state), Action.ADD_COMMENT, command.actor.role)
        revision = require_revision(uow.session, pledge, number=command.revision_number, sha256=command.revision_sha256)
        _check_place(parse_stored_text(revision.content), command, words)
        place = _Place(pledge, revision, party)
        _refuse_same_again(uow, command, place, words)
        _refuse_too_many(uow, place)
        comment = _add(uow, command, place, words)
        uow.record(_event(place, comment, command))
        return comment.id


def _clean(command: AddComment) -> _Words:
    replacement = command.replacement
    if replacement is not None:
        replacement = composed_words(replacement, field="replacement", longest=LONGEST_REPLACEMENT)
    body = optional_words(command.body, field="body")
    if not body and replacement is None:
        raise InvalidInputError(
            "body-missing",
            "Chưa có nội dung góp ý; hãy ghi góp ý hoặc đề nghị sửa câu chữ rồi gửi lại.",
            "The comment is empty; write it, or suggest other words, then send again.",
            field="body",
        )
    return _Words(body, replacement)


def _check_place(text: PledgeText, command: AddComment, words: _Words) -> None:
    """The quoted words stand where the comment says, and the suggested ones could stand there."""
    try:
        part = words_at(text, command.anchor)
    except LookupError:
        raise _no_such_part() from None
    start = command.quote_start
    if (start is None) != (not command.quote) or (start is not None and not _stands(part, command.quote, start)):
        raise _no_such_words()
    if words.replacement is None:
        return
    if start is None:
        raise _no_such_words()
    if words.replacement == command.quote:
        raise InvalidInputError(
            "suggestion-changes-nothing",
            "Câu chữ đề nghị giống hệt câu chữ hiện có; hãy sửa lại, hoặc chỉ ghi góp ý.",
            "The suggested words are the words that stand there; change them, or only comment.",
            field="replacement",
        )
    _check_lines(text, command, Suggestion(start, command.quote, words.replacement))


def _stands(part: str, quote: str, start: int) -> bool:
    return start >= 0 and part.startswith(quote, start)


def _check_lines(text: PledgeText, command: AddComment, suggestion: Suggestion) -> None:
    try:
        apply_suggestion(text, command.anchor, suggestion)
    except ValueError:
        raise InvalidInputError(
            "suggestion-breaks-lines",
            "Tên văn bản và khối ký giữ nguyên số dòng; hãy viết câu chữ đề nghị trên một dòng.",
            "A title and a signature block keep their lines; write the suggested words on one line.",
            field="replacement",
        ) from None


def _no_such_part() -> InvalidInputError:
    return InvalidInputError(
        "part-missing",
        "Văn bản không có phần này. Tải lại trang rồi chọn phần cần góp ý.",
        "The text has no such part. Reload the page and choose the part to comment on.",
        field="anchor",
    )


def _no_such_words() -> InvalidInputError:
    return InvalidInputError(
        "quote-missing",
        "Câu chữ được trích không có ở phần này của văn bản. Tải lại trang, chọn lại câu chữ rồi gửi.",
        "The quoted words do not stand in this part. Reload the page, choose the words again and send.",
        field="quote",
    )


def _refuse_same_again(uow: UnitOfWork, command: AddComment, place: _Place, words: _Words) -> None:
    standing = uow.session.scalars(
        select(Comment).where(
            Comment.revision_id == place.revision.id,
            Comment.party_id == place.party.id,
            Comment.anchor == str(command.anchor),
            Comment.body == words.body,
            Comment.withdrawn_at.is_(None),
            Comment.verdict_words.is_(False),
        )
    )
    said = (command.quote_start, command.quote, words.replacement)
    for comment in standing:
        if (comment.quote_start, comment.quote, comment.replacement) == said:
            raise already_done(
                "comment-already-added", "gửi góp ý này", "sent this comment", done_at=comment.created_at
            )


def _refuse_too_many(uow: UnitOfWork, place: _Place) -> None:
    if standing_comments(uow.session, revision_id=place.revision.id, party_id=place.party.id) < MOST_COMMENTS:
        return
    raise InvalidInputError(
        "too-many-comments",
        f"Cơ quan đã có {MOST_COMMENTS} góp ý cho bản này, không thêm được nữa. Gộp hoặc rút bớt rồi gửi lại.",
        f"Your agency has {MOST_COMMENTS} comments on this text, the most there can be. Merge or withdraw some.",
        field="body",
    )


def _add(uow: UnitOfWork, command: AddComment, place: _Place, words: _Words) -> Comment:
    comment = Comment(
        pledge_id=place.pledge.id,
        revision_id=place.revision.id,
        party_id=place.party.id,
        person_id=command.actor.person_id,
        anchor=str(command.anchor),
        quote=command.quote,
        quote_start=command.quote_start,
        replacement=words.replacement,
        body=words.body,
        created_at=uow.now,
    )
    uow.session.add(comment)
    uow.session.flush()
    return comment


def _event(place: _Place, comment: Comment, command: AddComment) -> EventDraft:
    return EventDraft(
        type=EventType.COMMENT_ADDED,
        actor=command.actor,
        pledge=place.pledge,
        state_from=State(place.pledge.state),
        state_to=State(place.pledge.state),
        doc_sha256=place.revision.sha256,
        revision=place.revision.number,
        data={
            "anchor": comment.anchor,
            "body": comment.body,
            "comment_id": comment.id,
            "quote": comment.quote,
            "quote_start": comment.quote_start,
            "replacement": comment.replacement,
        },
    )
