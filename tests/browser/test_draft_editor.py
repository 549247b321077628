"""The draft editor with its script on: autosave seen, a second tab told, two coordinators merged, all by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from approval.domain.states import Role
from approval.extensions import db
from approval.models.bloc import Bloc
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.seed_embedded import SeedAccount
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor
from tests.factories.signing_house import PASSWORD, add_person

COLLEAGUE = "Trần Thị Thu"
KEPT = "Đã giữ bản nháp lúc 09:00"


def path_of_the_draft(product: RunningProduct) -> str:
    """The editor of the seed's pledge."""
    pledge_id = product.work(lambda: db.session.query(Pledge).one().id)
    return f"/van-ban/{pledge_id}/soan-thao"


def colleague_of(product: RunningProduct) -> SeedAccount:
    """A second coordinator of the bloc."""

    def add() -> str:
        actor = add_person(Role.COORDINATOR, db.session.query(Bloc).one().id, name=COLLEAGUE)
        db.session.commit()
        return db.session.get_one(Person, actor.person_id).email

    return replace(product.account(Role.COORDINATOR), email=product.work(add), password=PASSWORD)


def type_at_end(visitor: Visitor, clause: int, words: str) -> None:
    """Type as with a keyboard, at the end of a clause."""
    visitor.page.locator(f"#clause-{clause}").press("Control+End")
    visitor.page.keyboard.type(words)


def state(visitor: Visitor) -> Locator:
    """What the editor says about keeping."""
    return visitor.page.locator("#trang-thai")


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.campaign)])
def test_two_coordinators_edit_one_clause_and_neither_text_is_lost(
    browser: Browser, product: RunningProduct, width: int
) -> None:
    path = path_of_the_draft(product)
    first = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    second = Visitor.arrive(browser, product, colleague_of(product), width=width)
    first.open(path)
    second.open(path)
    type_at_end(first, 1, " Câu của người thứ nhất.")
    type_at_end(first, 2, " Thêm ở khoản hai.")
    expect(state(first)).to_contain_text(KEPT)
    first.press("Lưu dự thảo")
    type_at_end(second, 1, " Câu của người thứ hai.")
    type_at_end(second, 4, " Thêm ở khoản bốn.")
    expect(state(second)).to_contain_text("đã lưu bản mới lúc 09:00")
    second.press("Lưu dự thảo")

    expect(second.page.get_by_role("alert")).to_contain_text("đã thay đổi")
    expect(second.page.locator(".merge")).to_have_count(1)
    expect(second.page.locator(".merge ins", has_text="Câu của người thứ nhất")).to_be_visible()
    expect(second.page.locator(".merge ins", has_text="Câu của người thứ hai")).to_be_visible()
    expect(second.page.locator("#clause-2")).to_have_value(_ending("Thêm ở khoản hai."))
    expect(second.page.locator("#clause-4")).to_have_value(_ending("Thêm ở khoản bốn."))
    second.page.get_by_role("radio", name="Giữ cả hai").check()
    second.press("Lưu dự thảo")
    expect(second.page.get_by_role("status").first).to_contain_text("Đã lưu dự thảo")
    saved = second.page.locator("#clause-1").input_value()
    assert "Câu của người thứ nhất." in saved
    assert "Câu của người thứ hai." in saved

    first.open(path)
    expect(first.page.get_by_text(f"{COLLEAGUE} đã lưu lúc 09:00")).to_be_visible()
    first.follow("Xem thay đổi")
    expect(first.page.locator(".sheet ins", has_text="Câu của người thứ hai").first).to_be_visible()
    assert first.leave() + second.leave() == []


def _ending(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words) + "$")


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.campaign)])
def test_typing_is_kept_a_second_tab_is_told_and_work_goes_on(
    browser: Browser, product: RunningProduct, width: int
) -> None:
    path = path_of_the_draft(product)
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    visitor.open(path)
    other = Visitor(product, visitor.account, visitor.page.context.new_page())
    other.listen()
    other.page.goto(f"{product.url}{path}")
    type_at_end(visitor, 3, " Đang")
    expect(state(visitor)).to_have_text("Đang gõ…")
    expect(visitor.page.locator("#chua-luu")).to_be_visible()
    expect(state(visitor)).to_contain_text(KEPT)
    type_at_end(other, 3, " Thẻ hai.")
    expect(state(other)).to_contain_text("Thẻ khác đang soạn")
    assert other.page.locator("#clause-3").input_value().endswith(" Thẻ hai.")

    # Findings follow the typing; the words themselves are never touched.
    visitor.page.locator("#clause-2").fill("Tiếp tục đầy mạnh phong trào thi đua.")
    expect(visitor.page.locator("[data-proof=clause-2] li", has_text="W01")).to_be_visible()
    assert visitor.page.locator("#clause-2").input_value() == "Tiếp tục đầy mạnh phong trào thi đua."
    visitor.page.locator("[data-proof=clause-2]").get_by_role("button", name="Sửa theo gợi ý W01").click()
    expect(visitor.page.locator("#clause-2")).to_have_value("Tiếp tục đẩy mạnh phong trào thi đua.")
    expect(visitor.page.locator("#luu-y-clause-2")).to_be_focused()
    visitor.look()
    expect(state(visitor)).to_contain_text(KEPT)

    # The tab is closed without saving, and everything is there again.
    visitor.page.close()
    other.page.reload()
    other.faults.clear()
    other.follow("Tiếp tục bản đó")
    expect(other.page.locator("#clause-2")).to_have_value("Tiếp tục đẩy mạnh phong trào thi đua.")
    other.press("Lưu dự thảo")
    expect(other.page.get_by_role("status").first).to_contain_text("Đã lưu dự thảo")
    expect(other.page.get_by_text("Có bản đang gõ dở")).to_have_count(0)
    assert other.leave() + visitor.faults == []


def test_without_network_the_editor_says_so_and_catches_up(browser: Browser, product: RunningProduct) -> None:
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    visitor.open(path_of_the_draft(product))
    visitor.page.context.set_offline(True)
    type_at_end(visitor, 1, " Mất mạng.")
    expect(state(visitor)).to_have_text("Chưa giữ được: mất mạng, sẽ thử lại")
    visitor.page.context.set_offline(False)
    expect(state(visitor)).to_contain_text(KEPT)


def test_saving_waits_for_an_autosave_on_its_way(browser: Browser, product: RunningProduct) -> None:
    """Else the copy that arrives last would be offered as unsaved work although it has been saved."""
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    path = path_of_the_draft(product)
    visitor.open(path)
    held: list[Route] = []
    saved: list[str] = []
    visitor.page.route("**/soan-thao/ban-nhap", lambda route: held.append(route))  # noqa: PLW0108 - a builtin will not do
    visitor.page.on("request", lambda request: saved.append(request.url) if request.url.endswith(path) else None)
    with visitor.page.expect_request("**/soan-thao/ban-nhap"):
        type_at_end(visitor, 1, " Vừa gõ.")
    visitor.page.get_by_role("button", name="Lưu dự thảo").click()
    expect(state(visitor)).to_have_text("Đang gõ…")
    assert saved == []
    with visitor.page.expect_navigation():
        held[0].continue_()
    expect(visitor.page.get_by_role("status").first).to_contain_text("Đã lưu dự thảo")
    expect(visitor.page.get_by_text("Có bản đang gõ dở")).to_have_count(0)
    visitor.page.unroute_all()
    assert visitor.leave() == []


def test_letters_being_composed_are_left_alone(browser: Browser, product: RunningProduct) -> None:
    """An input method holds a letter open: nothing is sent until it is done, and the field is not touched."""
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    visitor.page.clock.install()
    visitor.open(path_of_the_draft(product))
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(request.url) if "ban-nhap" in request.url else None)
    visitor.page.locator("#closing").press("Control+End")
    keyboard = visitor.page.context.new_cdp_session(visitor.page)
    keyboard.send("Input.imeSetComposition", {"text": "tiê", "selectionStart": 3, "selectionEnd": 3})
    visitor.page.clock.run_for(5000)
    assert sent == []
    keyboard.send("Input.insertText", {"text": "tiếng Việt"})
    visitor.page.clock.run_for(2000)
    expect(state(visitor)).to_contain_text(KEPT)
    assert visitor.page.locator("#closing").input_value().endswith("tiếng Việt")
    assert len(sent) == 1


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.campaign)])
def test_clauses_are_moved_split_removed_and_brought_back_by_keyboard(
    browser: Browser, product: RunningProduct, width: int
) -> None:
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=width)
    visitor.open(path_of_the_draft(product))
    page = visitor.page
    second = page.locator("#clause-2").input_value()
    page.locator("#khoan-xuong-2").focus()
    for place in (3, 4):
        _enter(visitor)
        expect(page.locator(f"#khoan-xuong-{place}")).to_be_focused()
        expect(page.locator(f"#clause-{place}")).to_have_value(second)
    area = page.locator("#clause-4")
    area.focus()
    area.evaluate("area => area.setSelectionRange(area.value.indexOf('Rà soát'), area.value.indexOf('Rà soát'))")
    page.get_by_role("button", name="Tách khoản 4").focus()
    _enter(visitor)
    expect(page.locator("#clause-5")).to_be_focused()
    assert page.locator("#clause-5").input_value().startswith("Rà soát")
    assert f"{page.locator('#clause-4').input_value()} {page.locator('#clause-5').input_value()}" == second
    page.get_by_role("button", name="Bỏ khoản 5").focus()
    _enter(visitor)
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_focused()
    _enter(visitor)
    expect(page.locator("#clause-5")).to_be_focused()
    page.get_by_role("button", name="Gộp khoản sau vào khoản 4").focus()
    _enter(visitor)
    expect(page.locator("#clause-7")).to_have_count(0)
    visitor.look()
    assert visitor.leave() == []


def _enter(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def test_the_unsaved_form_opens_as_pages_in_a_tab_of_its_own(browser: Browser, product: RunningProduct) -> None:
    visitor = Visitor.arrive(browser, product, product.account(Role.COORDINATOR), width=1280)
    visitor.open(path_of_the_draft(product))
    with visitor.page.context.expect_page() as opened:
        visitor.page.get_by_role("button", name="Xem trang in").click()
    opened.value.close()
    type_at_end(visitor, 1, " Vẫn gõ tiếp được.")
    expect(state(visitor)).to_contain_text(KEPT)
    visitor.press("Lưu dự thảo")
    expect(visitor.page.get_by_role("status").first).to_contain_text("Đã lưu dự thảo")
    assert visitor.leave() == []
