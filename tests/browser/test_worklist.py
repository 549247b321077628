"""The coordinator answers a round in the browser by keyboard alone; no page on the way has a grave fault."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from approval.domain.anchors import Anchor
from approval.domain.commands import Actor
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.add_comment import add_comment
from approval.services.submit_for_review import submit_for_review
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor
from tests.factories.review_comments import comment_command, suggestion_command
from tests.factories.review_house import submit_command
from tests.factories.signing_house import SigningHouse

PHONE, DESK = 390, 1280
CLAUSE_3 = Anchor.parse("clause:3")


def actor_of(product: RunningProduct, email: str) -> Actor:
    """The person behind an account, as services know them."""
    with product.app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        return Actor(person.id, Role(person.role), person.agency_id, ip="127.0.0.1", user_agent="test")


def commented(product: RunningProduct) -> uuid.UUID:
    """The seed's pledge in review: two suggestions for the same words, one remark."""
    app = product.app
    coordinator = actor_of(product, product.account(Role.COORDINATOR).email)
    people = tuple(actor_of(product, account.email) for account in product.representatives)
    with app.app_context():
        pledge_id, bloc_id = db.session.execute(select(Pledge.id, Pledge.bloc_id)).one()
    house = SigningHouse(bloc_id, (), coordinator, coordinator, coordinator, people)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(command)
    said = [
        *(
            suggestion_command(app, pledge_id, who, quote=quote, replacement=replacement, anchor=CLAUSE_3)
            for who, quote, replacement in (
                (people[0], "âng cao chất lượng", "Nâng cao chất lượng"),
                (people[1], "âng cao", "Tiếp tục nâng cao"),
            )
        ),
        comment_command(app, pledge_id, people[2], "Cần nêu rõ chỉ tiêu về an sinh xã hội."),
    ]
    for one in said:
        with app.app_context():
            add_comment(one)
    return pledge_id


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.campaign)])
def test_a_round_is_answered_by_keyboard_alone(browser: Browser, product: RunningProduct, width: int) -> None:
    pledge_id = product.work(lambda: commented(product))
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    path, page = f"/van-ban/{pledge_id}", coordinator.page
    coordinator.open(f"{path}/tiep-thu")
    expect(page.get_by_role("heading", name="2 đề nghị cho cùng một chỗ")).to_be_visible()

    reach(coordinator, "Mở lại để sửa (lần 2)", "summary")
    page.keyboard.press("Enter")
    reach(coordinator, "Mở lại để sửa", "button")
    submit(coordinator)
    coordinator.open(f"{path}/tiep-thu")
    reach(coordinator, "Tiếp thu vào dự thảo", "button")
    submit(coordinator)
    expect(page.get_by_role("status").first).to_contain_text("Đã đưa đề nghị vào dự thảo")
    expect(page.get_by_text("Không còn áp dụng được")).to_be_visible()
    for words in ("Đã theo đề nghị của cơ quan khác.", "Chỉ tiêu ở kế hoạch năm."):
        reach(coordinator, "Góp ý chưa trả lời tiếp theo", "a")
        submit(coordinator)
        answer(coordinator, words)
    expect(page.get_by_text("Đã trả lời hết.")).to_be_visible()

    coordinator.follow("Bảng tổng hợp")
    expect(page.get_by_text("Đã đưa nguyên văn đề nghị vào dự thảo.")).to_be_visible()
    assert coordinator.leave() == []


def answer(coordinator: Visitor, words: str) -> None:
    """Explain the comment whose form is open: choose with the arrows, type, send."""
    page = coordinator.page
    reach(coordinator, "", "input[type=radio]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(words)
    reach(coordinator, "Ghi câu trả lời", "button")
    submit(coordinator)
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi câu trả lời")


def reach(coordinator: Visitor, words: str, selector: str) -> None:
    """Press Tab until the focus is on an element with these words: whatever cannot be reached so fails."""
    page = coordinator.page
    for _ in range(150):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "([selector, words]) => { const here = document.activeElement;"
            " return here.matches(selector) && here.innerText.trim().startsWith(words); }",
            [selector, words],
        )
        if found:
            return
    pytest.fail(f"no way to “{words}” by Tab")


def submit(coordinator: Visitor) -> None:
    """Press Enter and look at where it led."""
    with coordinator.page.expect_navigation():
        coordinator.page.keyboard.press("Enter")
    coordinator.look()
