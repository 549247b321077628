"""Editing a draft: open the editor, change the form's structure, take findings, merge, save."""

from __future__ import annotations

import re
import uuid

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import SaveDraft
from approval.domain.drafting_commands import DismissFinding, RestoreFinding
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.pasted_text import describe_cleaning
from approval.domain.states import Action
from approval.extensions import db
from approval.queries.draft_texts import load_draft_text
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.queries.working_copy import load_working_copy
from approval.services.dismiss_finding import dismiss_finding
from approval.services.restore_finding import restore_finding
from approval.services.save_draft import save_draft
from approval.web.actor import current_actor, current_viewer, signed_in
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.editor_form import DraftForm
from approval.web.pledges.editor_orders import rearranged
from approval.web.pledges.editor_page import editor_page
from approval.web.pledges.fields import number_field
from approval.web.pledges.merging import beside_stored, merged_with_stored, same_text, settled
from approval.web.pledges.proofing import ORDER, find_marked, part_of, with_suggestion

GOING_ON = "dang-go"
_GONE = "Chỗ này đã đổi, không còn lưu ý đó; chưa sửa gì."


@pledges.get("/<uuid:pledge_id>/soan-thao")
@policy(Policy.COORDINATOR)
def edit(pledge_id: uuid.UUID) -> Response:
    """The editor: of the draft, of an older text (`ban` = its version), or of what was typed and not saved."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    require_draft(page)
    wanted = request.args.get("ban", "")
    copy = load_working_copy(db.session(), page.id, signed_in().person_id)
    typed = DraftForm.of_fields(copy.fields) if copy else None
    if copy and typed and wanted == GOING_ON:
        return editor_page(page, typed, version=copy.base_version, edit_number=copy.edit_number)
    # A copy that says what was saved since (the last autosave outran the saving) is nothing to go on with.
    idle = typed is not None and not typed.conflicts and same_text(typed, page.text)
    offered = None if idle else copy
    edit_number = copy.edit_number if copy and idle else 0
    older = load_draft_text(db.session(), page.id, int(wanted)) if re.fullmatch(r"\d{1,9}", wanted) else None
    form = DraftForm.of(older.text if older else page.text)
    unsaved = older is not None and older.text != page.text
    return editor_page(
        page, form, version=page.version, edit_number=edit_number, unsaved=unsaved, offered=offered, notes=()
    )


@pledges.post("/<uuid:pledge_id>/soan-thao")
@policy(Policy.COORDINATOR)
def save(pledge_id: uuid.UUID) -> Response:
    """Save, or do what another of the form's buttons says; no refusal loses a word."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    form = DraftForm.of_request()
    try:
        require_draft(page)
        number_field("version")
        order = request.form.get("do", "save")
        return _save(page, form) if order == "save" else _obey(page, form, order)
    except InvalidInputError as refusal:
        return editor_page(page, form, version=seen_version(), edit_number=seen_edit(), error=refusal)
    except (StaleTextError, TransitionRefusedError) as refusal:
        # Afresh: the pledge is no longer what this request began with.
        page = load_pledge_page(db.session(), current_viewer(), pledge_id)
        is_draft = isinstance(refusal, StaleTextError)
        form, overtaken = (merged_with_stored if is_draft else beside_stored)(page, form, seen_version())
        return editor_page(
            page, form, version=page.version, edit_number=seen_edit(), error=refusal, overtaken=overtaken
        )


def _save(page: PledgePage, form: DraftForm) -> Response:
    form = settled(form)
    try:
        save_draft(
            SaveDraft(
                actor=current_actor(),
                pledge_id=page.id,
                expected_version=number_field("version"),
                text=form.to_text(page.text),
                edit_number=seen_edit(),
            )
        )
    except AlreadyDoneError as answer:
        tell("note", answer.vi)
    else:
        tell("ok", "Đã lưu dự thảo.")
        if cleaned := describe_cleaning(form.cleaned):
            tell("note", cleaned)
    return redirect(url_for("pledges.edit", pledge_id=page.id), 303)


def _obey(page: PledgePage, form: DraftForm, order: str) -> Response:
    """Any other order changes the form alone, and the page comes back with it."""
    focus, notes = "", []
    if order == "settle":
        form = settled(form)
        notes.append("Đã ghép. Đọc lại rồi bấm “Lưu dự thảo”.")
    elif match := ORDER.fullmatch(order):
        form, focus, note = _mind_finding(page, form, match[1], match[2], match[3] or "")
        notes.append(note)
    elif (changed := rearranged(form, order)) is not None:
        form, focus, notes = changed.form, changed.focus, [changed.note]
    elif order == "check":
        focus = "soat-loi"
    return editor_page(page, form, version=seen_version(), edit_number=seen_edit(), focus=focus, notes=notes)


def _mind_finding(
    page: PledgePage, form: DraftForm, verb: str, fingerprint: str, part: str
) -> tuple[DraftForm, str, str]:
    """The form, the id to begin at and a sentence, after a finding was taken, let stand or shown again."""
    if verb == "restore":
        return form, "soat-loi", _restore(page, fingerprint)
    mark = find_marked(page, form, fingerprint, part)
    if mark is None:
        return form, "soat-loi", _GONE
    focus = f"luu-y-{part_of(mark.finding.place)}"
    if verb == "take":
        return with_suggestion(form, mark), focus, ""
    return form, focus, _dismiss(page, mark.finding.rule, mark.finding.found, fingerprint)


def _dismiss(page: PledgePage, rule: str, found: str, fingerprint: str) -> str:
    try:
        dismiss_finding(DismissFinding(current_actor(), page.id, rule, found, fingerprint))
    except AlreadyDoneError as answer:
        return answer.vi
    return "Đã bỏ qua lưu ý này cho văn bản. Xem lại ở cuối phần Soát lỗi."


def _restore(page: PledgePage, fingerprint: str) -> str:
    try:
        restore_finding(RestoreFinding(current_actor(), page.id, fingerprint))
    except (AlreadyDoneError, NotFoundError) as answer:
        return answer.vi
    return "Lưu ý đã được hiện lại."


def require_draft(page: PledgePage) -> None:
    """Raise TransitionRefusedError when the viewer can no longer edit this pledge."""
    if Action.SAVE_DRAFT not in page.actions:
        raise TransitionRefusedError(
            "not-a-draft",
            "Văn bản không còn ở bước dự thảo nên không sửa được. Mở lại để sửa từ trang văn bản nếu cần.",
            "The pledge is no longer a draft. Reopen it from its page if it must change.",
        )


def seen_version() -> int:
    """The version the form was opened on; 0, which is never one, for a damaged form: it must not overwrite blindly."""
    return _number("version")


def seen_edit() -> int:
    """The number of the form's last autosave; 0 when there was none."""
    return _number("edit")


def _number(name: str) -> int:
    raw = request.form.get(name, "")
    return int(raw) if re.fullmatch(r"\d{1,9}", raw) else 0
