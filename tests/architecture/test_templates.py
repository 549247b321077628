"""Pages hold no script and no style of their own, and never call text safe: the content policy would block them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, templates, tracked_files

_FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>{}]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "text called safe": re.compile(r"\|\s*safe\b|Markup|autoescape\s+false"),
    "something from another host": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
}


@pytest.mark.parametrize("path", templates(), ids=str)
def test_page_holds_nothing_the_policy_forbids(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.parts[1] == "email":
        # A mail has no style sheet to link to and no content policy; it may still not call text safe.
        found = [what for what in ("text called safe", "an inline script") if _FORBIDDEN[what].search(text)]
    else:
        found = [what for what, pattern in _FORBIDDEN.items() if pattern.search(text)]
    assert not found


def test_every_page_that_changes_something_carries_a_csrf_token() -> None:
    form = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)
    bare = [
        str(path)
        for path in templates()
        for body in form.findall((ROOT / path).read_text(encoding="utf-8"))
        if not re.search(r"csrf_token|hidden_tag|form_token", body)
    ]
    assert not bare


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    sheets = [path for path in tracked_files() if path.suffix == ".css"]
    assert sheets
    foreign = re.compile(r"url\(\s*[\"']?(?:https?:|//|data:)|@import\s+[\"'](?:https?:|//)", re.IGNORECASE)
    assert not [str(path) for path in sheets if foreign.search((ROOT / path).read_text(encoding="utf-8"))]
