"""Drawing a signature with the mouse replaces the picture made from the name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from approval.extensions import db
from approval.models.signature_picture import SignaturePicture
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("width", [390, 1280])
def test_a_drawn_signature_becomes_the_picture(browser: Browser, product: RunningProduct, width: int) -> None:
    before = product.work(_pictures)
    person = Visitor.arrive(browser, product, product.representatives[0], width=width)
    person.open("/ho-so")
    canvas = person.page.locator("#ve-chu-ky canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    mouse = person.page.mouse
    mouse.move(box["x"] + 30, box["y"] + 40)
    mouse.down()
    for step in range(1, 20):
        mouse.move(box["x"] + 30 + step * 10, box["y"] + 40 + (step % 5) * 12)
    mouse.up()
    person.page.get_by_role("button", name="Dùng chữ ký vừa vẽ").click()
    expect(person.page.get_by_role("status").first).to_contain_text("Đã thay mẫu chữ ký")

    after = product.work(_pictures)
    assert person.leave() == []
    assert len(set(after.values()) - set(before.values())) == 1


def _pictures() -> dict[int, bytes]:
    return {row.person_id: row.png for row in db.session.query(SignaturePicture)}
