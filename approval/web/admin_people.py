"""Quản trị: a new account, its password and PIN drawn here and shown once."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from approval.adapters.key_store import generate_pin
from approval.adapters.passwords import generate_password
from approval.domain.errors import InvalidInputError
from approval.extensions import db
from approval.queries.blocs import list_blocs
from approval.services.account_words import clean_address
from approval.services.create_person import create_person
from approval.web.actor import current_actor
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.person_form import ROLES, PersonForm
from approval.web.shown_once import ShownOnce, show_once

admin_people = Blueprint("admin_people", __name__, url_prefix="/quan-tri/tai-khoan")

# What the services call them, and the field of this form.
_FIELDS = {"bloc_id": "place", "agency_id": "place"}


@admin_people.get("/moi")
@policy(Policy.ADMINISTRATOR)
def show_form() -> Response:
    """An empty form."""
    return _page(PersonForm())


@admin_people.post("/moi")
@policy(Policy.ADMINISTRATOR)
def create() -> Response:
    """Make the account and show its secrets; the typed words stay in the form when it is refused."""
    form = PersonForm.read(request.form)
    try:
        command = form.command(current_actor(), password=generate_password(), pin=generate_pin())
        create_person(command)
    except InvalidInputError as refusal:
        return _page(form, refusal=refusal)
    secrets = ShownOnce(
        "Đã tạo tài khoản", command.display_name, clean_address(command.email), command.password, command.pin
    )
    return show_once(secrets)


def _page(form: PersonForm, *, refusal: InvalidInputError | None = None) -> Response:
    field = (refusal.field or "") if refusal else ""
    html = render_template(
        "admin/new_person.html",
        form=form,
        roles=ROLES,
        blocs=list_blocs(db.session()),
        refusal=refusal.vi if refusal else "",
        field_at_fault=_FIELDS.get(field, field),
    )
    return make_response(html, status_of(refusal) if refusal else 200)
