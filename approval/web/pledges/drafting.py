"""Drafting: import a file."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import ImportPledge
from approval.domain.errors import InvalidInputError, PledgeError
from approval.extensions import db
from approval.queries.pledge_sources import list_sources
from approval.queries.visible_pledge import no_such_pledge
from approval.services.import_pledge import import_pledge
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges

Page = str | Response | tuple[str, int]


@pledges.get("/nhap")
@policy(Policy.COORDINATOR)
def import_form() -> str:
    """Choose a file."""
    return _import_page()


@pledges.post("/nhap")
@policy(Policy.COORDINATOR)
def import_file() -> Page:
    """Make a draft from the chosen file; a file that is no pledge stores nothing."""
    upload = request.files.get("file")
    viewer = current_viewer()
    if viewer.bloc_id is None:
        raise no_such_pledge()
    try:
        pledge_id = import_pledge(
            ImportPledge(actor=current_actor(), bloc_id=viewer.bloc_id, content=upload.read() if upload else b"")
        )
    except InvalidInputError as refusal:
        return _import_page(refusal), status_of(refusal)
    tell("ok", "Đã tạo dự thảo từ tệp. Đọc lại từng khoản trước khi gửi lấy ý kiến.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


def _import_page(error: PledgeError | None = None) -> str:
    return render_template("pledges/import.html", error=error, sources=list_sources(db.session(), current_viewer()))
