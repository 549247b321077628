"""The pages around the pledge in a browser: readable and usable at both widths, by keyboard as well."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from approval.domain.states import Role
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("width", [390, 1280])
def test_profile_and_administration_have_no_grave_faults(browser: Browser, product: RunningProduct, width: int) -> None:
    signer = Visitor.arrive(browser, product, product.representatives[0], width=width)
    for path in ("/ho-so", "/van-ban/", "/khong-co-trang-nay"):
        signer.open(path)
    administrator = Visitor.arrive(browser, product, product.account(Role.ADMINISTRATOR), width=width)
    administrator.open("/quan-tri")
    administrator.page.get_by_text("Ghi nhận thẩm quyền mới").click()
    # The browser itself asks for what is missing, so nothing is sent.
    administrator.page.get_by_role("button", name="Ghi nhận thẩm quyền").click()
    administrator.look()
    for path in (
        "/quan-tri/khoi/moi",
        "/quan-tri/tai-khoan/moi",
        "/quan-tri/lich",
        "/quan-tri/cap-tren",
        "/quan-tri/cap-tren/1",
        "/quan-tri/viec-treo",
    ):
        administrator.open(path)
    assert signer.faults + administrator.faults == []


def test_first_tab_stop_skips_to_the_content(browser: Browser, product: RunningProduct) -> None:
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_have_text("Đến nội dung chính")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.url.endswith("#noi-dung")


def test_person_signs_out_from_the_menu(browser: Browser, product: RunningProduct) -> None:
    visitor = Visitor.arrive(browser, product, product.account(Role.OBSERVER), width=390)
    visitor.page.locator(".who > summary").click()
    visitor.press("Đăng xuất")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    expect(visitor.page.get_by_role("status")).to_contain_text("đã đăng xuất")
    visitor.page.go_back()
    visitor.page.reload()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    assert visitor.faults == []


def test_browser_refuses_to_frame_or_script_our_pages(browser: Browser, product: RunningProduct) -> None:
    """What the headers promise, seen from the browser: injected code does not run, and no site can frame a page."""
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    visitor.page.set_content(f'<iframe src="{product.url}/viec-can-xu-ly"></iframe>')
    visitor.page.wait_for_load_state("networkidle")
    frames = [frame.content() for frame in visitor.page.frames[1:]]
    assert not any("Việc cần xử lý" in content for content in frames)
    visitor.page.goto(f"{product.url}/viec-can-xu-ly")
    visitor.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.injected = 1';"
        " document.body.append(s); }"
    )
    assert visitor.page.evaluate("() => window.injected") is None
