"""Drafting: import a file, edit clause by clause."""

from __future__ import annotations

import re
import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import ImportPledge, SaveDraft
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    PledgeError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.states import Action
from approval.domain.text_diff import TextDiff, diff_texts
from approval.extensions import db
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.queries.pledge_sources import list_sources
from approval.queries.visible_pledge import no_such_pledge
from approval.services.import_pledge import import_pledge
from approval.services.save_draft import save_draft
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.editor_form import DraftForm
from approval.web.pledges.fields import number_field

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


@pledges.get("/<uuid:pledge_id>/soan-thao")
@policy(Policy.COORDINATOR)
def edit(pledge_id: uuid.UUID) -> str:
    """The editor."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    _require_draft(page)
    return _editor(page, DraftForm.of(page.text), version=page.version, unsaved=False)


@pledges.post("/<uuid:pledge_id>/soan-thao")
@policy(Policy.COORDINATOR)
def save(pledge_id: uuid.UUID) -> Page:
    """Save, or only change the structure of the form when a clause button was pressed; no refusal loses a word."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    form = DraftForm.of_request()
    try:
        _require_draft(page)
        seen = number_field("version")
        changed = form.restructured(request.form.get("do", ""))
        if changed is not None:
            return _editor(page, changed, version=seen)
        _save(page, form, seen)
    except InvalidInputError as refusal:
        return _editor(page, form, version=_seen_version(), error=refusal), status_of(refusal)
    except (StaleTextError, TransitionRefusedError) as refusal:
        return _conflict(pledge_id, form, refusal), status_of(refusal)
    except AlreadyDoneError as answer:
        tell("note", answer.vi)
    return redirect(url_for("pledges.edit", pledge_id=pledge_id), 303)


def _seen_version() -> int:
    # A damaged form must not turn into a blind overwrite: 0 is never a version, so the next save shows the difference.
    raw = request.form.get("version", "")
    return int(raw) if re.fullmatch(r"\d{1,9}", raw) else 0


def _save(page: PledgePage, form: DraftForm, seen: int) -> None:
    save_draft(SaveDraft(actor=current_actor(), pledge_id=page.id, expected_version=seen, text=form.to_text(page.text)))
    tell("ok", "Đã lưu dự thảo.")


def _require_draft(page: PledgePage) -> None:
    if Action.SAVE_DRAFT not in page.actions:
        raise TransitionRefusedError(
            "not-a-draft",
            "Văn bản không còn ở bước dự thảo nên không sửa được. Mở lại để sửa từ trang văn bản nếu cần.",
            "The pledge is no longer a draft. Reopen it from its page if it must change.",
        )


def _editor(
    page: PledgePage,
    form: DraftForm,
    *,
    version: int,
    unsaved: bool = True,
    error: PledgeError | None = None,
    conflict: TextDiff | None = None,
) -> str:
    return render_template(
        "pledges/edit.html",
        page=page,
        form=form,
        error=error,
        field_at_fault=getattr(error, "field", None) or "",
        unsaved=unsaved,
        version=version,
        conflict=conflict,
    )


def _conflict(pledge_id: uuid.UUID, form: DraftForm, refusal: PledgeError) -> str:
    """The typed text stays in the form; beside it, how the stored text differs from it. Saving again is a decision."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    try:
        differences = diff_texts(page.text, form.to_text(page.text))
    except InvalidInputError:
        differences = None
    return _editor(page, form, version=page.version, error=refusal, conflict=differences)
