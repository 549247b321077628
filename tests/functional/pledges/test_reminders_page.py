"""Thư nhắc: the coordinator asks why an agency got no reminder today, and reads the answer."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag

from approval.domain.reminder_commands import PauseReminders
from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import DEFAULT_POLICIES, Stage
from approval.domain.vietnam_time import in_vietnam
from approval.extensions import db
from approval.models.calendar_day import CalendarDay
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.reminder_pause import ReminderPause
from approval.models.reminder_policy import PledgeReminderPolicy
from approval.services.cancel_pledge import cancel_pledge
from approval.services.pause_reminders import pause_reminders
from tests.factories.reminder_rows import Seat, seat_of
from tests.factories.review_house import agree_by, cancel_command, import_draft, make_review
from tests.factories.signing_house import MAY_15, make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words
from worker.relay_mail import relay_mail

HOUR = timedelta(hours=1)
TOMORROW = MAY_15 + timedelta(days=1)


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review since 09:00 of Wednesday 15/5/2024."""
    return make_review(desk.place.app, desk.house)


@pytest.fixture
def seat(desk: Desk, pledge_id: uuid.UUID) -> Seat:
    """Its first agency, with a reminder planned for the next morning."""
    found = seat_of(desk.place.app, pledge_id, 1)
    found.plan(TOMORROW - HOUR)
    return found


def row(desk: Desk, seat: Seat) -> Tag:
    """The agency's part of the page."""
    page = BeautifulSoup(desk.coordinator.get(page_of(seat.pledge_id, "nhac-viec")).text, "html.parser")
    found = page.find(id=f"cq-{seat.party_id}")
    assert isinstance(found, Tag)
    return found


def said(desk: Desk, seat: Seat) -> str:
    """The same in words."""
    return " ".join(row(desk, seat).text.split())


def test_not_due_yet_says_when(desk: Desk, seat: Seat) -> None:
    assert "Hôm nay không nhắc vì chưa đến ngày nhắc." in said(desk, seat)
    assert "Lần nhắc tiếp theo: 08:00 thứ Năm, 16/5/2024 (nhắc định kỳ)." in said(desk, seat)


def test_agency_that_answered_is_not_reminded(desk: Desk, seat: Seat) -> None:
    agree_by(desk.place.app, seat.pledge_id, desk.house.representatives[0])
    assert "Không nhắc nữa vì cơ quan đã cho ý kiến lúc 09:00 15/5/2024." in said(desk, seat)
    assert row(desk, seat).find("form") is None


def test_agency_that_signed_is_not_reminded(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    assert "Không nhắc nữa vì cơ quan đã ký lúc 09:00 15/5/2024." in said(desk, seat_of(desk.place.app, pledge_id, 1))
    page = words(desk.coordinator.get(page_of(pledge_id, "nhac-viec")))
    assert "Cách nhắc ký" in page


def test_holiday_is_named(desk: Desk, seat: Seat) -> None:
    desk.place.clock.forward(days=3)
    assert "vì cơ quan nghỉ: ngày nghỉ cuối tuần." in said(desk, seat)


def test_day_the_administrator_closed_is_a_holiday(desk: Desk, seat: Seat) -> None:
    with desk.place.app.app_context():
        day = in_vietnam(MAY_15).date()
        by = desk.house.administrator.person_id
        db.session.add(CalendarDay(day=day, works=False, note="Lễ hội Xương Giang", set_by=by, set_at=MAY_15))
        db.session.commit()
    named = "vì cơ quan nghỉ: Lễ hội Xương Giang (ngày nghỉ do Quản trị đặt). Lần nhắc tiếp theo"
    assert named in said(desk, seat)


def test_pause_shows_its_reason_as_text(desk: Desk, seat: Seat) -> None:
    with desk.place.app.app_context():
        by = desk.house.coordinator.person_id
        db.session.add(
            ReminderPause(party_id=seat.party_id, reason="<b>Đi công tác</b>", paused_by=by, paused_at=MAY_15)
        )
        db.session.commit()
    assert "Thư ký Khối đã tạm dừng nhắc cơ quan này từ 09:00 15/5/2024." in said(desk, seat)
    assert "Lý do tạm dừng: <b>Đi công tác</b>" in said(desk, seat)
    assert "Nhắc tiếp" in said(desk, seat)


def test_cap_is_told_with_the_count(desk: Desk, seat: Seat) -> None:
    policy = replace(DEFAULT_POLICIES[Stage.REVIEW], cap=2)
    with desk.place.app.app_context():
        stored = json.dumps(policy.as_dict())
        by = desk.house.coordinator.person_id
        db.session.add(
            PledgeReminderPolicy(pledge_id=seat.pledge_id, stage="review", policy=stored, set_by=by, set_at=MAY_15)
        )
        db.session.commit()
    seat.empty_plan()
    for days in (2, 1):
        seat.mail(MAY_15 - timedelta(days=days))
    assert "vì đã nhắc đủ 02 lần" in said(desk, seat)


@pytest.mark.parametrize(("outcome", "how"), [("refused", "bị máy chủ thư từ chối"), ("bounced", "bị trả lại")])
def test_address_that_takes_no_mail_is_told_with_the_servers_words(
    desk: Desk, seat: Seat, outcome: str, how: str
) -> None:
    seat.mail(MAY_15 - HOUR, outcome=outcome, answer="550 5.1.1 <khong-co> unknown")
    assert f"thư nhắc định kỳ {how} lúc 08:00 15/5/2024." in said(desk, seat)
    assert "Máy chủ thư trả lời: 550 5.1.1 <khong-co> unknown" in said(desk, seat)


def test_later_mail_that_arrived_clears_the_address(desk: Desk, seat: Seat) -> None:
    seat.mail(MAY_15 - timedelta(days=1), outcome="refused")
    seat.mail(MAY_15 - HOUR)
    assert "Đã nhắc hôm nay lúc 08:00 (nhắc định kỳ). Lần nhắc tiếp theo: 08:00 thứ Năm" in said(desk, seat)


def test_reminder_that_waits_is_told(desk: Desk, seat: Seat) -> None:
    seat.plan(MAY_15 + HOUR, ReminderKind.DAY_BEFORE)
    assert "Hôm nay có thư nhắc lúc 10:00 (nhắc trước hạn một ngày làm việc)." in said(desk, seat)
    seat.mail(MAY_15 - HOUR, outcome=None, answer="451 4.3.0 busy")
    assert "Thư nhắc của hôm nay (nhắc định kỳ) đã đến giờ, đang chờ gửi." in said(desk, seat)


def test_a_fate_nobody_knows_is_not_told_as_reminded(desk: Desk, seat: Seat) -> None:
    seat.mail(MAY_15 - HOUR, outcome="uncertain", answer="Connection unexpectedly closed")
    assert "Chưa rõ kết quả" in said(desk, seat)
    assert "hôm nay lúc 08:00 chưa rõ đã tới nơi hay chưa." in said(desk, seat)
    assert "Hỏi cơ quan trước; nếu chưa nhận được thì báo Quản trị gửi lại." in said(desk, seat)
    assert "Đã nhắc hôm nay" not in said(desk, seat)


def test_a_reminder_taken_out_of_its_mail_is_told_once(desk: Desk, seat: Seat) -> None:
    seat.plan(MAY_15)
    with desk.place.app.app_context():
        pause_reminders(PauseReminders(desk.house.coordinator, seat.pledge_id, seat.party_id, "Đi công tác."))
        relay_mail()
    assert said(desk, seat).count("Nhắc định kỳ") == 1


def test_policy_without_reminders_says_so(desk: Desk, seat: Seat) -> None:
    seat.empty_plan()
    assert "cách nhắc đã chọn không còn lần nhắc nào" in said(desk, seat)


def test_opened_link_and_skipped_reminder_are_listed(desk: Desk, seat: Seat) -> None:
    mail = seat.mail(MAY_15 - timedelta(days=1), answer="250 2.0.0 queued as 4711")
    seat.skip(MAY_15 - HOUR, "paused")
    with desk.place.app.app_context():
        at = MAY_15 - 2 * HOUR
        db.session.add(DeliveryEvent(outbox_id=mail, step=DeliveryStep.OPENED, at=at))
        db.session.commit()
    page = said(desk, seat)
    assert "mở đường dẫn lúc 07:00 15/5/2024" in page
    assert "250 2.0.0 queued as 4711" in page
    assert "Không gửi" in page
    assert "Lý do: Thư ký Khối đã tạm dừng nhắc" in page


@pytest.mark.parametrize(
    ("hours_ago", "words_shown"), [(3, "nhắc lại được từ 10:00 15/5/2024"), (4, "Nhắc ngay: Sở Thử nghiệm 1")]
)
def test_nudged_agency_can_be_nudged_again_after_four_hours(
    desk: Desk, seat: Seat, hours_ago: int, words_shown: str
) -> None:
    seat.mail(MAY_15 - hours_ago * HOUR, kind=ReminderKind.NUDGE)
    assert words_shown in said(desk, seat)


def test_draft_and_cancelled_pledge_say_that_nobody_is_reminded(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    page = words(desk.coordinator.get(page_of(draft, "nhac-viec")))
    assert "chưa gửi lấy ý kiến nên chưa nhắc ai" in page
    command = cancel_command(desk.place.app, desk.house.coordinator, draft)
    with desk.place.app.app_context():
        cancel_pledge(command)
    page = words(desk.coordinator.get(page_of(draft, "nhac-viec")))
    assert "Văn bản đã hủy; không nhắc nữa." in page
    assert "Lưu cách nhắc" not in page


def test_only_the_blocs_coordinator_reads_the_page(desk: Desk, seat: Seat) -> None:
    address = page_of(seat.pledge_id, "nhac-viec")
    assert desk.first.get(address).status_code == 403
    assert desk.place.visitor(desk.house.observer).get(address).status_code == 403


def test_preview_shows_the_dates_and_saves_nothing(desk: Desk, seat: Seat) -> None:
    address = page_of(seat.pledge_id, "nhac-viec")
    asked = "?xem=lich&stage=review&first_after=1&every=1&late_every=0&escalate_after=0&cap=3&day_before=on"
    page = words(desk.coordinator.get(address + asked))
    assert "Xem trước, chưa lưu" in page
    dates = [line.text.split()[0:4] for line in tree(desk.coordinator.get(address + asked)).select(".remind-dates li")]
    assert [" ".join(parts[1:]) for parts in dates] == [
        "thứ Năm, 16/5/2024",
        "thứ Sáu, 17/5/2024",
        # The last one allowed is kept for the day before the deadline.
        "thứ Ba, 21/5/2024",
    ]
    assert desk.count(PledgeReminderPolicy) == 0
    assert "mặc định" in words(desk.coordinator.get(address))


@pytest.mark.parametrize("value", ["", "nhiều", "-1", "31", "1e3", "<b>"])
def test_unusable_preview_keeps_what_was_typed(desk: Desk, seat: Seat, value: str) -> None:
    address = page_of(seat.pledge_id, "nhac-viec")
    fields = {"xem": "lich", "first_after": value, "every": "7", "late_every": "1", "escalate_after": "1", "cap": "9"}
    answer = desk.coordinator.get(address, query_string=fields)
    assert answer.status_code == 422
    page = tree(answer)
    assert page.select_one("#first_after")["value"] == value  # type: ignore[index]
    assert page.select_one("#every")["value"] == "7"  # type: ignore[index]
    assert page.select_one("[role=alert]") is not None


def test_representative_sees_the_same_about_themself_and_nothing_of_others(desk: Desk, seat: Seat) -> None:
    seat.mail(MAY_15 - HOUR, answer="250 2.0.0 queued as 4711")
    seat_of(desk.place.app, seat.pledge_id, 2).mail(MAY_15 - HOUR, answer="250 2.0.0 queued as 4712")
    answer = desk.first.get(page_of(seat.pledge_id, "thu-nhac"))
    page = words(answer)
    assert "Đã nhắc hôm nay lúc 08:00 (nhắc định kỳ)." in page
    assert "4711" in page
    assert "4712" not in page
    assert "Sở Thử nghiệm 2" not in page
    assert tree(answer).select_one("main form") is None
    link = tree(desk.first.get(page_of(seat.pledge_id))).find("a", href=page_of(seat.pledge_id, "thu-nhac"))
    assert isinstance(link, Tag)


def test_coordinator_finds_the_page_and_the_usual_dates(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    page = words(desk.coordinator.get(page_of(draft)))
    assert "Lịch nhắc sẽ dùng" in page
    assert "08:00 thứ Sáu, 17/5/2024 nhắc định kỳ" in page
    asked = make_review(desk.place.app, desk.house)
    found = tree(desk.coordinator.get(page_of(asked))).find("a", href=page_of(asked, "nhac-viec"))
    assert isinstance(found, Tag)
