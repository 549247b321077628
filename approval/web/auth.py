"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from approval.domain.commands import SignIn, SignOut
from approval.domain.errors import InvalidInputError, NotAllowedError
from approval.domain.pledge_text import to_nfc
from approval.extensions import limiter
from approval.services.sign_in import sign_in
from approval.services.sign_out import sign_out
from approval.web.actor import client_address, current_actor, signed_in
from approval.web.errors import status_of
from approval.web.guards import Policy, policy
from approval.web.notices import tell
from approval.web.own_paths import own_path
from approval.web.page_frame import signed_in_or_none
from approval.web.session_loader import drop_session_cookie, set_session_cookie

auth = Blueprint("auth", __name__)

# Far above what a person does; what stops guessing is the throttle in the database, this spares the hashing.
_ATTEMPTS = "30 per minute"


@auth.get("/dang-nhap")
@policy(Policy.PUBLIC)
def show_sign_in() -> AnyResponse:
    """The form, or straight on for somebody already signed in."""
    if signed_in_or_none() is not None:
        return redirect(_destination(), 303)
    return make_response(_form())


@auth.post("/dang-nhap")
@limiter.limit(_ATTEMPTS)
@policy(Policy.PUBLIC)
def enter() -> AnyResponse:
    """Check the password; a browser that was signed in loses that session first, so every sign-in has a new id."""
    email = to_nfc(request.form.get("email", "")).strip()
    command = SignIn(
        email=email,
        password=request.form.get("password", ""),
        ip=client_address(),
        user_agent=request.user_agent.string,
    )
    before = signed_in_or_none()
    actor = current_actor() if before else None
    try:
        token = sign_in(command)
    except (InvalidInputError, NotAllowedError) as error:
        return make_response(_form(email=email, refusal=error.vi), status_of(error))
    if before and actor:
        sign_out(SignOut(actor=actor, session_token=before.session_token))
    answer = redirect(_destination(), 303)
    set_session_cookie(answer, token)
    return answer


@auth.post("/dang-xuat")
@policy(Policy.SIGNED_IN)
def leave() -> AnyResponse:
    """End the session in the database, then clean the browser."""
    sign_out(SignOut(actor=current_actor(), session_token=signed_in().session_token))
    tell("ok", "Ông/Bà đã đăng xuất.")
    answer = redirect(url_for("auth.show_sign_in"), 303)
    drop_session_cookie(answer)
    # Not "cookies": it reaches the whole registrable domain and would sign people out of other systems.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _destination() -> str:
    return own_path(request.values.get("next")) or url_for("inbox.index")


def _form(*, email: str = "", refusal: str = "") -> str:
    return render_template("auth/sign_in.html", email=email, refusal=refusal, next=own_path(request.values.get("next")))
