"""The coordinator lets somebody else act for an agency, without JavaScript, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor

HEIR = "Phạm Thị Kế Nhiệm"


def add_heir(product: RunningProduct) -> None:
    """One more representative of the second agency."""

    def copy() -> None:
        model = db.session.scalars(select(Person).where(Person.email == product.representatives[1].email)).one()
        columns = {column.name: getattr(model, column.name) for column in Person.__table__.columns}
        del columns["id"]
        db.session.add(Person(**{**columns, "display_name": HEIR, "email": "ke-nhiem@bacgiang.example"}))
        db.session.commit()

    product.work(copy)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.campaign)])
def test_somebody_else_is_named_by_keyboard(browser: Browser, product: RunningProduct, width: int) -> None:
    add_heir(product)
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    coordinator.follow("Văn bản")
    coordinator.follow("Bản giao ước thi đua năm 2024")
    coordinator.press("Gửi lấy ý kiến lần 1")
    coordinator.follow("Thư nhắc và hạn")
    agency = product.representatives[1].agency or ""
    row = coordinator.page.locator(".remind", has=coordinator.page.get_by_role("heading", name=agency, exact=True))
    row.locator("summary", has_text="Đổi người đại diện").press("Enter")
    choice = row.get_by_label("Người đại diện mới")
    choice.focus()
    choice.press("ArrowDown")
    coordinator.press_in(row, "Đổi người đại diện")
    expect(coordinator.page.get_by_role("status")).to_contain_text("Đã đổi người đại diện")
    expect(row).to_contain_text(f"{HEIR}, đại diện từ")
    assert coordinator.leave() == []
