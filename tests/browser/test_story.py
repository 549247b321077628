"""The whole story in a browser: draft, review, five people on phones and desks, the finished document."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from approval.domain.document import Finding
from approval.domain.states import Role
from approval.extensions import parts
from approval.services.seed_embedded import SeedAccount
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor
from worker.finalise_due import finalise_due

PHONE, DESK = 390, 1280


@pytest.mark.parametrize(
    "widths",
    [
        pytest.param((PHONE, DESK), id="both"),
        pytest.param((PHONE,), id="phones", marks=pytest.mark.campaign),
        pytest.param((DESK,), id="desks", marks=pytest.mark.campaign),
    ],
)
def test_five_people_agree_and_sign_and_the_document_is_finished(
    browser: Browser, product: RunningProduct, tmp_path: Path, widths: tuple[int, ...]
) -> None:
    """The five take turns at the widths, so that every step is taken at each."""
    people = tuple(zip(product.representatives, cycle(widths), strict=False))
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK)
    path = _send_for_review(coordinator)
    faults = [fault for account, width in people for fault in _agree(browser, product, account, path, width)]
    _open_signing(coordinator, path)
    for account, width in people:
        product.clock.forward(minutes=1)
        faults += _sign(browser, product, account, path, width)
    coordinator.open(path)
    expect(coordinator.page.get_by_role("heading", name="Đang hoàn thiện")).to_be_visible()
    assert product.work(finalise_due) == 1
    coordinator.open(path)
    expect(coordinator.page.get_by_role("link", name="Tải văn bản hoàn chỉnh")).to_be_visible()
    faults += coordinator.leave()
    for width in widths:
        first = Visitor.arrive(browser, product, product.representatives[0], width=width)
        first.open(path)
        faults += first.leave()
        file, seen = _look_on(browser, product, path, tmp_path, width)
        faults += seen

        assert file.name == "Bản giao ước thi đua năm 2024.pdf"
        content = file.read_bytes()
        assert product.work(partial(_finding, content)) is Finding.SOUND
    assert faults == []


def _look_on(browser: Browser, product: RunningProduct, path: str, folder: Path, width: int) -> tuple[Path, list[str]]:
    """The observer takes the document and reads the history."""
    observer = Visitor.arrive(browser, product, product.account(Role.OBSERVER), width=width)
    observer.open(path)
    with observer.page.expect_download() as download:
        observer.page.get_by_role("link", name="Tải văn bản hoàn chỉnh").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    observer.follow("Nhật ký")
    return file, observer.leave()


def _finding(content: bytes) -> Finding:
    return parts().validator.inspect(content).finding


def _send_for_review(coordinator: Visitor) -> str:
    coordinator.follow("Văn bản")
    coordinator.follow("Bản giao ước thi đua năm 2024")
    path = coordinator.page.url.removeprefix(coordinator.product.url)
    coordinator.page.get_by_label("Hạn cho ý kiến").fill("17:00 13/5/2024")
    coordinator.press("Gửi lấy ý kiến lần 1")
    expect(coordinator.page.get_by_role("status")).to_contain_text("Đã gửi lấy ý kiến")
    return path


def _agree(browser: Browser, product: RunningProduct, account: SeedAccount, path: str, width: int) -> list[str]:
    person = Visitor.arrive(browser, product, account, width=width)
    person.open(path)
    if width == PHONE:
        person.page.get_by_role("link", name="Cho ý kiến").click()
    person.page.get_by_text("Thống nhất", exact=True).last.click()
    person.press("Gửi ý kiến")
    expect(person.page.get_by_role("status").first).to_contain_text("Đã ghi nhận ý kiến")
    return person.leave()


def _open_signing(coordinator: Visitor, path: str) -> None:
    coordinator.open(path)
    coordinator.follow("Chuẩn bị mở ký")
    coordinator.page.get_by_text("Hệ thống điền phần còn trống").click()
    coordinator.page.get_by_role("textbox", name="Hạn ký").fill("17:00 15/5/2024")
    coordinator.press("Khóa nội dung và mở ký")
    expect(coordinator.page.get_by_role("status").first).to_contain_text("mở ký")


def _sign(browser: Browser, product: RunningProduct, account: SeedAccount, path: str, width: int) -> list[str]:
    person = Visitor.arrive(browser, product, account, width=width)
    person.open(path)
    person.follow("Đọc và ký")
    pages = person.page.locator(".pages img")
    for number in range(3):
        pages.nth(number).scroll_into_view_if_needed()
        assert pages.nth(number).evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
        # As wide as the screen but for margins: read here, not behind a tap.
        assert pages.nth(number).evaluate("image => image.clientWidth") >= min(0.85 * width, 600)
    person.page.get_by_label("Tôi đã đọc toàn văn 03 trang").check()
    person.page.get_by_label("Mã PIN ký số").fill(person.account.pin or "")
    person.press("Xác thực và ký số")
    # After the last signature the page asks again by itself, and a notice is shown once.
    expect(person.page.locator(".board__row--mine")).to_contain_text("Đã ký")
    return person.leave()
