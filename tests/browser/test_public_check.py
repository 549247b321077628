"""A stranger at the checking page, on a phone and at a desk: sound, tampered, truncated and foreign files."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from approval.adapters.upload_judge import JudgeLimits, UploadJudge
from approval.domain.states import Role
from approval.extensions import parts
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor
from tests.factories.pki import signing_house
from tests.factories.signed_pledges import signed_pledge
from tests.factories.tampering import white_box
from tests.factories.uploaded_pdfs import signed_elsewhere


def files(folder: Path) -> dict[str, tuple[bytes, str, str]]:
    """Name → the bytes, the word expected, and what else must be said."""
    final = signed_pledge().final
    return {
        "nguyen-ven.pdf": (final, "Hợp lệ", "02 chữ ký và dấu niêm phong đều hợp lệ"),
        "bi-sua.pdf": (white_box(final), "Không hợp lệ", "đã bị thay đổi"),
        "bi-cat.pdf": (final[: len(final) // 2], "Không", "tệp"),
        "noi-khac.pdf": (signed_elsewhere(signing_house(folder)), "Không xác định", "không nhận ra nơi cấp"),
    }


def trust_the_signer() -> None:
    """The product believes the root of the files, as of the day they were made; a busy machine is no finding."""
    house = signed_pledge().house
    limits = JudgeLimits(wall_seconds=60, cpu_seconds=60)
    parts().upload_judge = UploadJudge(house.authority.trust_roots, house.clock, limits=limits)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_stranger_has_files_checked(browser: Browser, product: RunningProduct, width: int, tmp_path: Path) -> None:
    brought = product.work(lambda: files(tmp_path))
    product.work(trust_the_signer)
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN")
    stranger = Visitor(product, product.account(Role.OBSERVER), context.new_page())
    stranger.listen()
    stranger.open("/dang-nhap")
    stranger.follow("Kiểm tra văn bản đã ký")
    page = stranger.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiểm tra văn bản")
    for name, (content, word, said) in brought.items():
        page.locator("#tep").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
        stranger.press("Kiểm tra")
        expect(page.locator("#ket-qua-tieu-de")).to_contain_text(word)
        expect(page.locator("#ket-qua")).to_contain_text(said)
        expect(page.locator("#ket-qua")).to_contain_text(name)
    assert stranger.leave() == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_history_can_be_filtered(browser: Browser, product: RunningProduct, width: int) -> None:
    reader = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    reader.open("/van-ban/")
    reader.page.locator("th a").first.click()
    reader.open(f"{reader.page.url.removeprefix(product.url).partition('?')[0]}/nhat-ky")
    reader.page.get_by_label("Loại sự kiện").select_option(label="Tất cả")
    reader.press("Lọc")
    expect(reader.page.locator(".timeline")).to_contain_text("xem văn bản")
    reader.page.get_by_text("Tự kiểm tra, không cần tin máy chủ").click()
    reader.page.get_by_label("Từ ngày").fill("hôm qua")
    reader.press("Lọc")
    expect(reader.page.get_by_role("alert")).to_contain_text("Không hiểu ngày")
    assert reader.leave() == []
