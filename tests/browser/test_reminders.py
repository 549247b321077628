"""The coordinator asks in a browser why an agency got no reminder today: two weeks of real sweeps and real mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect

from approval.domain.states import Role
from approval.domain.vietnam_time import VIETNAM_TIME
from tests.browser.conftest import MAY_6, RunningProduct, run_product
from tests.browser.visitor import Visitor
from tests.factories.signing_house import MovingClock
from tests.servers.smtp import SmtpSink
from worker.relay_mail import relay_mail

ACTS, PAUSED, REFUSED, SILENT = range(4)
PHONE, DESK = 390, 1280


ANSWERS = {
    8: {
        ACTS: "Không nhắc nữa vì cơ quan đã cho ý kiến",
        PAUSED: "Thư ký Khối đã tạm dừng nhắc cơ quan này",
        REFUSED: "bị máy chủ thư từ chối lúc 08:00 08/5/2024",
        SILENT: "Đã nhắc hôm nay lúc 08:00 (nhắc định kỳ). Lần nhắc tiếp theo: 08:00 thứ Sáu, 10/5/2024",
    },
    9: {SILENT: "Hôm nay không nhắc vì chưa đến ngày nhắc."},
    11: {SILENT: "vì cơ quan nghỉ: ngày nghỉ cuối tuần."},
    15: {SILENT: "vì đã nhắc đủ 04 lần"},
}


@pytest.fixture
def office(app_factory: Callable[..., Flask], sqlite_url: str, smtp_sink: SmtpSink) -> Iterator[RunningProduct]:
    """A product that hands its mail to a real server, in office hours."""
    clock = MovingClock(MAY_6)
    app = app_factory(clock=clock, database_url=sqlite_url, smtp_port=smtp_sink.port, quiet_hours=True)
    with run_product(app, clock) as running:
        yield running


def test_six_answers_to_why_there_is_no_reminder_today(
    browser: Browser, office: RunningProduct, smtp_sink: SmtpSink
) -> None:
    page, faults = _send_for_review(browser, office)
    people = office.representatives
    smtp_sink.answers[people[REFUSED].email] = "550 5.1.1 no such mailbox"
    faults += _agree(browser, office, page)
    for day, answers in ANSWERS.items():
        _at(office, day)
        faults += _ask(browser, office, page, answers)
    reminded = [str(mail["To"]) for mail in smtp_sink.mails if "Lấy ý kiến" not in str(mail["Subject"])]
    assert sum(people[SILENT].email in to for to in reminded) == 4
    assert not any(people[index].email in to for to in reminded for index in (ACTS, PAUSED, REFUSED))
    assert faults == []


def _send_for_review(browser: Browser, office: RunningProduct) -> tuple[str, list[str]]:
    """Send out on Monday, at most four reminders an agency, one agency left in peace; gives the page's path."""
    coordinator = Visitor.arrive(browser, office, office.account(Role.COORDINATOR), width=PHONE)
    coordinator.follow("Văn bản")
    coordinator.follow("Bản giao ước thi đua năm 2024")
    path = coordinator.page.url.removeprefix(office.url)
    coordinator.page.get_by_text("Lịch nhắc sẽ dùng").click()
    coordinator.page.get_by_label("Hạn cho ý kiến").fill("17:00 13/5/2024")
    coordinator.press("Gửi lấy ý kiến lần 1")
    coordinator.follow("Thư nhắc và hạn")
    expect(_agency(coordinator, SILENT)).to_contain_text(
        "chưa đến ngày nhắc. Lần nhắc tiếp theo: 08:00 thứ Tư, 08/5/2024"
    )
    coordinator.page.get_by_label("Nhiều nhất").fill("4")
    coordinator.press("Xem trước lịch")
    expect(coordinator.page.get_by_role("heading", name="Xem trước, chưa lưu")).to_be_visible()
    expect(coordinator.page.locator(".remind-dates li")).to_have_count(5)
    coordinator.press("Lưu cách nhắc")
    expect(coordinator.page.get_by_role("status")).to_contain_text("Đã lưu cách nhắc")
    row = _agency(coordinator, PAUSED)
    # By keyboard alone: open the fold, type, and on to the button.
    row.locator("summary", has_text="Tạm dừng nhắc").focus()
    keys = coordinator.page.keyboard
    keys.press("Enter")
    keys.press("Tab")
    keys.type("Giám đốc đi công tác")
    keys.press("Tab")
    with coordinator.page.expect_navigation():
        keys.press("Enter")
    coordinator.look()
    expect(_agency(coordinator, PAUSED)).to_contain_text("Lý do tạm dừng: Giám đốc đi công tác")
    return f"{path}/nhac-viec", coordinator.leave()


def _agree(browser: Browser, office: RunningProduct, page: str) -> list[str]:
    """One agency answers; then it looks at its own reminders."""
    person = Visitor.arrive(browser, office, office.representatives[ACTS], width=PHONE)
    person.open(page.removesuffix("/nhac-viec"))
    person.page.get_by_role("link", name="Cho ý kiến").click()
    person.page.get_by_text("Thống nhất", exact=True).last.click()
    person.press("Gửi ý kiến")
    person.follow("Thư nhắc gửi Quý cơ quan")
    expect(person.page.locator("main")).to_contain_text("Không nhắc nữa vì cơ quan đã cho ý kiến")
    return person.leave()


def _at(office: RunningProduct, day: int) -> None:
    """Let time pass to a morning in May 2024; beat and worker look now, at eight each day, and at last."""
    until = datetime(2024, 5, day, 9, 5, tzinfo=VIETNAM_TIME)
    office.work(relay_mail)
    while office.clock.moment < until:
        eight = office.clock.moment.astimezone(VIETNAM_TIME).replace(hour=8, minute=0) + timedelta(days=1)
        office.clock.moment = min(eight, until)
        office.work(relay_mail)


def _ask(browser: Browser, office: RunningProduct, page: str, expected: dict[int, str]) -> list[str]:
    """On a phone and at a desk."""
    coordinator = Visitor.arrive(browser, office, office.account(Role.COORDINATOR), width=PHONE)
    for width in (PHONE, DESK):
        coordinator.page.set_viewport_size({"width": width, "height": 800})
        coordinator.open(page)
        for index, answer in expected.items():
            expect(_agency(coordinator, index)).to_contain_text(answer)
    return coordinator.leave()


def _agency(visitor: Visitor, index: int) -> Locator:
    """The row of the agency that this representative acts for."""
    name = visitor.product.representatives[index].agency or ""
    heading = visitor.page.get_by_role("heading", name=name, exact=True)
    return visitor.page.locator(".remind", has=heading)
