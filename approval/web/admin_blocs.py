"""Quản trị: a new bloc and its agencies."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from approval.domain.errors import InvalidInputError
from approval.services.create_bloc import create_bloc
from approval.web.actor import current_actor
from approval.web.bloc_form import BlocForm
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell

admin_blocs = Blueprint("admin_blocs", __name__, url_prefix="/quan-tri/khoi")


@admin_blocs.get("/moi")
@policy(Policy.ADMINISTRATOR)
def show_form() -> Response:
    """An empty form."""
    return _page(BlocForm())


@admin_blocs.post("/moi")
@policy(Policy.ADMINISTRATOR)
def create() -> Response:
    """Make the bloc; the typed words stay in the form when it is refused."""
    form = BlocForm.read(request.form)
    try:
        create_bloc(form.command(current_actor()))
    except InvalidInputError as refusal:
        return _page(form, refusal=refusal)
    tell("ok", "Đã thêm khối thi đua. Bước tiếp theo: tạo tài khoản Thư ký và đại diện của từng cơ quan.")
    return redirect(url_for("admin.index", _anchor="khoi"), 303)


def _page(form: BlocForm, *, refusal: InvalidInputError | None = None) -> Response:
    html = render_template(
        "admin/new_bloc.html",
        form=form,
        refusal=refusal.vi if refusal else "",
        field_at_fault=(refusal.field or "") if refusal else "",
    )
    return make_response(html, status_of(refusal) if refusal else 200)
