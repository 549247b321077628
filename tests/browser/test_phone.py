"""What a small screen shows of a document: its heading whole and in order, its font, the work within reach."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from approval.domain.states import Role
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor

PHONE, DESK = 390, 1280


def box(found: Locator) -> dict[str, Any]:
    """Where an element lies; it must be on the page."""
    place = found.bounding_box()
    assert place is not None
    return dict(place)


def draft_of(browser: Browser, product: RunningProduct, width: int) -> Visitor:
    """The coordinator before the draft."""
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    visitor.open("/van-ban/")
    visitor.page.locator("th a").first.click()
    expect(visitor.page.locator(".sheet")).to_be_visible()
    return visitor


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_nation_stands_on_one_line_and_inside_the_sheet(
    browser: Browser, product: RunningProduct, width: int
) -> None:
    page = draft_of(browser, product, width).page
    nation, sheet = page.locator(".sheet__nation"), box(page.locator(".sheet"))
    lines = nation.evaluate("e => Math.round(e.offsetHeight / parseFloat(getComputedStyle(e).lineHeight))")
    assert lines == 1
    words = nation.evaluate(
        "e => { const r = document.createRange(); r.selectNodeContents(e); const b = r.getBoundingClientRect();"
        " return [b.left, b.right]; }"
    )
    assert sheet["x"] <= words[0]
    assert words[1] <= sheet["x"] + sheet["width"]


def test_on_a_phone_the_organ_comes_before_the_motto(browser: Browser, product: RunningProduct) -> None:
    page = draft_of(browser, product, PHONE).page
    tops = [box(page.locator(place))["y"] for place in (".sheet__org", ".sheet__motto", ".sheet__title")]
    assert tops == sorted(tops)


def test_the_coordinator_reaches_the_work_without_scrolling(browser: Browser, product: RunningProduct) -> None:
    visitor = draft_of(browser, product, PHONE)
    bar = visitor.page.get_by_role("complementary", name="Lối tắt đến việc của Thư ký Khối")
    visitor.page.locator(".sheet").evaluate("e => e.scrollIntoView({behavior: 'instant'})")
    expect(bar).to_be_in_viewport(ratio=1)
    bar.get_by_role("link").click()
    expect(visitor.page.get_by_role("button", name="Gửi lấy ý kiến lần 1")).to_be_in_viewport()
    visitor.look()
    assert visitor.faults == []
    expect(draft_of(browser, product, DESK).page.locator(".sign-bar")).to_be_hidden()


def test_documents_have_their_own_font_where_the_device_has_none(browser: Browser, product: RunningProduct) -> None:
    page = draft_of(browser, product, PHONE).page
    loaded = page.evaluate(
        "async () => { const faces = [...document.fonts].filter(f => f.family.includes('Tinos'));"
        " await Promise.all(faces.map(f => f.load())); return faces.map(f => f.status); }"
    )
    assert loaded == ["loaded"] * 3
