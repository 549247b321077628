"""Comments: read them a part, an agency at a time; write, discuss and take back one's own."""

from __future__ import annotations

import re
import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.anchors import Anchor, words_at
from approval.domain.errors import AlreadyDoneError, NotFoundError, PledgeError, StaleTextError
from approval.domain.review_commands import AddComment, ReplyToComment, WithdrawComment
from approval.extensions import db
from approval.queries.comment_list import CommentChoice, load_comment_list, load_remark
from approval.queries.pledge_page import Comparison, PledgePage, load_pledge_page
from approval.services.add_comment import add_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.withdraw_comment import withdraw_comment
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comment_form import CommentForm
from approval.web.pledges.comparing import diff_since_opened
from approval.web.pledges.fields import number_field, text_field
from approval.web.pledges.notes import part_id, part_of_id
from approval.web.pledges.typed import opened_revision

# Nothing on the form's page could help: these are answered by the page of the pledge, or by a redirect to it.
_NOT_HERE = (AlreadyDoneError, NotFoundError)
_READERS = (Policy.REPRESENTATIVE, Policy.COORDINATOR, Policy.ADMINISTRATOR)


@pledges.get("/<uuid:pledge_id>/gop-y")
@policy(*_READERS)
def comments(pledge_id: uuid.UUID) -> Response:
    """The comments of one part (`phan`) with the form for another, or all; of one agency (`cq`), unanswered (`xem`)."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    here = part_of_id(request.args.get("phan", ""))
    return _comments_page(page, _chosen_words(page, here) if here else None)


@pledges.post("/<uuid:pledge_id>/gop-y")
@policy(Policy.REPRESENTATIVE)
def add(pledge_id: uuid.UUID) -> Response:
    """Record a comment on one part of the revision named in the form."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id, opened=opened_revision())
    form = CommentForm.of_request()
    try:
        add_comment(_command(page, form))
    except _NOT_HERE:
        raise
    except StaleTextError as refusal:
        return _comments_page(page, _on_newer_text(page, form), refusal)
    except PledgeError as refusal:
        return _comments_page(page, form, refusal)
    tell("ok", "Đã gửi góp ý. Thư ký Khối và các cơ quan đọc được ngay; Quý cơ quan được báo khi có trả lời.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id, _anchor=part_id(form.here)), 303)


@pledges.get("/<uuid:pledge_id>/gop-y/<int:comment_id>")
@policy(*_READERS)
def comment(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """One comment with its whole exchange, and what the reader may do with it."""
    return _comment_page(pledge_id, comment_id)


@pledges.post("/<uuid:pledge_id>/gop-y/<int:comment_id>/trao-doi")
@policy(Policy.REPRESENTATIVE, Policy.COORDINATOR)
def reply(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """Write below a comment."""
    try:
        reply_to_comment(ReplyToComment(current_actor(), pledge_id, comment_id, text_field("body")))
    except _NOT_HERE:
        raise
    except PledgeError as refusal:
        return _comment_page(pledge_id, comment_id, refusal)
    tell("ok", "Đã gửi trao đổi.")
    return redirect(url_for("pledges.comment", pledge_id=pledge_id, comment_id=comment_id), 303)


@pledges.post("/<uuid:pledge_id>/gop-y/<int:comment_id>/rut")
@policy(Policy.REPRESENTATIVE)
def withdraw(pledge_id: uuid.UUID, comment_id: int) -> Response:
    """Take back an own comment that nobody has answered."""
    withdraw_comment(WithdrawComment(current_actor(), pledge_id, comment_id))
    tell("ok", "Đã rút góp ý.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


def _command(page: PledgePage, form: CommentForm) -> AddComment:
    words = _words_opened(page, form.here)
    start, quote, replacement = form.about(words) if words is not None else (None, "", None)
    return AddComment(
        actor=current_actor(),
        pledge_id=page.id,
        revision_number=number_field("revision_number"),
        revision_sha256=text_field("revision_sha256"),
        anchor=form.here,
        body=form.body,
        quote_start=start,
        quote=quote,
        replacement=replacement,
    )


def _words_opened(page: PledgePage, here: Anchor) -> str | None:
    """The part's words in the revision the form was opened on; None when there is no such part, or revision."""
    opened = opened_revision()
    revision = next((one for one in (page.revision, page.compare_to) if one and one.number == opened), None)
    try:
        return words_at(revision.text, here) if revision else None
    except LookupError:
        return None


def _on_newer_text(page: PledgePage, form: CommentForm) -> CommentForm:
    if page.compare_to is None or page.comparison is not Comparison.OPENED:
        return form
    return form.on_newer_text(page.compare_to.text, page.text)


def _chosen_words(page: PledgePage, here: Anchor) -> CommentForm | None:
    """The form about words chosen in the text (`tu`, `dai` on revision `ban`); None when the text has no such part."""
    try:
        words = words_at(page.text, here)
    except LookupError:
        return None
    start, length, number = (_whole_number(name) for name in ("tu", "dai", "ban"))
    is_current = page.revision is not None and number == page.revision.number
    return CommentForm.of_choice(here, words, start, length) if is_current else CommentForm(here)


def _whole_number(name: str) -> int:
    raw = request.args.get(name, "")
    return int(raw) if re.fullmatch(r"[0-9]{1,6}", raw) else 0


def _comments_page(page: PledgePage, form: CommentForm | None, refusal: PledgeError | None = None) -> Response:
    choice = CommentChoice(
        here=form.here if form else None,
        position=_whole_number("cq") or None,
        waiting=request.args.get("xem") == "cho",
        number=_whole_number("trang"),
    )
    html = render_template(
        "pledges/comments.html",
        page=page,
        form=form,
        words=_words_shown(page, form),
        choice=choice,
        found=load_comment_list(db.session(), page, choice),
        refusal=refusal,
        changes=diff_since_opened(page) if isinstance(refusal, StaleTextError) else None,
    )
    return Response(html, status=status_of(refusal) if refusal else 200, mimetype="text/html")


def _words_shown(page: PledgePage, form: CommentForm | None) -> str:
    try:
        return words_at(page.text, form.here) if form else ""
    except LookupError:
        return ""


def _comment_page(pledge_id: uuid.UUID, comment_id: int, refusal: PledgeError | None = None) -> Response:
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    html = render_template(
        "pledges/comment.html",
        page=page,
        remark=load_remark(db.session(), page, comment_id),
        refusal=refusal,
        typed=text_field("body") if refusal else "",
    )
    return Response(html, status=status_of(refusal) if refusal else 200, mimetype="text/html")
