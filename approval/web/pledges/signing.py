"""Signing: read the exact file, consent, give the PIN; or decline with a reason."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import DeclineToSign, SignPledge
from approval.domain.errors import (
    AlreadyDoneError,
    NotFoundError,
    PledgeError,
    TransitionRefusedError,
)
from approval.domain.states import State
from approval.extensions import db, parts
from approval.queries.signing_page import load_signing_page
from approval.services.decline_to_sign import decline_to_sign
from approval.services.sign_pledge import sign_pledge
from approval.web.actor import current_actor, current_viewer
from approval.web.errors import status_of
from approval.web.formatting import vn_datetime
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.pledges.blueprint import pledges
from approval.web.pledges.comparing import diff_since_opened
from approval.web.pledges.fields import line_field, number_field, text_field
from approval.web.pledges.recording import seen
from approval.web.pledges.typed import opened_revision

# Nothing on the signing page could help: these are answered by the page of the pledge, or by a redirect to it.
_NOT_HERE = (AlreadyDoneError, NotFoundError, TransitionRefusedError)


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
    except _NOT_HERE:
        raise
    except PledgeError as refusal:
        return _signing_page(pledge_id, refusal=refusal)
    tell("ok", "Đã ký. Biên nhận có trong nhật ký của văn bản.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


@pledges.post("/<uuid:pledge_id>/tu-choi-ky")
@policy(Policy.REPRESENTATIVE)
def decline(pledge_id: uuid.UUID) -> Response:
    """Refuse to sign; the pledge goes back to draft."""
    try:
        decline_to_sign(
            DeclineToSign(
                actor=current_actor(),
                pledge_id=pledge_id,
                revision_number=number_field("revision_number"),
                revision_sha256=text_field("revision_sha256"),
                reason=text_field("reason"),
            )
        )
    except _NOT_HERE:
        raise
    except PledgeError as refusal:
        return _signing_page(pledge_id, refusal=refusal)
    tell("ok", "Đã ghi nhận từ chối ký. Thư ký Khối và các cơ quan được thông báo kèm lý do.")
    return redirect(url_for("pledges.show", pledge_id=pledge_id), 303)


def _signing_page(pledge_id: uuid.UUID, *, refusal: PledgeError | None = None) -> Response:
    """The page to sign on; after a refusal with the choices and words of the form, never with the PIN."""
    now = parts().clock.now()
    view = load_signing_page(db.session(), current_viewer(), pledge_id, now=now, opened=opened_revision())
    if view.mine.signed_at is not None and view.page.state is State.SIGNING:
        raise AlreadyDoneError(
            "already-signed",
            f"Quý cơ quan đã ký văn bản này lúc {vn_datetime(view.mine.signed_at)}. Không cần làm gì thêm.",
            "Your agency has already signed this pledge. Nothing more is needed.",
            done_at=view.mine.signed_at,
        )
    seen(view.page)
    html = render_template(
        "pledges/sign.html",
        view=view,
        page=view.page,
        refusal=refusal,
        changes=diff_since_opened(view.page),
        chosen_authority=line_field("authority_id"),
        reason=text_field("reason"),
        now=now,
    )
    return Response(html, status=status_of(refusal) if refusal else 200, mimetype="text/html")
