"""Quản trị: whom to tell when an agency stays silent."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.errors import InvalidInputError
from approval.domain.reminder_commands import SetSuperior
from approval.extensions import db
from approval.queries.superiors import SuperiorLine, find_superior, list_superiors
from approval.services.set_superior import set_superior
from approval.web.actor import current_actor
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell

admin_superiors = Blueprint("admin_superiors", __name__, url_prefix="/quan-tri/cap-tren")


@dataclass(frozen=True, slots=True)
class SuperiorForm:
    """What was typed; all blank removes the entry."""

    name: str
    title: str
    address: str

    @classmethod
    def of(cls, line: SuperiorLine) -> SuperiorForm:
        """The form that says what is entered."""
        return cls(line.name, line.title, line.address)

    @classmethod
    def read(cls) -> SuperiorForm:
        """The form of this request."""
        return cls(*(" ".join(request.form.get(name, "").split()) for name in ("name", "title", "address")))


@admin_superiors.get("")
@policy(Policy.ADMINISTRATOR)
def index() -> str:
    """Every agency."""
    return render_template("admin/superiors.html", lines=list_superiors(db.session()))


@admin_superiors.get("/<int:agency_id>")
@policy(Policy.ADMINISTRATOR)
def show_form(agency_id: int) -> Response:
    """One agency's superior."""
    line = find_superior(db.session(), agency_id)
    return _page(line, SuperiorForm.of(line))


@admin_superiors.post("/<int:agency_id>")
@policy(Policy.ADMINISTRATOR)
def change(agency_id: int) -> Response:
    """Enter, correct or remove; the typed words stay in the form when refused."""
    line, form = find_superior(db.session(), agency_id), SuperiorForm.read()
    try:
        set_superior(SetSuperior(current_actor(), agency_id, form.name, form.title, form.address))
    except InvalidInputError as refusal:
        return _page(line, form, refusal=refusal)
    removed = not form.address
    tell("ok", f"Đã {'bỏ' if removed else 'ghi'} cấp trên của {line.agency_name}.")
    return redirect(url_for("admin_superiors.index"), 303)


def _page(line: SuperiorLine, form: SuperiorForm, *, refusal: InvalidInputError | None = None) -> Response:
    html = render_template(
        "admin/superior.html",
        line=line,
        form=form,
        refusal=refusal.vi if refusal else "",
        field_at_fault=(refusal.field or "") if refusal else "",
    )
    return make_response(html, status_of(refusal) if refusal else 200)
