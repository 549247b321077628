"""The texts a draft has had: who saved which, and how any two differ."""

from __future__ import annotations

import re
import uuid

from flask import render_template, request

from approval.domain.states import Action
from approval.extensions import db
from approval.queries.draft_texts import DraftSave, list_saves, load_draft_text
from approval.queries.pledge_page import load_pledge_page
from approval.web.actor import current_viewer
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comparing import compared


@pledges.get("/<uuid:pledge_id>/soan-thao/lich-su")
@policy(Policy.COORDINATOR)
def draft_history(pledge_id: uuid.UUID) -> str:
    """The list, and the comparison of versions `tu` and `den`; without them, of the last two."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    saves = list_saves(db.session(), page.id)
    old, new = _chosen("tu", saves, 1), _chosen("den", saves, 0)
    texts = [load_draft_text(db.session(), page.id, save.version) for save in (old, new) if save]
    diff = compared(texts[0].text, texts[1].text) if len(texts) == 2 and texts[0] and texts[1] else None  # noqa: PLR2004
    return render_template(
        "pledges/draft_history.html",
        page=page,
        saves=saves,
        old=old,
        new=new,
        diff=diff,
        may_edit=Action.SAVE_DRAFT in page.actions,
    )


def _chosen(name: str, saves: tuple[DraftSave, ...], otherwise: int) -> DraftSave | None:
    raw = request.args.get(name, "")
    if re.fullmatch(r"\d{1,9}", raw):
        return next((save for save in saves if save.version == int(raw)), None)
    return saves[min(otherwise, len(saves) - 1)] if saves else None
