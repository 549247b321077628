"""The draft as the typeset page it will be: never stored, always marked as a draft."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from werkzeug.wrappers import Response

from approval.adapters.page_images import render_page
from approval.adapters.pledge_print import bloc_header
from approval.adapters.typeset_input import PartyPrint
from approval.domain.document import TypesetDocument
from approval.domain.errors import PledgeError
from approval.domain.pledge_text_check import check_pledge_text
from approval.domain.reading_commands import HandedFile
from approval.domain.states import State
from approval.extensions import db, parts
from approval.queries.pledge_files import no_such_file
from approval.queries.pledge_page import PledgePage, load_pledge_page
from approval.queries.revision_text import parse_text
from approval.web.actor import current_viewer
from approval.web.downloads import attachment, shown
from approval.web.formatting import vn_date
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.editing import require_draft
from approval.web.pledges.editor_form import DraftForm
from approval.web.pledges.files import PAGE_WIDTH_PX, PDF, image_response
from approval.web.pledges.recording import handing_out

_PREVIEWED_STATES = frozenset({State.DRAFT, State.IN_REVIEW, State.AGREED})


@pledges.get("/<uuid:pledge_id>/tep/du-thao.pdf")
@policy(Policy.SIGNED_IN)
def preview_pdf(pledge_id: uuid.UUID) -> Response:
    """The text shown on the page, typeset, with the draft mark. 404 once there is a real file to read."""
    page = _previewed(pledge_id)
    pdf = _typeset(page).pdf
    handing_out(pledge_id, HandedFile.DRAFT)
    return attachment(pdf, f"{page.title} (dự thảo lần {page.shown_round}).pdf", mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/du-thao/trang/<int:number>.png")
@policy(Policy.SIGNED_IN)
def preview_image(pledge_id: uuid.UUID, number: int) -> Response:
    """One page (from 1) of the same preview."""
    pdf = _typeset(_previewed(pledge_id)).pdf
    try:
        return image_response(render_page(pdf, page=number - 1, width_px=PAGE_WIDTH_PX))
    except IndexError:
        raise no_such_file() from None


@pledges.post("/<uuid:pledge_id>/soan-thao/xem-truoc")
@policy(Policy.COORDINATOR)
def preview_unsaved(pledge_id: uuid.UUID) -> Response:
    """The editor's form as typed, typeset and shown; nothing is stored."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    require_draft(page)
    text = DraftForm.of_request().to_text(page.text)
    check_pledge_text(text)
    tools = parts()
    now = tools.clock.now()
    document = tools.typesetter.typeset_pledge(
        text,
        parties=tuple(PartyPrint(party.heading) for party in text.parties),
        header=bloc_header(superior=page.superior, bloc_name=page.bloc_name, test_notice=tools.authority.is_test),
        mark=f"DỰ THẢO – lần {page.round} – đang soạn, chưa lưu – ngày {vn_date(now)}",
        fixed_created=now,
    )
    return shown(document.pdf, f"{page.title} (đang soạn, chưa lưu).pdf", mimetype=PDF)


def preview_page_count(page: PledgePage) -> int:
    """How many pages the preview has; 0 when the text cannot be printed (the pre-flight says why)."""
    try:
        return _typeset(page).page_count
    except PledgeError:
        return 0


def _previewed(pledge_id: uuid.UUID) -> PledgePage:
    """A page marked as a draft must never be made of a text that people are signing or have signed."""
    page = load_pledge_page(db.session(), current_viewer(), pledge_id)
    if page.state not in _PREVIEWED_STATES:
        raise no_such_file()
    return page


@dataclass(frozen=True, slots=True)
class _Preview:
    """What decides the bytes of a preview, free of the session: the key it is remembered under."""

    content: bytes
    headings: tuple[str, ...]
    superior: str
    bloc_name: str
    mark: str
    created: datetime


def _typeset(page: PledgePage) -> TypesetDocument:
    return _typeset_once(
        _Preview(
            content=page.text.canonical_bytes(),
            headings=tuple(row.heading for row in page.board),
            superior=page.superior,
            bloc_name=page.bloc_name,
            mark=f"DỰ THẢO – lần {page.shown_round} – ngày {vn_date(page.shown_since)}",
            created=page.shown_since,
        )
    )


@lru_cache(maxsize=8)
def _typeset_once(preview: _Preview) -> TypesetDocument:
    """The same text is typeset once; page pictures of one preview come in a burst."""
    tools = parts()
    return tools.typesetter.typeset_pledge(
        parse_text(preview.content),
        parties=tuple(PartyPrint(heading) for heading in preview.headings),
        header=bloc_header(superior=preview.superior, bloc_name=preview.bloc_name, test_notice=tools.authority.is_test),
        mark=preview.mark,
        fixed_created=preview.created,
    )
