"""What every page shows around its own content: bloc, navigation, note of the test environment, asset addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from approval.config import Mode
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.queries.bloc_card import BlocCard, find_bloc_card
from approval.queries.session import SignedInPerson


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """One entry of the main navigation; `is_current` when the page below it is shown."""

    words: str
    url: str
    is_current: bool


def register_page_frame(app: Flask) -> None:
    """Give templates `frame` (see `page_frame`) and `asset('theme.css')`."""
    app.context_processor(page_frame)
    app.jinja_env.globals["asset"] = asset


def page_frame() -> dict[str, Any]:
    """Variables of the base layout: `bloc` (card or None), `navigation`, `uses_test_keys`, `is_embedded`."""
    person = signed_in_or_none()
    settings = parts().settings
    return {
        "person": person,
        "bloc": _bloc(person),
        "navigation": _navigation(person) if person else (),
        # Only the built-in test authority exists so far: every signature is a test signature.
        "uses_test_keys": True,
        "is_embedded": settings.mode is Mode.EMBEDDED,
    }


def signed_in_or_none() -> SignedInPerson | None:
    """The person signed in, for pages that also strangers see."""
    person: object = current_user._get_current_object()  # noqa: SLF001 - the documented way to leave the proxy
    return person if isinstance(person, SignedInPerson) else None


def asset(filename: str) -> str:
    """Address of one of our static files, with a mark of its content, so that a new version is fetched at once."""
    folder = current_app.static_folder
    return url_for("static", filename=filename, v=_mark(Path(folder or "", filename)))


@lru_cache(maxsize=32)
def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _belongs_to(endpoint: str) -> bool:
    """Whether the page shown lies below this entry: of its blueprint, or of one named after it ("admin_people")."""
    name = endpoint.partition(".")[0]
    shown = request.blueprint or ""
    return shown == name or shown.startswith(f"{name}_")


def _bloc(person: SignedInPerson | None) -> BlocCard | None:
    return find_bloc_card(db.session(), person.bloc_id if person else None)


def _navigation(person: SignedInPerson) -> tuple[NavigationLink, ...]:
    links = [("Việc cần xử lý", "inbox.index"), ("Văn bản", "pledges.index")]
    if person.role is Role.ADMINISTRATOR:
        links.append(("Quản trị", "admin.index"))
    if parts().settings.mode is Mode.EMBEDDED:
        links.append(("Hộp thư thử", "mailbox.index"))
    return tuple(
        NavigationLink(words, url_for(endpoint), _belongs_to(endpoint))
        for words, endpoint in links
        if endpoint in current_app.view_functions
    )
