"""The style sheet stays within `img-src 'self'`: what Bootstrap draws with data: URLs is drawn with our own files."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.functional.conftest import Place

TEMPLATES = Path(__file__).parents[2] / "templates"
# What our pages use of the classes Bootstrap paints with a data: URL, and how the theme paints it instead.
PAINTED = {
    ".form-select": ".form-select",
    ".form-select.is-invalid": ".form-select.is-invalid",
    ".form-control.is-invalid": ".form-control.is-invalid",
    ".form-check-input:checked[type=checkbox]": '.form-check-input:checked[type="checkbox"]',
    ".form-check-input:checked[type=radio]": '.form-check-input:checked[type="radio"]',
}
# States nobody reaches: no dark theme, no script to set a box indeterminate or a form validated.
_NEVER = re.compile(r"dark|:indeterminate|was-validated|\.is-valid|:not|\[size")


def style_sheet(place: Place, address: str) -> str:
    """A style sheet as a browser gets it."""
    with place.visitor().get(address) as answer:
        assert answer.status_code == 200, address
        return answer.get_data(as_text=True)


def used_classes() -> set[str]:
    """Every word that stands in a class attribute of a template."""
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', path.read_text()):
            found.update(re.findall(r"[a-z][\w-]*", value))
    return found


def test_no_rule_our_pages_use_is_left_with_a_data_url(place: Place) -> None:
    vendor = style_sheet(place, "/bootstrap/static/css/bootstrap.min.css")
    selectors = re.findall(r"([^{}]+)\{[^{}]*url\([\"']?data:", vendor)
    assert selectors
    used = used_classes()
    reached = {
        one
        for group in selectors
        for one in group.split(",")
        if not _NEVER.search(one) and set(re.findall(r"\.([\w-]+)", one)) <= used
    }
    assert reached <= set(PAINTED)


@pytest.mark.parametrize("selector", PAINTED.values())
def test_theme_paints_it_from_a_file_of_ours(place: Place, selector: str) -> None:
    theme = style_sheet(place, "/static/theme.css")
    assert "data:" not in re.sub(r"/\*.*?\*/", "", theme, flags=re.DOTALL)
    painted = rf"^ *{re.escape(selector)} \{{[^}}]*background-image: (none|url\(\"\./([\w.]+)\"\))"
    rule = re.search(painted, theme, re.MULTILINE)
    assert rule, selector
    if rule[2]:
        with place.visitor().get(f"/static/{rule[2]}") as picture:
            assert picture.mimetype == "image/svg+xml"


def test_every_file_the_theme_names_is_served(place: Place) -> None:
    theme = style_sheet(place, "/static/theme.css")
    named = set(re.findall(r"url\(\"\./([\w./-]+)\"\)", theme))
    assert {name for name in named if name.endswith(".woff2")} == {
        f"fonts/Tinos-{style}.woff2" for style in ("Regular", "Bold", "Italic")
    }
    for name in sorted(named):
        with place.visitor().get(f"/static/{name}") as answer:
            assert answer.status_code == 200, name


def test_the_fonts_of_the_pages_are_those_named_in_their_origin(place: Place) -> None:
    """Nothing is carried whose origin and licence are not."""
    folder = Path(place.app.static_folder or "", "fonts")
    origin = (folder / "ORIGIN.md").read_text()
    fonts = list(folder.glob("*.woff2"))
    assert len(fonts) == 3
    for font in fonts:
        assert f"| {font.name} | {sha256(font.read_bytes()).hexdigest()} |" in origin
    assert (folder / "OFL.txt").read_text() == (TEMPLATES / "document" / "fonts" / "OFL.txt").read_text()
