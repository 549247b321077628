"""Commands of the coordinator's and the administrator's side of reminders and mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from approval.domain.commands import Actor
from approval.domain.reminder_policy import ReminderPolicy, Stage


@dataclass(frozen=True, slots=True)
class SetReminderPolicy:
    """Coordinator: another policy for one stage of a pledge; what is planned is planned anew, what was sent stays."""

    actor: Actor
    pledge_id: uuid.UUID
    stage: Stage
    policy: ReminderPolicy


@dataclass(frozen=True, slots=True)
class MoveDeadline:
    """Coordinator: another deadline (aware) for the stage that is open; replans, and tells who has not acted yet."""

    actor: Actor
    pledge_id: uuid.UUID
    expected_version: int
    deadline: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PauseReminders:
    """Coordinator: hold back one agency's reminders."""

    actor: Actor
    pledge_id: uuid.UUID
    party_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeReminders:
    """Coordinator: let them go on from now; what fell due meanwhile is not made up for."""

    actor: Actor
    pledge_id: uuid.UUID
    party_id: int


@dataclass(frozen=True, slots=True)
class NudgeParty:
    """Coordinator: remind one agency now, at most once in four hours."""

    actor: Actor
    pledge_id: uuid.UUID
    party_id: int


@dataclass(frozen=True, slots=True)
class ReplaceRepresentative:
    """Coordinator or administrator: `person_id` acts for one agency from now on.

    `replaces` is who did when the page was opened.
    """

    actor: Actor
    pledge_id: uuid.UUID
    party_id: int
    replaces: int
    person_id: int


@dataclass(frozen=True, slots=True)
class SetCalendarDay:
    """Administrator: offices work (True) or are closed (False) on a Vietnam date; None lets the public calendar say."""

    actor: Actor
    day: date
    works: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class SetSuperior:
    """Administrator: whom to tell when an agency stays silent; an empty address removes the entry."""

    actor: Actor
    agency_id: int
    name: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class ResendMail:
    """Administrator: hand a refused, uncertain or bounced mail over once more, under its old Message-ID."""

    actor: Actor
    outbox_id: int


@dataclass(frozen=True, slots=True)
class RetryOutbox:
    """Administrator: try a failed mail or finalisation at once instead of after its pause."""

    actor: Actor
    outbox_id: int
