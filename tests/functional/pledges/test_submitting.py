"""Sending out for review: a deadline people can type, and what is refused stays in the form."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from tests.factories.review_house import import_draft
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, value_of, words


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A draft."""
    return import_draft(desk.place.app, desk.house)


def form(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The coordinator's form to send the draft out."""
    return open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "gui-lay-y-kien"))


def test_default_deadline_is_five_working_days_away(desk: Desk, pledge_id: uuid.UUID) -> None:
    # 15 May 2024 is a Wednesday; the next Wednesday is five working days later.
    assert form(desk, pledge_id).fields["deadline"] == "17:00 22/5/2024"


@pytest.mark.parametrize(
    ("typed", "hour_utc", "day"),
    [("17:00 20/5/2024", 10, 20), ("20/5/2024", 10, 20), ("20/05/2024 08:30", 1, 20), (" 7:05  21/5/2024 ", 0, 21)],
)
def test_deadline_is_read_as_vietnam_time(
    desk: Desk, pledge_id: uuid.UUID, typed: str, hour_utc: int, day: int
) -> None:
    answer = form(desk, pledge_id).send(deadline=typed)
    assert "Đã gửi lấy ý kiến." in notice(desk.coordinator, answer)
    deadline = desk.stored(pledge_id).review_deadline
    assert deadline is not None
    assert (deadline.tzinfo, deadline.day, deadline.hour) == (UTC, day, hour_utc)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mai",
        "2024-05-20",
        "32/5/2024",
        "30/2/2025",
        "25:00 20/5/2024",
        "17:61 20/5/2024",
        "20/5/24",
        "20/5/20244",
        "20/5/9999",
        "31/12/9999",
        "01/01/0001",
        "17:00 14/5/2024",
        "08:59 15/5/2024",
        "17:00 20/5/2024 08:00x",
    ],
)
def test_bad_deadline_is_kept_in_the_form_and_nothing_is_sent(desk: Desk, pledge_id: uuid.UUID, typed: str) -> None:
    events = desk.events()
    answer = form(desk, pledge_id).send(deadline=typed)
    assert answer.status_code == 422
    assert "Hạn" in refusal(answer)
    assert value_of(answer, "deadline") == (typed or "17:00 22/5/2024")
    assert desk.stored(pledge_id).state == "draft"
    assert desk.count(PledgeRevision) == desk.count(OutboxMessage) == 0
    assert desk.events() == events


def test_draft_that_cannot_be_printed_is_not_sent_and_the_deadline_stays(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    with desk.place.app.app_context():
        pledge = db.session.get_one(Pledge, pledge_id)
        pledge.draft_content = pledge.draft_content.replace("thi đua thứ 2".encode(), ("dài" * 60).encode())
        db.session.commit()
    answer = tab.send(deadline="17:00 20/5/2024")
    assert answer.status_code == 422
    assert "khoản 2 dài hơn một dòng" in refusal(answer)
    assert value_of(answer, "deadline") == "17:00 20/5/2024"
    assert desk.stored(pledge_id).state == "draft"
    assert desk.count(PledgeRevision) == desk.count(OutboxMessage) == 0


def test_second_click_is_friendly_and_sends_nothing_twice(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    tab.send()
    events, mails = desk.events(), desk.count(OutboxMessage)
    desk.place.clock.forward(minutes=2)
    assert "Ông/Bà đã gửi lấy ý kiến lúc 09:00" in notice(desk.coordinator, tab.send())
    assert (desk.events(), desk.count(OutboxMessage)) == (events, mails)
    assert desk.count(PledgeRevision) == 1


def test_draft_changed_in_another_tab_is_not_sent_unread(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab, edit = form(desk, pledge_id), page_of(pledge_id, "soan-thao")
    open_form(desk.coordinator, edit, edit).send(clause=["Đổi rồi.", "Khoản hai."], do="save")
    answer = tab.send(deadline="17:00 24/5/2024")
    assert answer.status_code == 409
    assert "đã thay đổi" in refusal(answer)
    assert "Đổi rồi." in words(answer)
    assert value_of(answer, "deadline") == "17:00 24/5/2024"
    assert desk.stored(pledge_id).state == "draft"


def test_sent_revision_is_what_the_representatives_read(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.first.get(page_of(pledge_id)).status_code == 404
    form(desk, pledge_id).send()
    page = words(desk.first.get(page_of(pledge_id)))
    assert "Bản lần 1, gửi 09:00 15/5/2024" in page
    assert "Nội dung thi đua thứ 1." in page
    assert datetime(2024, 5, 22, 10, tzinfo=UTC) == desk.stored(pledge_id).review_deadline


def test_a_moment_that_is_in_no_calendar_is_not_called_a_wrong_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    for typed in ("17:00 30/2/2025", "25:00 20/5/2024"):
        assert f"Hạn {typed} không có trên lịch" in words(form(desk, pledge_id).send(deadline=typed))


def test_a_deadline_on_a_day_off_is_taken_and_remarked(desk: Desk, pledge_id: uuid.UUID) -> None:
    """19 May 2024 was a Sunday."""
    form(desk, pledge_id).send(deadline="17:00 19/5/2024")
    page = words(desk.coordinator.get(page_of(pledge_id)))
    assert "Hạn 19/5/2024 là ngày nghỉ; ngày làm việc kế tiếp là 20/5/2024." in page
    assert "Đã gửi lấy ý kiến" in page


def test_a_working_day_gets_no_remark(desk: Desk, pledge_id: uuid.UUID) -> None:
    form(desk, pledge_id).send(deadline="17:00 20/5/2024")
    assert "là ngày nghỉ" not in words(desk.coordinator.get(page_of(pledge_id)))
