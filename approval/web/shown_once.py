"""The page that tells a drawn password or PIN: in the answer itself, so that no address, notice or log holds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import make_response, render_template
from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class ShownOnce:
    """What was done for whom, and the secrets: None for one that did not change."""

    heading: str
    display_name: str
    email: str
    password: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)


def show_once(secrets: ShownOnce) -> Response:
    """The page itself, not a redirect to one: it must not be possible to ask for it again."""
    return make_response(render_template("admin/shown_once.html", secrets=secrets))
