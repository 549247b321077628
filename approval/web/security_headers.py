"""Headers on every response, errors and files included (OWASP ASVS 5.0 V3.4, V14.3)."""

from __future__ import annotations

from flask import Flask, Response, request

from approval.config import Mode
from approval.extensions import parts

# No script but our own file, and that on one page: what is not allowed cannot be injected.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": the CSRF check over TLS compares the Referer of our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
}
_STATIC_SECONDS = 3600
# Not for subdomains: the host may be one of a province's, and the others are not ours to decide for.
_HSTS = "max-age=63072000"


def register_security_headers(app: Flask) -> None:
    """Add the headers to whatever this application answers."""
    app.after_request(add_security_headers)


def add_security_headers(response: Response) -> Response:
    """A view's own Content-Security-Policy (such as `sandbox` for files) is added to ours; it never replaces it."""
    own = response.headers.get("Content-Security-Policy")
    response.headers["Content-Security-Policy"] = (
        f"{CONTENT_SECURITY_POLICY}; {own}" if own else CONTENT_SECURITY_POLICY
    )
    response.headers.update(_ALWAYS)
    response.headers["Cache-Control"] = _cache_control(response)
    settings = parts().settings
    if settings.mode is Mode.PRODUCTION and settings.cookie_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    return response


def _cache_control(response: Response) -> str:
    is_file = request.endpoint in {"static", "bootstrap.static"} and response.status_code in {200, 206, 304}
    return f"public, max-age={_STATIC_SECONDS}" if is_file else "no-store"
