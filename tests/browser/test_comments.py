"""Choosing words on a phone, at a desk and by keyboard, and the verdict that collects the comments."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from approval.domain.commands import Actor, SaveDraft
from approval.domain.pledge_text import PledgeText
from approval.domain.states import Role
from approval.extensions import db
from approval.models.comment import Comment
from approval.models.pledge import Pledge
from approval.services.save_draft import save_draft
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor

PHONE, DESK = 390, 1280
# The words as a finger or a mouse would choose them, from one text node of a part into another.
CHOOSE = """([part, first, last]) => {
    const nodes = [];
    const walker = document.createTreeWalker(document.getElementById(part), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const from = nodes.find((node) => node.data.includes(first));
    const to = nodes.slice(nodes.indexOf(from)).find((node) => node.data.includes(last));
    const range = document.createRange();
    range.setStart(from, from.data.indexOf(first));
    range.setEnd(to, to.data.indexOf(last) + last.length);
    from.parentElement.scrollIntoView({ block: "center" });
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""
# Where a word stands in the window.
# Letters of a font that comes late move the words; after that the page is drawn twice and stands.
SETTLED = """() => document.fonts.ready.then(
    () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))"""
WHERE = """([part, word]) => {
    const walker = document.createTreeWalker(document.getElementById(part), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const start = walker.currentNode.data.indexOf(word);
        if (start < 0) continue;
        walker.currentNode.parentElement.scrollIntoView({ block: "center" });
        const range = document.createRange();
        range.setStart(walker.currentNode, start);
        range.setEnd(walker.currentNode, start + word.length);
        return range.getBoundingClientRect();
    }
}"""


def choose(page: Page, part: str, first: str, last: str) -> None:
    """Select from `first` to the end of `last` within a part."""
    page.evaluate(CHOOSE, [part, first, last])


def send_for_review(coordinator: Visitor) -> str:
    """The seed pledge goes out; its address."""
    coordinator.follow("Văn bản")
    coordinator.follow("Bản giao ước thi đua năm 2024")
    path = coordinator.page.url.removeprefix(coordinator.product.url)
    coordinator.page.get_by_label("Hạn cho ý kiến").fill("17:00 13/5/2024")
    coordinator.press("Gửi lấy ý kiến lần 1")
    return path


def mend() -> None:
    """The coordinator mends the third clause."""
    pledge = db.session.query(Pledge).one()
    text = PledgeText.from_dict(json.loads(pledge.draft_content))
    words = text.clauses[2].paragraphs[0].replace("không chế", "khống chế").replace("âng cao chất", "Nâng cao chất")
    clauses = (*text.clauses[:2], replace(text.clauses[2], paragraphs=(words,)), *text.clauses[3:])
    actor = Actor(pledge.created_by, Role.COORDINATOR, None)
    save_draft(SaveDraft(actor, pledge.id, pledge.version, replace(text, clauses=clauses)))


def stored(product: RunningProduct) -> list[tuple[str, int | None, str, str | None, str]]:
    """All comments: anchor, start, quote, replacement, body."""
    return product.work(
        lambda: [
            (row.anchor, row.quote_start, row.quote, row.replacement, row.body)
            for row in db.session.query(Comment).order_by(Comment.id)
        ]
    )


@pytest.mark.parametrize("width", [PHONE, pytest.param(DESK, marks=pytest.mark.campaign)])
def test_words_chosen_become_a_suggestion_and_the_verdict_collects_it(
    browser: Browser, product: RunningProduct, width: int
) -> None:
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK)
    path = send_for_review(coordinator)
    person = Visitor.arrive(browser, product, product.representatives[1], width=width)
    person.open(path)
    page = person.page
    offer = page.get_by_role("link", name="Góp ý đoạn này")
    expect(offer).to_be_hidden()
    choose(page, "khoan-3", "không chế", "không chế")
    expect(offer).to_be_visible()
    person.look()
    with page.expect_navigation():
        offer.click()
    person.look()
    expect(page.locator(".chosen")).to_have_text("không chế")
    page.get_by_label("Đề nghị sửa thành").fill("khống chế")
    page.get_by_label("Nội dung góp ý").fill("Sai dấu, làm đổi nghĩa.")
    person.press("Gửi góp ý")
    expect(page.get_by_role("status").first).to_contain_text("Đã gửi góp ý")
    expect(page.locator("#khoan-3 .suggestion ins")).to_contain_text("khống")

    if width == PHONE:
        page.get_by_role("link", name="Cho ý kiến").click()
    expect(page.get_by_text("Quý cơ quan đã có 1 góp ý")).to_be_visible()
    expect(page.get_by_role("radio", name="Thống nhất, có ý kiến")).to_be_checked()
    person.press("Gửi ý kiến")
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi nhận ý kiến")
    coordinator.open(path)
    expect(coordinator.page.locator("#cq-2")).to_contain_text("1 góp ý")
    coordinator.follow("1 góp ý")
    coordinator.follow("Trao đổi")
    coordinator.page.get_by_label("Nội dung").fill("Cảm ơn Quý cơ quan.")
    coordinator.press("Gửi trao đổi")

    assert [*coordinator.leave(), *person.leave()] == []
    ((anchor, start, quote, replacement, body),) = stored(product)
    assert (anchor, quote, replacement, body) == ("clause:3", "không chế", "khống chế", "Sai dấu, làm đổi nghĩa.")
    assert start is not None


def test_words_across_a_comparison_are_counted_in_the_new_text(browser: Browser, product: RunningProduct) -> None:
    coordinator = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK)
    path = send_for_review(coordinator)
    coordinator.page.get_by_text("Mở lại để sửa (lần 2)").click()
    coordinator.page.get_by_label("Lý do sửa").fill("Sửa lỗi.")
    coordinator.press("Mở lại để sửa")
    product.work(mend)
    coordinator.open(path)
    coordinator.page.get_by_label("Hạn cho ý kiến").fill("17:00 13/5/2024")
    coordinator.press("Gửi lấy ý kiến lần 2")
    person = Visitor.arrive(browser, product, product.representatives[1], width=DESK)
    person.open(path)
    page = person.page
    assert page.locator("#khoan-3 del").count() >= 2
    choose(page, "khoan-3", "khống", " đặc biệt")
    page.get_by_role("link", name="Góp ý đoạn này").click()
    expect(page.locator(".chosen")).to_have_text("khống chế, đặc biệt")
    assert [*coordinator.leave(), *person.leave()] == []


def test_choice_over_two_parts_is_about_the_first(browser: Browser, product: RunningProduct) -> None:
    path = send_for_review(Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK))
    person = Visitor.arrive(browser, product, product.representatives[1], width=DESK)
    person.open(path)
    page = person.page
    page.evaluate(
        """() => {
            const range = document.createRange();
            range.setStart(document.querySelector("#khoan-5 p[data-start]"), 0);
            range.setEnd(document.querySelector("#khoan-6 p[data-start]").lastChild, 10);
            getSelection().addRange(range);
        }"""
    )
    page.get_by_role("link", name="Góp ý đoạn này").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Góp ý khoản 5")
    expect(page.locator(".chosen")).to_contain_text("đề ra đến năm 2025.")
    page.go_back()
    choose(page, "cq-1", "Sở", "Sở")
    expect(page.get_by_role("link", name="Góp ý đoạn này")).to_be_hidden()
    assert person.leave() == []


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on what says this; a handful of presses must do."""
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"no way by keyboard to {words}")


def test_keyboard_alone_reaches_the_form_and_sends_it(browser: Browser, product: RunningProduct) -> None:
    path = send_for_review(Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK))
    person = Visitor.arrive(browser, product, product.representatives[1], width=DESK)
    person.open(f"{path}#khoan-4")
    page = person.page
    tab_to(page, "Góp ý khoản 4")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Nội dung góp ý")).to_be_focused()
    page.keyboard.type("Thiếu dấu.")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Một là: ")
    with page.expect_navigation():
        tab_to(page, "Gửi góp ý")
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã gửi góp ý")
    assert person.leave() == []
    ((anchor, start, _, replacement, body),) = stored(product)
    assert (anchor, start, body) == ("clause:4", 0, "Thiếu dấu.")
    assert (replacement or "").startswith("Một là: ")


def test_from_words_chosen_the_next_tab_is_the_way_to_comment(browser: Browser, product: RunningProduct) -> None:
    path = send_for_review(Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=DESK))
    person = Visitor.arrive(browser, product, product.representatives[1], width=DESK)
    person.open(f"{path}#khoan-4")
    page = person.page
    page.evaluate(SETTLED)
    place = page.evaluate(WHERE, ["khoan-4", "chuyên"])
    page.mouse.dblclick(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.locator("#da-chon")).to_contain_text("Đã chọn 6 ký tự")
    expect(page.locator(".quote-offer")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Góp ý đoạn này")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_have_text("chuyên")
    assert person.leave() == []
