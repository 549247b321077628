"""Deny by default: every endpoint declares who may call it, and one hook asks before any view runs."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from approval.config import Mode
from approval.domain.errors import NotAllowedError
from approval.domain.states import Role
from approval.extensions import csrf, parts
from approval.web.own_paths import nearest_page

View = TypeVar("View", bound=Callable[..., Any])


class Policy(StrEnum):
    """Who may call an endpoint. Roles name people who signed in; whether they may see *this* pledge is asked below."""

    PUBLIC = "public"
    EMBEDDED = "embedded"
    SIGNED_IN = "signed_in"
    COORDINATOR = "coordinator"
    REPRESENTATIVE = "representative"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"


class PolicyMissingError(RuntimeError):
    """An endpoint was about to go live without saying who may call it."""


# Style sheets and pictures carry nothing about anybody.
_PUBLIC_FILES = frozenset({"static", "bootstrap.static"})
_ATTRIBUTE = "approval_policies"


def policy(*allowed: Policy) -> Callable[[View], View]:
    """Declare who may call a view; several policies mean any of them. Write it below the route decorator."""
    if not allowed:
        raise PolicyMissingError("policy() without an argument allows nobody")

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, frozenset(allowed))
        return view

    return mark


def policies_of(app: Flask, endpoint: str) -> frozenset[Policy]:
    """What an endpoint declared. Raises PolicyMissingError when it declared nothing."""
    if endpoint in _PUBLIC_FILES:
        return frozenset({Policy.PUBLIC})
    declared: frozenset[Policy] = getattr(app.view_functions.get(endpoint), _ATTRIBUTE, frozenset())
    if not declared:
        raise PolicyMissingError(f"endpoint {endpoint!r} has no @policy(...); say who may call it")
    return declared


def check_policies(app: Flask) -> None:
    """Refuse to start while any endpoint lacks a policy."""
    for rule in app.url_map.iter_rules():
        policies_of(app, rule.endpoint)


def guard() -> Response | None:
    """Before each request: policy first, then the CSRF token of writing methods (so a stranger learns nothing).

    Anonymous people are sent to sign in; a wrong role gets 403; the embedded mode's pages do not exist elsewhere (404).
    """
    endpoint = request.endpoint
    if endpoint is None:
        return None
    allowed = policies_of(current_app, endpoint)
    answer = None if Policy.PUBLIC in allowed else _ask(allowed)
    if answer is None and request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        csrf.protect()
    return answer


def _ask(allowed: frozenset[Policy]) -> Response | None:
    if Policy.EMBEDDED in allowed:
        return None if parts().settings.mode is Mode.EMBEDDED else abort(404)
    if not current_user.is_authenticated:
        return redirect(url_for("auth.show_sign_in", next=nearest_page(request)))
    if Policy.SIGNED_IN in allowed or _policy_of(current_user.role) in allowed:
        return None
    raise _wrong_role()


def _policy_of(role: Role) -> Policy:
    return Policy(role.value)


def _wrong_role() -> NotAllowedError:
    return NotAllowedError(
        "role-refused",
        "Trang này không thuộc phần việc của Ông/Bà. Trở về Việc cần xử lý, hoặc liên hệ Quản trị nếu cần thêm quyền.",
        "This page is not part of your role. Go back to your tasks, or ask the administrator for access.",
    )
