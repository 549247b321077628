"""Lịch làm việc: own days entered, kept as typed when refused, removed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.calendar_day import CalendarDay
from tests.factories.reminder_acts import day_off
from tests.factories.review_house import make_review
from tests.functional.conftest import Place
from tests.functional.pledges.forms import notice, refusal, tree, words
from tests.functional.visitor import Visitor

PAGE = "/quan-tri/lich"
SATURDAY = {"day": "18/5/2024", "kind": "lam-viec", "note": "Làm bù <30/4>"}


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


def stored(place: Place) -> list[tuple[date, bool, str]]:
    """The own days."""
    with place.app.app_context():
        return [(row.day, row.works, row.note) for row in db.session.scalars(select(CalendarDay))]


def test_day_is_entered_and_shown_beside_the_public_calendar(place: Place, administrator: Visitor) -> None:
    answer = administrator.post(PAGE, **SATURDAY)
    assert "Đã ghi ngày 18/5/2024." in notice(administrator, answer)
    assert stored(place) == [(date(2024, 5, 18), True, "Làm bù <30/4>")]
    page = words(administrator.get(PAGE))
    assert "Làm bù <30/4>" in page
    assert "Thứ Bảy" in page
    assert "ngày nghỉ cuối tuần" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"day": "31/02/2024"}, "ngày/tháng/năm"),
        ({"day": "2024-05-18"}, "ngày/tháng/năm"),
        ({"day": "18/5/0000"}, "ngày/tháng/năm"),
        ({"day": ""}, "ngày/tháng/năm"),
        ({"day": "14/5/2024"}, "đã qua"),
        ({"kind": ""}, "Chưa chọn"),
        ({"kind": "khac"}, "Chưa chọn"),
        ({"note": " "}, "Lý do"),
    ],
)
def test_unusable_day_stores_nothing_and_keeps_what_was_typed(
    place: Place, administrator: Visitor, changed: dict[str, str], sentence: str
) -> None:
    fields = {**SATURDAY, **changed}
    answer = administrator.post(PAGE, **fields)
    assert answer.status_code == 422
    assert sentence in refusal(answer)
    assert stored(place) == []
    for name in ("day", "note"):
        field = tree(answer).select_one(f"#{name}")
        assert field is not None
        assert field.get("value", "") == fields[name].strip()


def test_day_is_removed(place: Place, administrator: Visitor) -> None:
    administrator.post(PAGE, **SATURDAY)
    answer = administrator.post(f"{PAGE}/2024-5-18/bo")
    assert "Đã bỏ ngày riêng 18/5/2024" in notice(administrator, answer)
    assert stored(place) == []
    assert administrator.post(f"{PAGE}/2024-5-18/bo").status_code == 422
    assert administrator.post(f"{PAGE}/2024-13-18/bo").status_code == 422


def test_page_says_whether_mail_leaves_now(place: Place, administrator: Visitor) -> None:
    assert "lúc này là giờ gửi thư" in words(administrator.get(PAGE))
    administrator.post(PAGE, day="15/5/2024", kind="nghi", note="Mất điện")
    assert "lúc này ngoài giờ gửi thư" in words(administrator.get(PAGE))


def test_a_day_off_is_not_counted_as_a_day_late(place: Place, administrator: Visitor) -> None:
    pledge_id = make_review(place.app, place.house)
    with place.app.app_context():
        day_off(place.house)
    place.clock.forward(days=9)
    coordinator = place.visitor(place.house.coordinator)
    # Due on Wednesday the 22nd, today is Friday the 24th, and nobody worked on Thursday.
    assert "Quá hạn 1 ngày làm việc" in words(coordinator.get(f"/van-ban/{pledge_id}/nhac-viec"))
