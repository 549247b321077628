"""What the coordinator does in the worklist: answer, take a suggestion, write back, answer many at once."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from approval.domain.anchors import Anchor
from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotFoundError, PledgeError
from approval.domain.review_commands import AnswerComment, ReplyToComment, TakeSuggestion
from approval.domain.states import AnswerKind
from approval.services.answer_comment import answer_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.take_suggestion import take_suggestion
from approval.web.actor import current_actor
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.fields import number_field
from approval.web.pledges.worklist import TypedAnswer, back_to, refused, typed_answer


@pledges.post("/<uuid:pledge_id>/gop-y/<int(max=2147483647):comment_id>/tra-loi")
@policy(Policy.COORDINATOR)
def answer(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """Say what became of a comment."""
    typed = typed_answer("answer", comment_id)
    try:
        _answer(pledge_id, comment_id, typed)
    except AlreadyDoneError as done:
        tell("note", done.vi)
    except NotFoundError:
        raise
    except PledgeError as refusal:
        return refused(pledge_id, refusal, typed)
    else:
        tell("ok", "Đã ghi câu trả lời. Cơ quan góp ý được báo qua thư trong ít phút.")
    return back_to(pledge_id, comment_id)


@pledges.post("/<uuid:pledge_id>/gop-y/<int(max=2147483647):comment_id>/tiep-thu")
@policy(Policy.COORDINATOR)
def take(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """Put the suggested words into the draft."""
    try:
        take_suggestion(
            TakeSuggestion(
                actor=current_actor(),
                pledge_id=pledge_id,
                comment_id=comment_id,
                expected_version=number_field("version"),
            )
        )
    except AlreadyDoneError as done:
        tell("note", done.vi)
    except NotFoundError:
        raise
    except PledgeError as refusal:
        return refused(pledge_id, refusal, TypedAnswer(comment_id, "take"))
    else:
        tell("ok", "Đã đưa đề nghị vào dự thảo và ghi là tiếp thu.")
    return back_to(pledge_id, comment_id)


@pledges.post("/<uuid:pledge_id>/tiep-thu/<int(max=2147483647):comment_id>/trao-doi")
@policy(Policy.COORDINATOR)
def write_back(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """Write below a comment without settling it."""
    typed = typed_answer("reply", comment_id)
    try:
        reply_to_comment(
            ReplyToComment(actor=current_actor(), pledge_id=pledge_id, comment_id=comment_id, body=typed.words)
        )
    except AlreadyDoneError as done:
        tell("note", done.vi)
    except NotFoundError:
        raise
    except PledgeError as refusal:
        return refused(pledge_id, refusal, typed)
    else:
        tell("ok", "Đã gửi trao đổi. Góp ý vẫn chờ câu trả lời.")
    return back_to(pledge_id, comment_id)


@pledges.post("/<uuid:pledge_id>/tiep-thu/tra-loi-nhieu")
@policy(Policy.COORDINATOR)
def answer_many(pledge_id: uuid.UUID) -> Response:
    """The same answer to several comments: in a large bloc many say the same."""
    typed = typed_answer("bulk")
    done = 0
    try:
        for comment_id in _chosen(typed):
            done += _answered(pledge_id, comment_id, typed)
    except NotFoundError:
        raise
    except PledgeError as refusal:
        if done:
            tell("note", f"Đã ghi câu trả lời cho {done:02d} góp ý trước khi gặp lỗi dưới đây.")
        return refused(pledge_id, refusal, typed)
    tell("ok", f"Đã ghi cùng một câu trả lời cho {len(typed.chosen):02d} góp ý.")
    return back_to(pledge_id, None)


def _answered(pledge_id: uuid.UUID, comment_id: int, typed: TypedAnswer) -> int:
    try:
        _answer(pledge_id, comment_id, typed)
    except AlreadyDoneError:
        return 0
    return 1


def _answer(pledge_id: uuid.UUID, comment_id: int, typed: TypedAnswer) -> None:
    kind = _kind(typed.kind)
    answer_comment(
        AnswerComment(
            actor=current_actor(),
            pledge_id=pledge_id,
            comment_id=comment_id,
            kind=kind,
            words=typed.words,
            # What is only explained shows nowhere in the text.
            place=None if kind is AnswerKind.EXPLAINED else _place(typed.place),
        )
    )


def _kind(raw: str) -> AnswerKind:
    if raw not in set(AnswerKind):
        raise InvalidInputError(
            "answer-missing",
            "Chưa chọn kết quả. Chọn Tiếp thu, Tiếp thu một phần hoặc Giải trình rồi gửi lại.",
            "Choose accepted, accepted in part or explained, then send again.",
            field="kind",
        )
    return AnswerKind(raw)


def _place(raw: str) -> Anchor | None:
    if not raw:
        return None
    try:
        return Anchor.parse(raw)
    except ValueError:
        raise InvalidInputError(
            "place-unreadable",
            "Nơi thể hiện không đúng. Chọn lại một phần của dự thảo rồi gửi.",
            "The place is none of the draft's parts. Choose one again, then send.",
            field="place",
        ) from None


def _chosen(typed: TypedAnswer) -> list[int]:
    if not typed.chosen:
        raise InvalidInputError(
            "no-comment-chosen",
            "Chưa đánh dấu góp ý nào. Đánh dấu các góp ý cần trả lời giống nhau rồi gửi lại.",
            "No comment is ticked. Tick those that get the same answer, then send again.",
            field="comment",
        )
    return sorted(typed.chosen)
