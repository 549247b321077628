"""The coordinator's worklist of comments, and the table that comes of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.errors import PledgeError
from approval.domain.states import AnswerKind
from approval.extensions import db
from approval.queries.worklist import Worklist, load_worklist
from approval.queries.worklist_window import WorkFilter, WorkPlace
from approval.web.actor import current_viewer
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.fields import line_field, text_field

ALL_ROUNDS = "tat-ca"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """A refused form of the worklist: of which comment ("" for none), which form (answer, reply, bulk), as typed."""

    comment_id: int | None = None
    form: str = ""
    kind: str = ""
    words: str = ""
    place: str = ""
    chosen: frozenset[int] = field(default_factory=frozenset)

    def of(self, form: str, comment_id: int) -> bool:
        """Whether this is what was typed into that form of that comment."""
        return self.form == form and self.comment_id == comment_id


@pledges.get("/<uuid:pledge_id>/tiep-thu")
@policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
def worklist(pledge_id: uuid.UUID) -> Response:
    """Every comment of a round, part by part, with what can be done about it."""
    return _page(load_worklist(db.session(), current_viewer(), pledge_id, asked_filter(request.args)))


def refused(pledge_id: uuid.UUID, refusal: PledgeError, typed: TypedAnswer) -> Response:
    """The worklist as it is now under a refusal, with nothing of what was typed lost."""
    asked = asked_filter(request.form, in_focus=typed.comment_id)
    # The refused form may have read the draft of a moment ago.
    db.session().expire_all()
    return _page(load_worklist(db.session(), current_viewer(), pledge_id, asked), refusal=refusal, typed=typed)


def back_to(pledge_id: uuid.UUID, comment_id: int | None) -> Response:
    """To the same place of the same view."""
    asked = asked_filter(request.form, in_focus=comment_id)
    anchor = f"gop-y-{comment_id}" if comment_id else None
    return redirect(url_for("pledges.worklist", pledge_id=pledge_id, **address(asked), _anchor=anchor), 303)


def typed_answer(form: str, comment_id: int | None = None) -> TypedAnswer:
    """The fields of this request's form."""
    chosen = frozenset(int(raw) for raw in request.form.getlist("comment") if _NUMBER.fullmatch(raw))
    return TypedAnswer(comment_id, form, line_field("kind"), text_field("words"), line_field("place"), chosen)


def asked_filter(values: Mapping[str, str], *, in_focus: int | None = None) -> WorkFilter:
    """What an address or a form's hidden fields ask for; what is not understood is left out."""
    return WorkFilter(
        round=0 if values.get("vong") == ALL_ROUNDS else _number(values.get("vong")),
        only_waiting=values.get("chua") == "1",
        part=values.get("phan", ""),
        page=_number(values.get("trang")) or 1,
        in_focus=in_focus or _number(values.get("vua")),
    )


def address(asked: WorkFilter) -> dict[str, Any]:
    """The inverse of `asked_filter`: only what differs from the plain page."""
    found = {
        "vong": ALL_ROUNDS if asked.round == 0 else str(asked.round or ""),
        "chua": "1" if asked.only_waiting else "",
        "phan": asked.part,
        "trang": str(asked.page) if asked.page > 1 else "",
        "vua": str(asked.in_focus or ""),
    }
    return {name: value for name, value in found.items() if value}


@pledges.app_template_global("worklist_address")
def worklist_address(work: Worklist, **changes: Any) -> str:
    """The worklist's address with parts of the question changed: round, only_waiting, part, page."""
    asked = replace(work.asked, **{"part": work.shown, "page": 1, "in_focus": None, **changes})
    return url_for("pledges.worklist", pledge_id=work.id, **address(asked))


@pledges.app_template_global("work_place_address")
def work_place_address(work: Worklist, place: WorkPlace) -> str:
    """Where a comment stands, as a link within the same view."""
    fragment = f"gop-y-{place.comment_id}" if place.comment_id else f"phan-{place.part.replace(':', '-')}"
    return f"{worklist_address(work, part=place.part, page=place.page, in_focus=place.comment_id)}#{fragment}"


def _number(raw: str | None) -> int | None:
    return int(raw) if raw and _NUMBER.fullmatch(raw) else None


def _page(work: Worklist, *, refusal: PledgeError | None = None, typed: TypedAnswer | None = None) -> Response:
    html = render_template(
        "pledges/worklist.html",
        work=work,
        refusal=refusal,
        typed=typed or TypedAnswer(),
        view=address(replace(work.asked, part=work.shown, page=work.page, in_focus=None)),
        answer_kinds=tuple(AnswerKind),
        place_names=frozenset(str(place) for place in work.places),
        many_wait=sum(1 for item in work.items if item.waits and item.answerable) > 1,
    )
    return Response(html, status=status_of(refusal) if refusal else 200, mimetype="text/html")
