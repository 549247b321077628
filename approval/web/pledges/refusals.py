"""A refused act on a pledge is answered by the pledge's own page, as it is now, with nothing of what was typed lost."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from approval.domain.errors import InvalidInputError, NotFoundError, PledgeError, StaleTextError, TransitionRefusedError
from approval.extensions import db
from approval.queries.pledge_page import load_pledge_page
from approval.web.actor import current_viewer
from approval.web.errors import answer_refusal, status_of
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.show import render_page
from approval.web.pledges.typed import Typed, opened_revision


@pledges.errorhandler(InvalidInputError)
@pledges.errorhandler(StaleTextError)
@pledges.errorhandler(TransitionRefusedError)
def show_pledge_again(refusal: PledgeError) -> Response:
    """The pledge page under the refusal; a stale form also sees what changed since it was opened."""
    pledge_id = (request.view_args or {}).get("pledge_id")
    if pledge_id is None:
        return answer_refusal(refusal)
    opened = opened_revision() if isinstance(refusal, StaleTextError) else None
    try:
        page = load_pledge_page(db.session(), current_viewer(), pledge_id, opened=opened)
    except NotFoundError as gone:
        return answer_refusal(gone)
    return render_page(page, refusal=refusal, typed=Typed.of_request(), status=status_of(refusal))
