"""Reading pledges: the list, and one pledge."""

from __future__ import annotations

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from approval.adapters.clock import VIETNAM
from approval.domain.deadlines import add_working_days, end_of_working_day
from approval.domain.draft_findings import is_taken_up_again
from approval.domain.errors import PledgeError
from approval.domain.reminder_policy import Stage
from approval.domain.states import Action, State
from approval.domain.year_move import pledge_year
from approval.extensions import db, parts
from approval.queries.comment_counts import load_comment_counts
from approval.queries.pledge_list import list_pledges
from approval.queries.pledge_notes import load_pledge_notes
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.web.actor import current_viewer
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comparing import page_diff
from approval.web.pledges.recording import seen
from approval.web.pledges.reminding_page import coming_reminders
from approval.web.pledges.typed import Typed, is_final

REVIEW_WORKING_DAYS = 5
FINALISING_RELOAD_SECONDS = 2
# From signing on the text is settled: the comments on it are history.
_DISCUSSED_STATES = frozenset({State.DRAFT, State.IN_REVIEW, State.AGREED})


@pledges.get("/")
@policy(Policy.SIGNED_IN)
def index() -> str:
    """All pledges the person may see."""
    return render_template("pledges/index.html", lines=list_pledges(db.session(), current_viewer()))


@pledges.get("/<uuid:pledge_id>")
@policy(Policy.SIGNED_IN)
def show(pledge_id: uuid.UUID) -> Response:
    """One pledge: document, board, and what the person can do now."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    seen(page)
    return render_page(page)


def render_page(
    page: PledgePage, *, refusal: PledgeError | None = None, typed: Typed | None = None, status: int = 200
) -> Response:
    """The pledge page; after a refused act with the words the person had typed still in the form."""
    typed = typed or Typed()
    now = parts().clock.now()
    notes = load_pledge_notes(db.session(), page) if page.state in _DISCUSSED_STATES else None
    html = render_template(
        "pledges/show.html",
        page=page,
        diff=page_diff(page),
        notes=notes,
        final_verdict=is_final(page, now),
        clean=request.args.get("xem") == "ban-sach",
        refusal=refusal,
        typed=typed,
        is_taken_up_again=is_taken_up_again(page.import_findings),
        next_year=(pledge_year(page.text) or page.created_at.astimezone(VIETNAM).year) + 1,
        homeless_words=typed.words if typed.is_homeless(page, now) else "",
        default_deadline=_default_deadline(),
        comment_counts=load_comment_counts(db.session(), page.id),
        reminders=(coming_reminders(page.id, Stage.REVIEW) if Action.SUBMIT_FOR_REVIEW in page.actions else None),
        now=now,
    )
    response = Response(html, status=status, mimetype="text/html")
    if page.may_comment:
        # Choosing words in the text is the page's one script; everything works without it.
        response.headers["Content-Security-Policy"] = "script-src 'self'"
    if page.state is State.FINALISING:
        # No script: the browser asks again by itself until the worker is done.
        response.headers["Refresh"] = str(FINALISING_RELOAD_SECONDS)
    return response


def _default_deadline() -> str:
    """Five working days from now, 17:00, as the form wants it typed."""
    last_day = add_working_days(parts().clock.now(), REVIEW_WORKING_DAYS).date()
    moment = end_of_working_day(last_day)
    return f"{moment:%H:%M} {moment.day:02d}/{moment.month}/{moment.year}"
