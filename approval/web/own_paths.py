"""Where a person may be sent: only pages of this product, never an address that came from outside."""

from __future__ import annotations

import re

from flask import Request, current_app, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

# What a path of ours consists of. Everything else (backslash, control characters, a second leading slash, a colon, a
# percent sign that may hide one of these) is refused rather than cleaned: browsers mend addresses in surprising ways.
_OWN_PATH = re.compile(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/?)?(?:\?[A-Za-z0-9_.=&-]*)?(?:#[A-Za-z0-9_-]*)?")
_LONGEST = 500


def own_path(target: str | None) -> str | None:
    """`target` when it is a relative path that leads to a page of ours, else None."""
    if not target or len(target) > _LONGEST or not _OWN_PATH.fullmatch(target) or "/../" in f"{target}/":
        return None
    path = re.split(r"[?#]", target, maxsplit=1)[0]
    return target if _shows_a_page(path) else None


def nearest_page(request: Request) -> str | None:
    """The page to return to after signing in: this one if it can be shown, else the closest page above it."""
    if request.method in {"GET", "HEAD"}:
        return own_path(request.full_path.rstrip("?"))
    return page_above(request.path) if not _shows_a_page(request.path) else own_path(request.path)


def page_above(path: str) -> str:
    """The closest page above a path ("/van-ban/<id>/y-kien" → "/van-ban/<id>"), the task list if there is none."""
    above = path.rstrip("/").rpartition("/")[0]
    while above:
        if _shows_a_page(above) and own_path(above):
            return above
        above = above.rpartition("/")[0]
    return url_for("inbox.index")


def _shows_a_page(path: str) -> bool:
    adapter = current_app.url_map.bind("")
    try:
        adapter.match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
