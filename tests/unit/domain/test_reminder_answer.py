"""Why there is no reminder today: every answer, and which of two reasons is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from approval.domain.reminder_answer import PartyToday, TodaysAnswer, todays_answer
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.domain.working_calendar import PUBLIC_CALENDAR, WorkingCalendar

WEDNESDAY = datetime(2024, 5, 15, 9, 0, tzinfo=VIETNAM_TIME)
ASKED = PartyToday(now=WEDNESDAY, stage_open=True, next_due_at=WEDNESDAY + timedelta(days=1), cap=10)


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({}, TodaysAnswer.NOT_DUE),
        ({"acted_at": WEDNESDAY}, TodaysAnswer.ACTED),
        ({"stage_open": False}, TodaysAnswer.CLOSED),
        ({"address_refused": True}, TodaysAnswer.REFUSED_ADDRESS),
        ({"sent_at": WEDNESDAY - timedelta(hours=1)}, TodaysAnswer.SENT),
        ({"sent_at": WEDNESDAY - timedelta(days=1)}, TodaysAnswer.NOT_DUE),
        ({"paused": True}, TodaysAnswer.PAUSED),
        ({"now": datetime(2024, 4, 30, 9, 0, tzinfo=VIETNAM_TIME)}, TodaysAnswer.HOLIDAY),
        ({"next_due_at": WEDNESDAY - timedelta(hours=1)}, TodaysAnswer.WAITING),
        ({"next_due_at": WEDNESDAY + timedelta(hours=3)}, TodaysAnswer.WAITING),
        ({"next_due_at": None, "counted": 10}, TodaysAnswer.CAPPED),
        ({"next_due_at": None, "counted": 9}, TodaysAnswer.NOTHING_PLANNED),
    ],
)
def test_each_answer(changed: dict[str, object], answer: TodaysAnswer) -> None:
    assert todays_answer(PUBLIC_CALENDAR, replace(ASKED, **changed)) is answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"acted_at": WEDNESDAY, "stage_open": False, "paused": True}, TodaysAnswer.ACTED),
        ({"address_refused": True, "sent_at": WEDNESDAY}, TodaysAnswer.REFUSED_ADDRESS),
        ({"paused": True, "sent_at": WEDNESDAY}, TodaysAnswer.SENT),
        ({"paused": True, "next_due_at": None, "counted": 10}, TodaysAnswer.PAUSED),
    ],
)
def test_what_ends_the_asking_comes_first(changed: dict[str, object], answer: TodaysAnswer) -> None:
    assert todays_answer(PUBLIC_CALENDAR, replace(ASKED, **changed)) is answer  # type: ignore[arg-type]


def test_administrators_day_off_is_a_holiday() -> None:
    calendar = WorkingCalendar(closed=frozenset({date(2024, 5, 15)}))
    assert todays_answer(calendar, ASKED) is TodaysAnswer.HOLIDAY


def test_today_is_a_vietnam_date() -> None:
    late_utc = datetime(2024, 5, 14, 20, 0, tzinfo=VIETNAM_TIME)
    assert todays_answer(PUBLIC_CALENDAR, replace(ASKED, sent_at=late_utc)) is TodaysAnswer.NOT_DUE
