"""Thư nhắc: what the coordinator does there, and what is said when it cannot be done."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.reminder import Reminder
from approval.models.reminder_pause import ReminderPause
from approval.models.reminder_policy import PledgeReminderPolicy
from tests.factories.reminder_rows import seat_of
from tests.factories.review_house import agree_by, import_draft, make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import notice, open_form, refusal, tree, words

POLICY = {
    "stage": "review",
    "first_after": "3",
    "every": "0",
    "late_every": "2",
    "escalate_after": "4",
    "cap": "5",
    "on_the_day": "on",
}


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review since 09:00 of Wednesday 15/5/2024."""
    return make_review(desk.place.app, desk.house)


def path(pledge_id: uuid.UUID, act: str, *, party: int | None = None) -> str:
    """Address of an act."""
    return page_of(pledge_id, f"nhac-viec/{f'{party}/' if party else ''}{act}")


def planned(desk: Desk, pledge_id: uuid.UUID, kind: str) -> list[str]:
    """Slots still to come, of all agencies."""
    with desk.place.app.app_context():
        query = select(Reminder.slot).where(
            Reminder.pledge_id == pledge_id, Reminder.kind == kind, Reminder.outcome.is_(None)
        )
        return sorted(set(db.session.scalars(query)))


def test_nudge_is_planned_and_not_offered_again(desk: Desk, pledge_id: uuid.UUID) -> None:
    party = seat_of(desk.place.app, pledge_id, 1).party_id
    act = path(pledge_id, "nhac-ngay", party=party)
    form = open_form(desk.coordinator, page_of(pledge_id, "nhac-viec"), act)
    answer = form.send()
    assert answer.location == f"{page_of(pledge_id, 'nhac-viec')}#cq-{party}"
    assert "Đã ghi lệnh nhắc" in notice(desk.coordinator, answer)
    assert len(planned(desk, pledge_id, "nudge")) == 1
    assert "nhắc lại được từ 13:00 15/5/2024" in words(desk.coordinator.get(page_of(pledge_id, "nhac-viec")))
    again = form.send()
    assert again.status_code == 409
    assert "nhắc lại được từ 13:00" in refusal(again)
    assert len(planned(desk, pledge_id, "nudge")) == 1


def test_agency_that_answered_meanwhile_is_not_nudged(desk: Desk, pledge_id: uuid.UUID) -> None:
    party = seat_of(desk.place.app, pledge_id, 1).party_id
    act = path(pledge_id, "nhac-ngay", party=party)
    form = open_form(desk.coordinator, page_of(pledge_id, "nhac-viec"), act)
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    answer = form.send()
    assert answer.status_code == 409
    assert "đã cho ý kiến" in words(answer)
    assert planned(desk, pledge_id, "nudge") == []


def test_pause_with_its_reason_and_going_on(desk: Desk, pledge_id: uuid.UUID) -> None:
    party = seat_of(desk.place.app, pledge_id, 2).party_id
    page = page_of(pledge_id, "nhac-viec")
    act = path(pledge_id, "tam-dung", party=party)
    answer = open_form(desk.coordinator, page, act).send(reason="Giám đốc đi công tác")
    assert "Đã tạm dừng nhắc" in notice(desk.coordinator, answer)
    assert "Lý do tạm dừng: Giám đốc đi công tác" in words(desk.coordinator.get(page))
    assert "Giám đốc đi công tác" in words(desk.second.get(page_of(pledge_id, "thu-nhac")))
    answer = open_form(desk.coordinator, page, path(pledge_id, "nhac-tiep", party=party)).send()
    assert "Đã nhắc tiếp theo lịch" in notice(desk.coordinator, answer)
    assert "Lý do tạm dừng: Giám đốc" not in words(desk.coordinator.get(page))


def test_pause_asks_for_a_reason_and_keeps_a_long_one(desk: Desk, pledge_id: uuid.UUID) -> None:
    party = seat_of(desk.place.app, pledge_id, 2).party_id
    page, act = page_of(pledge_id, "nhac-viec"), path(pledge_id, "tam-dung", party=party)
    for reason in ("", "x" * 5000):
        answer = open_form(desk.coordinator, page, act).send(reason=reason)
        assert answer.status_code == 422
        assert refusal(answer)
        field = tree(answer).select_one(f"#ly-do-{party}")
        assert field is not None
        assert field.get("value", "") == reason
    assert desk.count(ReminderPause) == 0


def test_saved_policy_changes_the_plan(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = desk.coordinator.post(path(pledge_id, "cach-nhac"), **POLICY)
    assert "Đã lưu cách nhắc" in notice(desk.coordinator, answer)
    assert planned(desk, pledge_id, "cadence") == ["2024-05-20"]
    assert planned(desk, pledge_id, "day-before") == []
    page = desk.coordinator.get(page_of(pledge_id, "nhac-viec"))
    assert "riêng của văn bản này" in words(page)
    assert "08:00 thứ Hai, 20/5/2024 nhắc định kỳ" in words(page)


def test_draft_may_have_its_policy_before_it_is_sent(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    answer = desk.coordinator.post(path(draft, "cach-nhac"), **POLICY)
    assert answer.status_code == 303
    with desk.place.app.app_context():
        assert json.loads(db.session.scalars(select(PledgeReminderPolicy.policy)).one())["first_after"] == 3


@pytest.mark.parametrize(
    ("field", "value"), [("first_after", "31"), ("cap", "99"), ("every", ""), ("late_every", "hai"), ("stage", "khac")]
)
def test_unusable_policy_is_shown_again_as_typed(desk: Desk, pledge_id: uuid.UUID, field: str, value: str) -> None:
    answer = desk.coordinator.post(path(pledge_id, "cach-nhac"), **{**POLICY, field: value})
    assert answer.status_code == 422
    assert refusal(answer)
    assert desk.count(PledgeReminderPolicy) == 0
    typed = tree(answer).select_one("#escalate_after")
    assert typed is not None
    assert typed["value"] == "4"


def test_moved_deadline_is_told_and_planned_anew(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = page_of(pledge_id, "nhac-viec")
    form = open_form(desk.coordinator, page, path(pledge_id, "han"))
    answer = form.send(deadline="17:00 31/5/2024", reason="Chờ số liệu quý II")
    assert "Đã đổi hạn" in notice(desk.coordinator, answer)
    assert planned(desk, pledge_id, "day-before") == ["2024-05-30"]
    assert "Hạn 17:00 31/5/2024" in words(desk.coordinator.get(page))
    late = form.send(deadline="17:00 30/5/2024", reason="Lần hai")
    assert late.status_code == 409
    kept = tree(late).select_one("#deadline")
    assert kept is not None
    assert kept["value"] == "17:00 30/5/2024"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"deadline": "mai", "reason": "Chờ"}, "deadline"),
        ({"deadline": "17:00 14/5/2024", "reason": "Chờ"}, "deadline"),
        ({"deadline": "17:00 31/5/2024", "reason": ""}, "reason"),
    ],
)
def test_unusable_deadline_keeps_what_was_typed(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str], field: str
) -> None:
    form = open_form(desk.coordinator, page_of(pledge_id, "nhac-viec"), path(pledge_id, "han"))
    answer = form.send(**typed)
    assert answer.status_code == 422
    for name, value in typed.items():
        shown = tree(answer).select_one(f"#{name}")
        assert shown is not None
        assert shown.get("value", "") == value
    assert tree(answer).select_one(f"#{field}[aria-invalid]") is not None
