"""Việc cần xử lý: the first page after signing in, two clicks from any act."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.extensions import db, parts
from approval.queries.inbox import load_inbox
from approval.web.actor import current_viewer
from approval.web.guards import Policy, policy

inbox = Blueprint("inbox", __name__)


@inbox.get("/")
@policy(Policy.SIGNED_IN)
def home() -> Response:
    """The front door leads to the task list."""
    return redirect(url_for("inbox.index"), 303)


@inbox.get("/viec-can-xu-ly")
@policy(Policy.SIGNED_IN)
def index() -> str:
    """What waits for this person; `?tat-ca=1` lists everything done as well."""
    tasks = load_inbox(
        db.session(), current_viewer(), now=parts().clock.now(), show_all_done=request.args.get("tat-ca") == "1"
    )
    return render_template("inbox/index.html", inbox=tasks, waiting_count=len(tasks.waiting))
