"""Bảng tổng hợp, tiếp thu, giải trình ý kiến: as a page, as PDF, as a Word file, and as kept in the evidence."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from functools import lru_cache

from flask import render_template, request
from werkzeug.wrappers import Response

from approval.adapters.clock import VIETNAM
from approval.adapters.opinion_sheet import COLUMNS, OpinionSheet, opinion_sheet
from approval.domain.reading_commands import HandedFile
from approval.extensions import db, parts
from approval.queries.opinion_files import kept_opinions
from approval.queries.opinion_table import OpinionsPage, load_opinions, no_such_round
from approval.web.actor import current_viewer
from approval.web.downloads import attachment
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.files import PDF
from approval.web.pledges.recording import handing_out
from approval.web.pledges.worklist import ALL_ROUNDS

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pledges.get("/<uuid:pledge_id>/tong-hop-y-kien")
@policy(Policy.SIGNED_IN)
def opinions(pledge_id: uuid.UUID) -> str:
    """The table of one round (`vong`) or of all."""
    page = _load(pledge_id)
    return render_template("pledges/opinions.html", page=page, sheet=_sheet(page, _today()), columns=COLUMNS)


@pledges.get("/<uuid:pledge_id>/tong-hop-y-kien.pdf")
@policy(Policy.SIGNED_IN)
def opinions_pdf(pledge_id: uuid.UUID) -> Response:
    """The same, typeset."""
    page = _load(pledge_id)
    pdf = _typeset(_sheet(page, _today()))
    handing_out(pledge_id, HandedFile.OPINIONS)
    return attachment(pdf, _name(page, "pdf"), mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/tong-hop-y-kien.docx")
@policy(Policy.SIGNED_IN)
def opinions_word(pledge_id: uuid.UUID) -> Response:
    """The same for a word processor."""
    page = _load(pledge_id)
    content = parts().opinion_word_file(_sheet(page, _today()), created=parts().clock.now())
    handing_out(pledge_id, HandedFile.OPINIONS)
    return attachment(content, _name(page, "docx"), mimetype=WORD)


@pledges.get("/<uuid:pledge_id>/tep/y-kien.pdf")
@policy(Policy.SIGNED_IN)
def kept_opinions_pdf(pledge_id: uuid.UUID) -> Response:
    """The table as it was kept when signing opened, named by its hash in the history."""
    files, title = kept_opinions(db.session(), current_viewer(), pledge_id)
    handing_out(pledge_id, HandedFile.OPINIONS, files.pdf_sha256)
    return attachment(parts().file_store.get(files.pdf_sha256), f"Bảng tổng hợp ý kiến – {title}.pdf", mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/tep/y-kien.json")
@policy(Policy.SIGNED_IN)
def kept_opinions_json(pledge_id: uuid.UUID) -> Response:
    """The data behind it: canonical JSON, for programs."""
    files, title = kept_opinions(db.session(), current_viewer(), pledge_id)
    content = parts().file_store.get(files.json_sha256)
    handing_out(pledge_id, HandedFile.OPINIONS, files.json_sha256)
    return attachment(content, f"Bảng tổng hợp ý kiến – {title}.json", mimetype="application/json")


def _load(pledge_id: uuid.UUID) -> OpinionsPage:
    asked = request.args.get("vong", "")
    raw = "" if asked == ALL_ROUNDS else asked
    if raw and not (raw.isascii() and raw.isdigit() and len(raw) <= len("999999")):
        raise no_such_round()
    now = parts().clock.now()
    return load_opinions(db.session(), current_viewer(), pledge_id, chosen=int(raw) if raw else None, now=now)


def _today() -> date:
    return parts().clock.now().astimezone(VIETNAM).date()


def _sheet(page: OpinionsPage, day: date) -> OpinionSheet:
    return opinion_sheet(
        page.table, page.rounds, superior=page.superior, bloc_name=page.bloc_name, place=page.place, day=day
    )


@lru_cache(maxsize=4)
def _typeset(sheet: OpinionSheet) -> bytes:
    """The same table of the same day is typeset once, dated by its day: same words, same bytes."""
    created = datetime(sheet.day.year, sheet.day.month, sheet.day.day, tzinfo=UTC)
    return parts().typesetter.typeset_opinions(sheet, fixed_created=created)


def _name(page: OpinionsPage, suffix: str) -> str:
    which = f" (lần {page.chosen})" if page.chosen else ""
    return f"Bảng tổng hợp ý kiến – {page.title}{which}.{suffix}"
