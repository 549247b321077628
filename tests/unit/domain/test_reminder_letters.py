"""A reminder tells the truth of the moment at which it leaves, not of the one at which it was planned."""

from __future__ import annotations

from datetime import datetime

import pytest

from approval.domain.reminder_letters import is_overturned, letter_kind
from approval.domain.reminder_plan import ReminderKind
from approval.domain.vietnam_time import VIETNAM_TIME

DEADLINE = datetime(2024, 5, 20, 17, tzinfo=VIETNAM_TIME)
MONDAY = "2024-05-20"


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2024, 5, day, hour, tzinfo=VIETNAM_TIME)


@pytest.mark.parametrize(
    ("kind", "leaves", "said"),
    [
        (ReminderKind.CADENCE, at(16), ReminderKind.CADENCE),
        (ReminderKind.DAY_BEFORE, at(17), ReminderKind.DAY_BEFORE),
        (ReminderKind.ON_THE_DAY, at(20), ReminderKind.ON_THE_DAY),
        (ReminderKind.DAY_BEFORE, at(20), ReminderKind.ON_THE_DAY),
        (ReminderKind.CADENCE, at(20, 17), ReminderKind.ON_THE_DAY),
        (ReminderKind.CADENCE, at(20, 18), ReminderKind.LATE),
        (ReminderKind.ON_THE_DAY, at(21), ReminderKind.LATE),
        (ReminderKind.LATE, at(22), ReminderKind.LATE),
        (ReminderKind.NUDGE, at(22), ReminderKind.NUDGE),
        (ReminderKind.ESCALATION, at(22), ReminderKind.ESCALATION),
    ],
)
def test_a_mail_that_waited_says_what_holds_when_it_leaves(
    kind: ReminderKind, leaves: datetime, said: ReminderKind
) -> None:
    assert letter_kind(kind, deadline=DEADLINE, now=leaves) is said


@pytest.mark.parametrize(
    ("kind", "slot", "leaves", "overturned"),
    [
        (ReminderKind.LATE, "2024-05-17", at(17), True),
        (ReminderKind.ESCALATION, "2024-05-17", at(17), True),
        (ReminderKind.ON_THE_DAY, "2024-05-17", at(17), True),
        (ReminderKind.ON_THE_DAY, MONDAY, at(20), False),
        (ReminderKind.ON_THE_DAY, "2024-05-17", at(21), False),
        (ReminderKind.CADENCE, "2024-05-17", at(17), False),
        (ReminderKind.DAY_BEFORE, "2024-05-17", at(17), False),
        (ReminderKind.LATE, "2024-05-21", at(21), False),
    ],
)
def test_a_deadline_that_moved_makes_some_reminders_untrue(
    kind: ReminderKind, slot: str, leaves: datetime, overturned: bool
) -> None:
    assert is_overturned(kind, slot, deadline=DEADLINE, now=leaves) is overturned
