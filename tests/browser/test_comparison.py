"""Comparing two revisions at both widths: every view readable, reachable by keyboard, and fit to be printed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from approval.domain.commands import Actor, RevisePledge, SaveDraft, SubmitForReview
from approval.domain.pledge_text import Clause, PledgeText
from approval.domain.states import Role
from approval.extensions import db
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.browser.conftest import RunningProduct
from tests.browser.visitor import Visitor
from tests.factories.pdf_tools import folded, raw_text
from tests.factories.pledge_texts import seed_text

VIEWS = ("trong-dong", "hai-cot", "khoan-thay-doi")


def second_text() -> PledgeText:
    """The real pledge with slips put right, its last clause first, one clause new, one gone, one split in two."""
    text = seed_text()
    mended = [
        tuple(
            words.replace("không chế", "khống chế").replace("âng cao chất lượng dịch", "Nâng cao chất lượng dịch")
            for words in clause.paragraphs
        )
        for clause in text.clauses
    ]
    first, _, third, fourth, fifth, last = mended
    sentences = fourth[0].split(". ")
    head, tail = ". ".join(sentences[:2]) + ".", ". ".join(sentences[2:])
    bodies = [
        last,
        first,
        third,
        (head,),
        (tail,),
        ("Đẩy mạnh chuyển đổi số trong công tác thi đua, khen thưởng.",),
        fifth,
    ]
    clauses = tuple(Clause(number, body) for number, body in enumerate(bodies, start=1))
    return replace(text, subject=f"{text.subject}, tỉnh Bắc Giang", clauses=clauses)


@pytest.fixture
def path(product: RunningProduct) -> str:
    """The comparison page of the seed pledge, sent round twice."""
    return f"/van-ban/{product.work(lambda: _send_twice(product))}/so-sanh"


def _send_twice(product: RunningProduct) -> uuid.UUID:
    person = db.session.scalars(select(Person).where(Person.role == Role.COORDINATOR.value)).one()
    actor = Actor(person.id, Role.COORDINATOR, None, "127.0.0.1", "test")
    pledge_id = db.session.scalars(select(Pledge.id)).one()
    deadline = product.clock.now() + timedelta(days=7)
    for text in (None, second_text()):
        if text is not None:
            revise_pledge(RevisePledge(actor, pledge_id, _version(pledge_id), "Tiếp thu ý kiến."))
            save_draft(SaveDraft(actor, pledge_id, _version(pledge_id), text))
        submit_for_review(SubmitForReview(actor, pledge_id, _version(pledge_id), deadline))
    return pledge_id


def _version(pledge_id: uuid.UUID) -> int:
    db.session.expire_all()
    return db.session.get_one(Pledge, pledge_id).version


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.campaign)])
def test_views_are_readable_and_reached_by_keyboard(
    browser: Browser, product: RunningProduct, path: str, width: int
) -> None:
    visitor = Visitor.arrive(browser, product, product.representatives[0], width=width)
    visitor.open(path.removesuffix("/so-sanh"))
    visitor.follow("So sánh các bản")
    for name, view in zip(("Trong dòng", "Hai cột", "Chỉ khoản thay đổi"), VIEWS, strict=True):
        visitor.follow(name)
        assert f"kieu={view}" in visitor.page.url
        expect(visitor.page.locator("ins").first).to_be_visible()
        expect(visitor.page.get_by_text("Chuyển đến đây từ khoản 6")).to_be_visible()
    visitor.page.get_by_role("navigation", name="Đến phần có thay đổi").get_by_role("link").last.focus()
    visitor.page.keyboard.press("Enter")
    assert visitor.page.url.endswith("#khoan-6")
    visitor.page.get_by_label("Từ bản").select_option("2")
    visitor.press("So sánh")
    expect(visitor.page.get_by_text("hãy chọn hai bản khác nhau")).to_be_visible()
    assert visitor.leave() == []


@pytest.mark.parametrize("view", VIEWS)
def test_printed_page_shows_changes_without_colour(
    browser: Browser, product: RunningProduct, path: str, view: str, tmp_path: Path
) -> None:
    visitor = Visitor.arrive(browser, product, product.representatives[0], width=1280)
    visitor.open(f"{path}?kieu={view}")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("button", name="So sánh")).to_be_hidden()
    expect(visitor.page.get_by_text("In từ hệ thống lúc")).to_be_visible()
    for mark, line in (("ins", "underline"), ("del", "line-through")):
        style = visitor.page.locator(f".compare {mark}").first.evaluate("e => getComputedStyle(e).textDecorationLine")
        assert style == line
    printed = tmp_path / "so-sanh.pdf"
    visitor.page.pdf(path=str(printed), prefer_css_page_size=True)
    text = folded(raw_text(printed))
    assert "lần 2 so với lần 1" in text
    assert "Chuyển đến đây từ khoản 6" in text
    assert "Việc cần xử lý" not in text
    assert visitor.leave() == []
