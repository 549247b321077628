"""The editor as a page: form, findings, what was typed and not saved, who saved what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import make_response, render_template
from werkzeug.wrappers import Response

from approval.domain.errors import PledgeError
from approval.domain.pasted_text import describe_cleaning
from approval.extensions import db
from approval.queries.draft_texts import DraftSave, list_saves, load_draft_text
from approval.queries.pledge_page import PledgePage
from approval.queries.working_copy import WorkingCopyView
from approval.web.actor import signed_in
from approval.web.errors import status_of
from approval.web.pledges.comparing import compared
from approval.web.pledges.editor_form import DraftForm
from approval.web.pledges.merging import Overtaken
from approval.web.pledges.proofing import proof_of_form

# The editor's script keeps what is typed and asks for findings; both ways lead to this product only.
POLICY = "script-src 'self'; connect-src 'self'"


@dataclass(frozen=True, slots=True)
class SavedOver:
    """Somebody saved after the reader did: who, when, and the parts that differ from the reader's last text."""

    by: DraftSave
    mine: DraftSave
    parts: tuple[str, ...]


def editor_page(
    page: PledgePage,
    form: DraftForm,
    *,
    version: int,
    edit_number: int,
    unsaved: bool = True,
    offered: WorkingCopyView | None = None,
    error: PledgeError | None = None,
    notes: Sequence[str] = (),
    focus: str = "",
    overtaken: Overtaken | None = None,
) -> Response:
    """The page with this form. `version` and `edit_number` travel in it; `focus` is the id of the element to begin at.

    `offered` is an older working copy to go on with, `overtaken` what somebody else saved meanwhile.
    """
    saves = list_saves(db.session(), page.id)
    html = render_template(
        "pledges/edit.html",
        page=page,
        form=form,
        proof=proof_of_form(page, form),
        error=error,
        field_at_fault=getattr(error, "field", None) or "",
        unsaved=unsaved,
        version=version,
        edit_number=edit_number,
        offered=offered,
        notes=[note for note in (describe_cleaning(form.cleaned), *notes) if note],
        focus=focus,
        overtaken=overtaken,
        saves=saves,
        saved_over=None if overtaken else _saved_over(page, saves),
        parties_fixed=page.revision is not None,
    )
    response = make_response(html, status_of(error) if error else 200)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _saved_over(page: PledgePage, saves: Sequence[DraftSave]) -> SavedOver | None:
    reader = signed_in().person_id
    mine = next((save for save in saves if save.person_id == reader), None)
    if mine is None or mine is saves[0]:
        return None
    before = load_draft_text(db.session(), page.id, mine.version)
    if before is None:
        return None
    changed = compared(before.text, page.text).changed_sections
    return SavedOver(saves[0], mine, tuple(section.label for section in changed)) if changed else None
