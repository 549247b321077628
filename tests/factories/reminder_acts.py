"""What a coordinator and an administrator do about reminders, each up to the one call to be watched."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from approval.domain.commands import Actor
from approval.domain.reminder_commands import (
    MoveDeadline,
    NudgeParty,
    PauseReminders,
    ReplaceRepresentative,
    ResumeReminders,
    SetCalendarDay,
    SetReminderPolicy,
    SetSuperior,
)
from approval.domain.reminder_policy import ReminderPolicy, Stage
from approval.extensions import db, parts
from approval.models.pledge_party import PledgeParty
from approval.services.move_deadline import move_deadline
from approval.services.nudge_party import nudge_party
from approval.services.pause_reminders import pause_reminders
from approval.services.replace_representative import replace_representative
from approval.services.resume_reminders import resume_reminders
from approval.services.set_calendar_day import set_calendar_day
from approval.services.set_reminder_policy import set_reminder_policy
from approval.services.set_superior import set_superior
from tests.factories.review_house import make_review
from tests.factories.signing_house import SigningHouse, add_signer, stored_pledge

Call = Callable[[], object]

SUPERIOR = "giam-doc@bacgiang.example"
RARE = ReminderPolicy(5, 5, day_before=False, on_the_day=False, late_every=0, escalate_after=0, cap=3)


def party_ids(app: Flask, pledge_id: uuid.UUID) -> list[int]:
    """The parties' row ids in protocol order."""
    with app.app_context():
        query = select(PledgeParty.id).where(PledgeParty.pledge_id == pledge_id).order_by(PledgeParty.position)
        return list(db.session.scalars(query))


def move_command(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, *, reason: str = "Chờ số liệu.", **later: float
) -> MoveDeadline:
    """The deadline of the open stage moved by a timedelta's arguments."""
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        before = pledge.review_deadline if pledge.state == "in_review" else pledge.signing_deadline
        deadline = (before or parts().clock.now()) + timedelta(**later)
        return MoveDeadline(house.coordinator, pledge_id, pledge.version, deadline, reason)


def prepare_policy(app: Flask, house: SigningHouse) -> Call:
    """Fewer reminders."""
    command = SetReminderPolicy(house.coordinator, make_review(app, house), Stage.REVIEW, RARE)
    return partial(set_reminder_policy, command)


def prepare_move(app: Flask, house: SigningHouse) -> Call:
    """Two days more."""
    return partial(move_deadline, move_command(app, house, make_review(app, house), days=2))


def prepare_pause(app: Flask, house: SigningHouse) -> Call:
    """The first agency is left in peace."""
    pledge_id = make_review(app, house)
    party_id = party_ids(app, pledge_id)[0]
    return partial(pause_reminders, PauseReminders(house.coordinator, pledge_id, party_id, "Đang kiểm tra."))


def prepare_resume(app: Flask, house: SigningHouse) -> Call:
    """And reminded again."""
    pledge_id = make_review(app, house)
    party_id = party_ids(app, pledge_id)[0]
    pause_reminders(PauseReminders(house.coordinator, pledge_id, party_id, "Đang kiểm tra."))
    return partial(resume_reminders, ResumeReminders(house.coordinator, pledge_id, party_id))


def prepare_nudge(app: Flask, house: SigningHouse) -> Call:
    """One reminder by hand."""
    pledge_id = make_review(app, house)
    return partial(nudge_party, NudgeParty(house.coordinator, pledge_id, party_ids(app, pledge_id)[0]))


def prepare_replacement(app: Flask, house: SigningHouse) -> Call:
    """Somebody else of the first agency."""
    pledge_id = make_review(app, house)
    with app.app_context():
        successor = add_signer(house.bloc_id, house.agencies[0], name="Người kế nhiệm")
        db.session.commit()
    return partial(replace_representative, replace_command(app, house, pledge_id, successor))


def replace_command(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, successor: Actor, *, index: int = 0
) -> ReplaceRepresentative:
    """What the coordinator's page would send now for one agency."""
    with app.app_context():
        party = db.session.get_one(PledgeParty, party_ids(app, pledge_id)[index])
        return ReplaceRepresentative(house.coordinator, pledge_id, party.id, party.person_id, successor.person_id or 0)


def day_off(house: SigningHouse, day: date = date(2024, 5, 23)) -> None:
    """The province has a day off."""
    set_calendar_day(SetCalendarDay(house.administrator, day, works=False, note="Nghỉ bù"))


def name_superior(
    house: SigningHouse, agency_id: int | None = None, address: str = "giam-doc@bacgiang.example"
) -> None:
    """Whom to tell about the first agency, or another."""
    agency = house.agencies[0] if agency_id is None else agency_id
    set_superior(SetSuperior(house.administrator, agency, "Nguyễn Văn An", "Giám đốc Sở Thử nghiệm", address))


# Service, its event, and how it comes about.
ACTS: list[tuple[str, str, Callable[[Flask, SigningHouse], object]]] = [
    ("set_reminder_policy", "pledge:reminders:changed", prepare_policy),
    ("move_deadline", "pledge:deadline:moved", prepare_move),
    ("pause_reminders", "pledge:reminders:paused", prepare_pause),
    ("resume_reminders", "pledge:reminders:resumed", prepare_resume),
    ("nudge_party", "pledge:party:nudged", prepare_nudge),
    ("replace_representative", "pledge:representative:replaced", prepare_replacement),
    ("set_calendar_day", "calendar:day:set", lambda _app, house: day_off(house)),
    ("set_superior", "agency:superior:set", lambda _app, house: name_superior(house)),
]
