"""What the editor's script asks for while somebody types: keep the form, look for slips."""

from __future__ import annotations

import uuid

from flask import Response as JsonResponse
from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.drafting_commands import DiscardWorkingCopy, SaveWorkingCopy
from approval.domain.errors import InvalidInputError, PledgeError, StaleTextError, TransitionRefusedError
from approval.extensions import db, parts
from approval.queries.draft_texts import list_saves
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.services.discard_working_copy import discard_working_copy
from approval.services.save_working_copy import save_working_copy
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.formatting import vn_time
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.editing import require_draft, seen_edit, seen_version
from approval.web.pledges.editor_form import FIELD_NAMES, DraftForm
from approval.web.pledges.proofing import proof_of_form


@pledges.post("/<uuid:pledge_id>/soan-thao/ban-nhap")
@policy(Policy.COORDINATOR)
def autosave(pledge_id: uuid.UUID) -> JsonResponse | tuple[JsonResponse, int]:
    """Keep the form as typed.

    JSON: `edit` (number of this autosave), `at` ("09:12"), `behind` (a sentence when somebody saved the draft since
    this form was opened, else ""). A refusal is `vi` under its status code: 409 another tab or no draft any more,
    422 too large.
    """
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    try:
        require_draft(page)
        number = save_working_copy(
            SaveWorkingCopy(
                actor=current_actor(),
                pledge_id=page.id,
                base_version=seen_version(),
                edit_number=seen_edit(),
                fields=_typed_fields(),
            )
        )
    except (StaleTextError, InvalidInputError, TransitionRefusedError) as refusal:
        return _refused(refusal)
    return jsonify(edit=number, at=vn_time(parts().clock.now()), behind=_behind(page))


@pledges.post("/<uuid:pledge_id>/soan-thao/ban-nhap/bo")
@policy(Policy.COORDINATOR)
def discard(pledge_id: uuid.UUID) -> Response:
    """Throw away what was typed and not saved."""
    discard_working_copy(DiscardWorkingCopy(current_actor(), pledge_id))
    tell("ok", "Đã bỏ bản đang gõ dở. Dự thảo đã lưu không đổi.")
    return redirect(url_for("pledges.edit", pledge_id=pledge_id), 303)


@pledges.post("/<uuid:pledge_id>/soan-thao/soat-loi")
@policy(Policy.COORDINATOR)
def proof(pledge_id: uuid.UUID) -> str:
    """The findings of the form as typed, as the parts of the page that show them."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    require_draft(page)
    form = DraftForm.of_request()
    return render_template("pledges/_proof_live.html", page=page, form=form, proof=proof_of_form(page, form), focus="")


def _typed_fields() -> dict[str, list[str]]:
    """The editor's own fields: nothing else that a client sends is stored."""
    names = [name for name in request.form if name in FIELD_NAMES or name.removeprefix("choice-").isdecimal()]
    return {name: request.form.getlist(name) for name in names}


def _refused(refusal: PledgeError) -> tuple[JsonResponse, int]:
    return jsonify(vi=refusal.vi, en=refusal.en), status_of(refusal)


def _behind(page: PledgePage) -> str:
    if page.version <= seen_version():
        return ""
    newer = next((save for save in list_saves(db.session(), page.id) if save.version > seen_version()), None)
    if newer is None:
        return ""
    return f"{newer.person_name} đã lưu bản mới lúc {vn_time(newer.saved_at)}; khi lưu sẽ thấy chỗ khác nhau."
