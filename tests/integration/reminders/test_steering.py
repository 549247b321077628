"""What the coordinator and the administrator decide about reminders, and what it does to the plan."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    PledgeError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.reminder_commands import (
    NudgeParty,
    PauseReminders,
    ResumeReminders,
    SetCalendarDay,
    SetReminderPolicy,
    SetSuperior,
)
from approval.domain.reminder_policy import Stage
from approval.extensions import db
from approval.models.agency_superior import AgencySuperior
from approval.services.cancel_pledge import cancel_pledge
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.pause_reminders import pause_reminders
from approval.services.resume_reminders import resume_reminders
from approval.services.set_calendar_day import set_calendar_day
from approval.services.set_reminder_policy import set_reminder_policy
from approval.services.set_superior import set_superior
from tests.factories.history import events
from tests.factories.reminder_acts import RARE, SUPERIOR, day_off, move_command, name_superior, party_ids
from tests.factories.review_house import agree_by, cancel_command, import_draft
from tests.factories.signing_house import stored_pledge
from tests.integration.reminders.conftest import Desk


def party(desk: Desk, index: int = 0) -> int:
    return party_ids(desk.app, desk.pledge_id)[index]


def nudge(desk: Desk, index: int = 0) -> NudgeParty:
    return NudgeParty(desk.house.coordinator, desk.pledge_id, party(desk, index))


def waiting(desk: Desk, index: int = 0) -> list[str]:
    """Kind and day of what is still to come for one agency."""
    return [f"{kind} {slot[-2:]}" for kind, slot, outcome, _ in desk.rows(party(desk, index)) if outcome is None]


def test_the_plan_of_the_default_policy(desk: Desk) -> None:
    assert waiting(desk)[:6] == ["cadence 17", "day-before 21", "on-the-day 22", "late 23", "late 24", "escalation 27"]
    assert len([one for one in waiting(desk) if not one.startswith("escalation")]) == 10


def test_another_policy_replans_what_is_to_come_and_keeps_what_was_sent(desk: Desk) -> None:
    desk.to_morning(17)
    desk.relay()
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[1])
    command = SetReminderPolicy(desk.house.coordinator, desk.pledge_id, Stage.REVIEW, replace(RARE, late_every=2))
    with desk.app.app_context():
        set_reminder_policy(command)
        assert events("pledge:reminders:changed")[-1]["data"]["to"]["late_every"] == 2
    assert desk.rows(party(desk))[0][:3] == ("cadence", "2024-05-17", "mailed")
    assert waiting(desk) == ["late 24", "late 28"], "the cap counts the one that was sent"
    assert waiting(desk, 1) == [], "who has answered is not planned for"


def test_a_policy_chosen_before_the_round_holds_when_it_opens(desk: Desk) -> None:
    pledge_id = import_draft(desk.app, desk.house)
    with desk.app.app_context():
        set_reminder_policy(SetReminderPolicy(desk.house.coordinator, pledge_id, Stage.SIGNING, RARE))
        too_many = replace(RARE, cap=31)
        with pytest.raises(InvalidInputError, match="cap"):
            set_reminder_policy(SetReminderPolicy(desk.house.coordinator, pledge_id, Stage.REVIEW, too_many))
        cancel_pledge(cancel_command(desk.app, desk.house.coordinator, pledge_id))
        with pytest.raises(TransitionRefusedError, match="pledge-over"):
            set_reminder_policy(SetReminderPolicy(desk.house.coordinator, pledge_id, Stage.REVIEW, RARE))


def test_moving_the_deadline_replans_and_tells_who_has_not_answered(desk: Desk) -> None:
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[0])
    command = move_command(desk.app, desk.house, desk.pledge_id, days=6, hours=8)
    with desk.app.app_context():
        move_deadline(command)
        assert stored_pledge(desk.pledge_id).version == command.expected_version + 1
        assert events("pledge:deadline:moved")[-1]["data"]["reason"] == "Chờ số liệu."
    subjects = desk.relay()
    assert (
        subjects == ["Đổi hạn cho ý kiến về dự thảo lần 1 Bản giao ước thi đua năm 2024 (hạn mới 17:00 28/5/2024)"] * 2
    )
    assert [one for one in waiting(desk, 1) if not one.startswith("late")] == [
        "cadence 17",
        "cadence 21",
        "cadence 23",
        "day-before 27",
        "on-the-day 28",
        "escalation 31",
    ]


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"deadline": timedelta(0)}, InvalidInputError, "deadline-same"),
        ({"deadline": timedelta(days=-30)}, InvalidInputError, "deadline-past"),
        ({"reason": " "}, InvalidInputError, "reason-missing"),
        ({"expected_version": 1}, StaleTextError, "pledge-changed"),
    ],
)
def test_a_deadline_that_cannot_be_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, object], error: type[PledgeError], code: str
) -> None:
    command = move_command(desk.app, desk.house, desk.pledge_id)
    if isinstance(change.get("deadline"), timedelta):
        change = {"deadline": command.deadline + change["deadline"]}  # type: ignore[operator]
    elif change.get("reason") or change.get("expected_version"):
        command = replace(command, deadline=command.deadline + timedelta(days=1))
    before = desk.rows()
    with desk.app.app_context(), pytest.raises(error) as refusal:
        move_deadline(replace(command, **change))  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert desk.rows() == before


def test_a_pause_holds_one_agency_back_and_nothing_is_made_up_for(desk: Desk) -> None:
    pause = PauseReminders(desk.house.coordinator, desk.pledge_id, party(desk), "Đang kiểm tra.")
    resume = ResumeReminders(desk.house.coordinator, desk.pledge_id, party(desk))
    with desk.app.app_context():
        pause_reminders(pause)
        with pytest.raises(AlreadyDoneError, match="already-paused"):
            pause_reminders(pause)
    desk.to_morning(17)
    assert len(desk.relay()) == 2
    desk.to_morning(22, hour=9)
    with desk.app.app_context():
        resume_reminders(resume)
        with pytest.raises(TransitionRefusedError, match="not-paused"):
            resume_reminders(resume)
    desk.relay()
    assert [row[2:] for row in desk.rows(party(desk))[:3]] == [("skipped", "paused")] * 3
    desk.to_morning(23)
    assert len(desk.relay()) == 3


def test_a_nudge_leaves_at_once_and_then_rests_for_four_hours(desk: Desk) -> None:
    with desk.app.app_context():
        nudge_party(nudge(desk))
    assert [subject.partition(" đề nghị")[0] for subject in desk.relay()] == ["Thư ký Khối"]
    desk.clock.forward(hours=3, minutes=59)
    with desk.app.app_context():
        with pytest.raises(TransitionRefusedError) as refusal:
            nudge_party(nudge(desk))
        assert "nhắc lại được từ 13:00 ngày 15/05" in refusal.value.vi
        nudge_party(nudge(desk, 1))
    desk.clock.forward(minutes=1)
    with desk.app.app_context():
        nudge_party(nudge(desk))
    assert len(desk.relay()) == 2


def test_a_nudge_at_night_joins_the_reminder_of_the_morning(desk: Desk) -> None:
    desk.to_morning(16, hour=20)
    with desk.app.app_context():
        nudge_party(nudge(desk))
    desk.to_morning(17, hour=7)
    assert desk.relay() == []
    desk.to_morning(17)
    assert len(desk.relay()) == 3
    assert ("cadence", "2024-05-17", "skipped", "overtaken") in desk.rows(party(desk))


def test_who_has_answered_is_not_nudged(desk: Desk) -> None:
    agree_by(desk.app, desk.pledge_id, desk.house.representatives[0])
    with desk.app.app_context(), pytest.raises(TransitionRefusedError, match="agency-has-acted"):
        nudge_party(nudge(desk))


def test_only_the_coordinator_of_the_bloc_steers(desk: Desk) -> None:
    coordinator = desk.house.coordinator
    with desk.app.app_context():
        own = desk.house.representatives[0]
        with pytest.raises(NotAllowedError):
            nudge_party(replace(nudge(desk), actor=own))
        with pytest.raises(NotAllowedError):
            set_reminder_policy(SetReminderPolicy(own, desk.pledge_id, Stage.REVIEW, RARE))
        with pytest.raises(NotAllowedError):
            move_deadline(replace(move_command(desk.app, desk.house, desk.pledge_id, days=1), actor=own))
        with pytest.raises(NotAllowedError):
            pause_reminders(PauseReminders(own, desk.pledge_id, party(desk), "x"))
        with pytest.raises(NotAllowedError):
            resume_reminders(ResumeReminders(own, desk.pledge_id, party(desk)))
        with pytest.raises(NotFoundError):
            nudge_party(replace(nudge(desk), actor=desk.house.observer))
        with pytest.raises(NotFoundError):
            nudge_party(NudgeParty(coordinator, uuid.uuid4(), party(desk)))
        with pytest.raises(NotFoundError, match="party-not-found"):
            nudge_party(NudgeParty(coordinator, desk.pledge_id, 987654))
        cancel_pledge(cancel_command(desk.app, coordinator, desk.pledge_id))
        with pytest.raises(TransitionRefusedError, match="nobody-is-asked"):
            nudge_party(nudge(desk))


def test_a_day_off_moves_the_plan_of_every_open_pledge(desk: Desk) -> None:
    with desk.app.app_context():
        day_off(desk.house, date(2024, 5, 17))
        with pytest.raises(AlreadyDoneError):
            day_off(desk.house, date(2024, 5, 17))
    assert waiting(desk)[:2] == ["cadence 20", "day-before 21"]
    desk.to_morning(17)
    assert desk.relay() == []
    with desk.app.app_context():
        set_calendar_day(SetCalendarDay(desk.house.administrator, date(2024, 5, 18), works=True, note="Làm bù"))
    assert waiting(desk)[:2] == ["cadence 18", "day-before 21"]
    with desk.app.app_context():
        set_calendar_day(SetCalendarDay(desk.house.administrator, date(2024, 5, 17), works=None, note=""))
    assert waiting(desk)[0] == "cadence 20"


@pytest.mark.parametrize(
    ("day", "works", "note", "field"),
    [
        (date(2024, 5, 14), False, "Muộn rồi", "day"),
        (date(2024, 5, 20), False, " ", "note"),
        (date(2024, 5, 20), True, "x" * 201, "note"),
        (date(2024, 5, 20), True, "a\u202eb", "note"),
        (date(2024, 5, 20), None, "", "day"),
    ],
)
def test_a_day_that_cannot_be_set_is_refused(desk: Desk, day: date, works: bool | None, note: str, field: str) -> None:
    with desk.app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            set_calendar_day(SetCalendarDay(desk.house.administrator, day, works, note))
        assert refusal.value.field == field
        with pytest.raises(NotAllowedError):
            set_calendar_day(SetCalendarDay(desk.house.coordinator, day, works, note))


def test_a_superior_is_named_changed_and_removed(desk: Desk) -> None:
    agency = desk.house.agencies[0]
    with desk.app.app_context():
        name_superior(desk.house)
        with pytest.raises(AlreadyDoneError):
            name_superior(desk.house)
        name_superior(desk.house, address="MOI@Tinh.example")
        stored = db.session.get_one(AgencySuperior, agency)
        assert (stored.name, stored.address) == ("Nguyễn Văn An", "moi@tinh.example")
        assert SUPERIOR not in str(events("agency:superior:set"))
        set_superior(SetSuperior(desk.house.administrator, agency, "", "", " "))
        db.session.rollback()
        assert db.session.get(AgencySuperior, agency) is None


@pytest.mark.parametrize(
    ("name", "title", "address", "field"),
    [
        ("An", "", "không phải thư", "address"),
        ("An", "", "", "address"),
        ("", "", SUPERIOR, "name"),
        ("An\u200b", "", SUPERIOR, "name"),
        ("An", "x" * 201, SUPERIOR, "title"),
    ],
)
def test_a_superior_who_cannot_be_written_to_is_refused(
    desk: Desk, name: str, title: str, address: str, field: str
) -> None:
    command = SetSuperior(desk.house.administrator, desk.house.agencies[0], name, title, address)
    with desk.app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            set_superior(command)
        assert refusal.value.field == field
        with pytest.raises(NotAllowedError):
            set_superior(replace(command, actor=desk.house.coordinator))
        with pytest.raises(NotFoundError):
            set_superior(SetSuperior(desk.house.administrator, 987654, "An", "", SUPERIOR))
