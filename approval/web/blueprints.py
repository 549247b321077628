"""Puts every page of the product on an application, and refuses to start when one of them is unguarded."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from flask import Blueprint, Flask

from approval import web
from approval.web.errors import register_errors
from approval.web.formatting import register_formatting
from approval.web.guards import check_policies, guard
from approval.web.labels import register_labels
from approval.web.mail_links import register_mail_links
from approval.web.page_frame import register_page_frame
from approval.web.security_headers import register_security_headers
from approval.web.session_loader import register_session_loader
from approval.web.upload_size import register_upload_sizes
from approval.web.url_numbers import register_url_numbers


def register(app: Flask) -> None:
    """Headers, sessions, guards, words and every blueprint below `approval.web`.

    Raises PolicyMissingError when an endpoint does not say who may call it.
    """
    # Our guard asks for the form token after the policy; the extension's own hook would ask a stranger first.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # Words for people stay readable in /healthz as well.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    register_security_headers(app)
    register_session_loader(app)
    register_upload_sizes(app)
    app.before_request(guard)
    register_errors(app)
    register_formatting(app)
    register_labels(app)
    register_page_frame(app)
    register_mail_links(app)
    register_url_numbers(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    check_policies(app)


def _blueprints() -> Iterator[Blueprint]:
    """Each blueprint once, whichever modules of the room share it; a new page needs no line here to be found."""
    seen: dict[str, Blueprint] = {}
    for info in pkgutil.walk_packages(web.__path__, "approval.web."):
        module = importlib.import_module(info.name)
        seen.update({found.name: found for found in vars(module).values() if isinstance(found, Blueprint)})
    yield from seen.values()
