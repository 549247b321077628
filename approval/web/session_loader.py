"""Our session cookie: a random token whose row in the database decides, asked at every request."""

from __future__ import annotations

import hashlib

from flask import Flask, Request, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from approval.extensions import login_manager, parts
from approval.queries.session import SignedInPerson, find_session
from approval.services.touch_session import touch_session

_BOUND_TO = "bound_to"


def register_session_loader(app: Flask) -> None:
    """Teach Flask-Login to find people by our cookie only: no user id in Flask's session, no remember-me cookie."""
    login_manager.request_loader(load_person)
    app.before_request(bind_form_tokens)


def cookie_name() -> str:
    """`__Host-` makes browsers refuse the cookie from a sister domain, from a sub-path or without TLS."""
    return "__Host-session" if parts().settings.cookie_secure else "session_id"


def load_person(incoming: Request) -> SignedInPerson | None:
    """The person behind the cookie, None for a missing, ended or made-up one."""
    token = incoming.cookies.get(cookie_name())
    return find_session(token) if token else None


def bind_form_tokens() -> None:
    """Forget a CSRF secret that was made for another session: a planted form cookie is worth nothing.

    Also keeps the session of an active person from going idle.
    """
    if request.endpoint is None or request.endpoint.endswith("static"):
        return
    person = current_user._get_current_object()  # noqa: SLF001 - the documented way to leave the proxy
    token = person.session_token if isinstance(person, SignedInPerson) else ""
    mark = hashlib.sha256(b"form " + token.encode()).hexdigest()[:32] if token else ""
    if session.get(_BOUND_TO, "") != mark:
        kept = session.get("_flashes")
        session.clear()
        session[_BOUND_TO] = mark
        if kept:
            session["_flashes"] = kept
    if token:
        touch_session(token)


def set_session_cookie(response: Response, token: str) -> None:
    """Give the browser a token; it ends with the browser, the row's own ends count before that."""
    response.set_cookie(
        cookie_name(), token, secure=parts().settings.cookie_secure, httponly=True, samesite="Lax", path="/"
    )


def drop_session_cookie(response: Response) -> None:
    """Take the token back."""
    response.delete_cookie(
        cookie_name(), secure=parts().settings.cookie_secure, httponly=True, samesite="Lax", path="/"
    )
