"""Downloads and page pictures of a pledge's stored files."""

from __future__ import annotations

import uuid
from functools import lru_cache

from flask import request
from werkzeug.wrappers import Response

from approval.adapters.page_images import render_page
from approval.domain.reading_commands import HandedFile
from approval.extensions import db, parts
from approval.queries.evidence_bundle import load_evidence_bundle
from approval.queries.pledge_files import (
    file_of_pledge,
    final_file,
    no_such_file,
    opened_file,
    renewed_file,
    stopped_file,
)
from approval.queries.verification_sheet import load_verification_sheet
from approval.web.actor import current_viewer
from approval.web.downloads import attachment, shown
from approval.web.guards import Policy, policy
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.recording import handing_out

PDF = "application/pdf"
PAGE_WIDTH_PX = 1240
"""150 dpi on A4: sharp on a phone at full zoom, about 100 kB a page."""


@pledges.get("/<uuid:pledge_id>/tep/hoan-chinh.pdf")
@policy(Policy.SIGNED_IN)
def final_pdf(pledge_id: uuid.UUID) -> Response:
    """The finished, sealed document."""
    sha256, title = final_file(db.session(), current_viewer(), pledge_id)
    return _stored(pledge_id, HandedFile.FINAL, sha256, f"{title}.pdf")


@pledges.get("/<uuid:pledge_id>/tep/ban-in.pdf")
@policy(Policy.SIGNED_IN)
def final_to_print(pledge_id: uuid.UUID) -> Response:
    """The same bytes, shown by the browser's own reader to be printed."""
    sha256, title = final_file(db.session(), current_viewer(), pledge_id)
    handing_out(pledge_id, HandedFile.FINAL_TO_PRINT, sha256)
    return shown(parts().file_store.get(sha256), f"{title}.pdf", mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/tep/phieu-xac-thuc.pdf")
@policy(Policy.SIGNED_IN)
def verification_sheet(pledge_id: uuid.UUID) -> Response:
    """The sheet that goes with the finished document: which file is meant, and a QR code to have it checked."""
    sheet = load_verification_sheet(db.session(), current_viewer(), pledge_id)
    tools = parts()
    pdf = tools.typesetter.typeset_verification(
        sheet,
        base_url=tools.settings.public_base_url,
        test_notice=tools.authority.is_test,
        fixed_created=sheet.finalised_at,
    )
    handing_out(pledge_id, HandedFile.VERIFICATION_SHEET)
    return attachment(pdf, f"Phiếu xác thực – {sheet.title}.pdf", mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/tep/gia-han.pdf")
@policy(Policy.SIGNED_IN)
def renewed_pdf(pledge_id: uuid.UUID) -> Response:
    """The finished document with its proof carried on: the published bytes and a newer time stamp behind them."""
    sha256, title = renewed_file(db.session(), current_viewer(), pledge_id)
    return _stored(pledge_id, HandedFile.RENEWED, sha256, f"{title} (đã gia hạn bằng chứng).pdf")


@pledges.get("/<uuid:pledge_id>/ho-so-chung-cu.zip")
@policy(Policy.SIGNED_IN)
def evidence(pledge_id: uuid.UUID) -> Response:
    """Everything that proves the pledge's story, to be checked without us."""
    bundle, title = load_evidence_bundle(db.session(), current_viewer(), pledge_id)
    handing_out(pledge_id, HandedFile.EVIDENCE)
    return attachment(bundle, f"{title} (hồ sơ chứng cứ).zip", mimetype="application/zip")


@pledges.get("/<uuid:pledge_id>/tep/ban-mo-ky.pdf")
@policy(Policy.SIGNED_IN)
def opened_pdf(pledge_id: uuid.UUID) -> Response:
    """The certified file as it was opened for signing: the text people sign, without their signatures."""
    sha256, title = opened_file(db.session(), current_viewer(), pledge_id)
    return _stored(pledge_id, HandedFile.OPENED, sha256, f"{title} (bản mở ký, chưa hoàn thiện).pdf")


@pledges.get("/<uuid:pledge_id>/tep/phien-ky-<int:number>-khong-hieu-luc.pdf")
@policy(Policy.COORDINATOR, Policy.ADMINISTRATOR)
def stopped_pdf(pledge_id: uuid.UUID, number: int) -> Response:
    """The file of a signing that stopped, with its void signatures: evidence, and named as such."""
    sha256, title = stopped_file(db.session(), current_viewer(), pledge_id, number)
    name = f"{title} (KHÔNG CÒN HIỆU LỰC, phiên ký lần {number} đã dừng).pdf"
    return _stored(pledge_id, HandedFile.STOPPED, sha256, name)


def _stored(pledge_id: uuid.UUID, file: HandedFile, sha256: str, name: str) -> Response:
    """A PDF of the store to keep, and the trace that it was taken."""
    handing_out(pledge_id, file, sha256)
    return attachment(parts().file_store.get(sha256), name, mimetype=PDF)


@pledges.get("/<uuid:pledge_id>/trang/<int:number>.png")
@policy(Policy.SIGNED_IN)
def page_image(pledge_id: uuid.UUID, number: int) -> Response:
    """One page (from 1) of the stored file whose SHA-256 is in `ban`."""
    sha256 = file_of_pledge(db.session(), current_viewer(), pledge_id, request.args.get("ban", ""))
    return image_response(_page_png(sha256, number - 1))


def image_response(png: bytes) -> Response:
    """A page picture."""
    return Response(png, mimetype="image/png")


@lru_cache(maxsize=128)
def _page_png(sha256: str, page: int) -> bytes:
    """Rendered once: a file named by its hash never changes."""
    try:
        return render_page(parts().file_store.get(sha256), page=page, width_px=PAGE_WIDTH_PX)
    except IndexError:
        raise no_such_file() from None
