"""The worklist as its tests see it: what people said, the forms of one comment, what is stored."""

from __future__ import annotations

import uuid

from bs4 import Tag
from werkzeug.test import TestResponse

from approval.domain.anchors import Anchor
from approval.extensions import db
from approval.models.comment_answer import CommentAnswer
from approval.services.add_comment import add_comment
from tests.factories.review_comments import comment_command, suggest_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, open_form, tree


def work(pledge_id: uuid.UUID, query: str = "") -> str:
    """Address of the worklist."""
    return page_of(pledge_id, "tiep-thu") + query


def suggest(desk: Desk, pledge_id: uuid.UUID, who: int, *, quote: str, replacement: str) -> int:
    """The representative `who` suggests other words for some of clause 1."""
    actor = desk.house.representatives[who]
    return suggest_by(desk.place.app, pledge_id, actor, quote=quote, replacement=replacement)


def say(desk: Desk, pledge_id: uuid.UUID, who: int, body: str, part: str = "clause:1") -> int:
    """The representative `who` comments on a part."""
    actor = desk.house.representatives[who]
    command = comment_command(desk.place.app, pledge_id, actor, body, anchor=Anchor.parse(part))
    with desk.place.app.app_context():
        return add_comment(command)


def reopen(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The coordinator takes the pledge back to draft from the worklist."""
    form = open_form(desk.coordinator, work(pledge_id), page_of(pledge_id, "sua-lai"))
    assert form.send(reason="Tiếp thu góp ý.").status_code == 303


def answer_form(desk: Desk, pledge_id: uuid.UUID, comment_id: int, query: str = "") -> OpenForm:
    """The form that answers a comment."""
    return open_form(desk.coordinator, work(pledge_id, query), page_of(pledge_id, f"gop-y/{comment_id}/tra-loi"))


def take_form(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> OpenForm:
    """The button that takes a suggestion."""
    return open_form(desk.coordinator, work(pledge_id), page_of(pledge_id, f"gop-y/{comment_id}/tiep-thu"))


def card(answer: TestResponse, comment_id: int) -> Tag:
    """One comment on the page."""
    found = tree(answer).find(id=f"gop-y-{comment_id}")
    assert isinstance(found, Tag), f"no comment {comment_id} on the page"
    return found


def shown(answer: TestResponse) -> list[int]:
    """Ids of the comments on the page, in order."""
    return [int(str(found["id"]).removeprefix("gop-y-")) for found in tree(answer).select(".work-item")]


def answers(desk: Desk, comment_id: int) -> list[tuple[str, str, str | None, bool]]:
    """Kind, words, place and taken of the answers that count."""
    with desk.place.app.app_context():
        rows = db.session.query(CommentAnswer).filter_by(comment_id=comment_id, superseded_at=None)
        return [(row.kind, row.words, row.place, row.taken) for row in rows]
