"""Signing: read the exact file, consent, give the PIN; or decline with a reason."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import DeclineToSign, SignPledge
from approval.domain.errors import AlreadyDoneError, InvalidInputError, PledgeError, StaleTextError
from approval.domain.states import State
from approval.extensions import db, parts
from approval.queries.signing_page import load_signing_page
from approval.services.decline_to_sign import decline_to_sign
from approval.services.sign_pledge import sign_pledge
from approval.web.actor import current_actor, current_viewer
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.fields import number_field, text_field


@pledges.get("/<uuid:pledge_id>/ky")
@policy(Policy.REPRESENTATIVE)
def sign_form(pledge_id: uuid.UUID) -> Response:
    """The signing page; somebody who signed already, or comes too late, is shown the pledge instead."""
    return _signing_page(pledge_id)


@pledges.post("/<uuid:pledge_id>/ky")
@policy(Policy.REPRESENTATIVE)
def sign(pledge_id: uuid.UUID) -> Response:
    """Put the person's signature on the file."""
    try:
        sign_pledge(
            SignPledge(
                actor=current_actor(),
                pledge_id=pledge_id,
                revision_number=number_field("revision_number"),
                revision_sha256=text_field("revision_sha256"),
                document_sha256=text_field("document_sha256"),
                authority_id=number_field("authority_id"),
                pin=request.form.get("pin", ""),
                consent=request.form.get("consent") == "yes",
            )
        )
    except (InvalidInputError, StaleTextError) as refusal:
        status = 409 if isinstance(refusal, StaleTextError) else 422
        return _signing_page(pledge_id, refusal=refusal, status=status)
    tell("ok", "Đã ký. Biên nhận có trong nhật ký của văn bản.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


@pledges.post("/<uuid:pledge_id>/tu-choi-ky")
@policy(Policy.REPRESENTATIVE)
def decline(pledge_id: uuid.UUID) -> Response:
    """Refuse to sign; the pledge goes back to draft."""
    reason = text_field("reason")
    try:
        decline_to_sign(
            DeclineToSign(
                actor=current_actor(),
                pledge_id=pledge_id,
                revision_number=number_field("revision_number"),
                revision_sha256=text_field("revision_sha256"),
                reason=reason,
            )
        )
    except InvalidInputError as refusal:
        return _signing_page(pledge_id, refusal=refusal, reason=reason, status=422)
    tell("ok", "Đã ghi nhận từ chối ký. Thư ký Khối và các cơ quan được thông báo kèm lý do.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


def _signing_page(
    pledge_id: uuid.UUID, *, refusal: PledgeError | None = None, reason: str = "", status: int = 200
) -> Response:
    now = parts().clock.now()
    view = load_signing_page(db.session(), current_viewer(), pledge_id, now=now)
    if view.mine.signed_at is not None and view.page.state is State.SIGNING:
        raise AlreadyDoneError(
            "already-signed",
            "Quý cơ quan đã ký văn bản này. Không cần làm gì thêm.",
            "Your agency has already signed this pledge. Nothing more is needed.",
            done_at=view.mine.signed_at,
        )
    html = render_template("pledges/sign.html", view=view, page=view.page, refusal=refusal, reason=reason, now=now)
    return Response(html, status=status, mimetype="text/html")
