"""Quản trị: people, blocs, signing authorities, stuck work."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.commands import GrantAuthority, RevokeAuthority
from approval.domain.errors import AlreadyDoneError, InvalidInputError, NotAllowedError
from approval.extensions import db, parts
from approval.queries.blocs import list_blocs
from approval.queries.calendar_days import load_calendar
from approval.queries.people import list_people
from approval.queries.profile import list_authorities
from approval.queries.stuck_work import list_stuck_work
from approval.services.grant_authority import grant_authority
from approval.services.revoke_authority import revoke_authority
from approval.web.actor import current_actor
from approval.web.authority_form import AuthorityForm
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell

admin = Blueprint("admin", __name__, url_prefix="/quan-tri")


@admin.get("")
@policy(Policy.ADMINISTRATOR)
def index() -> Response:
    """Everything on one page."""
    return _page(AuthorityForm.blank(parts().clock.now()))


@admin.post("/tham-quyen")
@policy(Policy.ADMINISTRATOR)
def grant() -> Response:
    """Record an authority; the typed words stay in the form when it is refused."""
    form = AuthorityForm.read(request.form)
    try:
        grant_authority(
            GrantAuthority(
                actor=current_actor(),
                person_id=form.person(),
                kind=form.authority_kind(),
                position_title=form.position_title,
                document_reference=form.document_reference,
                valid_from=form.start(),
                valid_to=form.end(),
            )
        )
    except (InvalidInputError, NotAllowedError) as refusal:
        return _page(form, refusal=refusal)
    tell("ok", "Đã ghi nhận thẩm quyền ký.")
    return redirect(url_for("admin.index", _anchor="tham-quyen"), 303)


@admin.post("/tham-quyen/<int:authority_id>/thu-hoi")
@policy(Policy.ADMINISTRATOR)
def revoke(authority_id: int) -> Response:
    """End an authority now; signatures already made stay as they are."""
    try:
        revoke_authority(RevokeAuthority(actor=current_actor(), authority_id=authority_id))
        tell("ok", "Đã thu hồi thẩm quyền ký. Chữ ký đã có không thay đổi.")
    except AlreadyDoneError as answer:
        tell("note", answer.vi)
    return redirect(url_for("admin.index", _anchor="tham-quyen"), 303)


def _page(form: AuthorityForm, *, refusal: InvalidInputError | NotAllowedError | None = None) -> Response:
    now, session = parts().clock.now(), db.session()
    calendar = load_calendar(session) if parts().settings.quiet_hours else None
    html = render_template(
        "admin/index.html",
        people=list_people(session, now=now),
        blocs=list_blocs(session),
        authorities=list_authorities(session, now=now),
        stuck=list_stuck_work(session, now=now, calendar=calendar),
        form=form,
        refusal=refusal.vi if refusal else "",
        field_at_fault=getattr(refusal, "field", None) or "",
    )
    return make_response(html, status_of(refusal) if refusal else 200)
