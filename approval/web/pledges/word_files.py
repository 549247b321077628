"""A pledge to take away and edit in Word; brought back by the import, it reads the same."""

from __future__ import annotations

import uuid

from werkzeug.wrappers import Response

from approval.adapters.docx_writer import write_docx
from approval.adapters.pledge_print import bloc_header
from approval.domain.reading_commands import HandedFile
from approval.extensions import db
from approval.queries.word_copy import WordCopy, load_draft_copy, load_revision_copy
from approval.web.actor import current_viewer
from approval.web.downloads import attachment
from approval.web.formatting import vn_date
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.recording import handing_out

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_REVISIONS = 9999


@pledges.get(f"/<uuid:pledge_id>/tep/ban-<int(max={_MOST_REVISIONS}):number>.docx")
@policy(Policy.SIGNED_IN)
def revision_docx(pledge_id: uuid.UUID, number: int) -> Response:
    """One revision, from 1."""
    copy = load_revision_copy(db.session(), current_viewer(), pledge_id, number)
    handing_out(pledge_id, HandedFile.DRAFT_WORD)
    return _download(copy, f"{copy.text.title} (bản lần {number}).docx")


@pledges.get("/<uuid:pledge_id>/tep/du-thao.docx")
@policy(Policy.COORDINATOR)
def draft_docx(pledge_id: uuid.UUID) -> Response:
    """The working draft."""
    copy = load_draft_copy(db.session(), current_viewer(), pledge_id)
    handing_out(pledge_id, HandedFile.DRAFT_WORD)
    return _download(copy, f"{copy.text.title} (dự thảo lần {copy.round}).docx")


def _download(copy: WordCopy, name: str) -> Response:
    header = bloc_header(superior=copy.superior, bloc_name=copy.bloc_name, test_notice=False)
    content = write_docx(copy.text, header=header, mark=_mark(copy), moment=copy.saved_at)
    return attachment(content, name, mimetype=DOCX)


def _mark(copy: WordCopy) -> str:
    """A Word file carries no signature: it says so, or that it is a draft, at the top of every page."""
    if copy.is_signed:
        return "BẢN CHỮ, KHÔNG CÓ CHỮ KÝ"
    return f"DỰ THẢO – lần {copy.round} – ngày {vn_date(copy.saved_at)}"
