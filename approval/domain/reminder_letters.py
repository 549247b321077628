"""What a reminder says when it leaves: a mail may have waited for a mail server, or the deadline may have moved."""

from __future__ import annotations

from datetime import datetime

from approval.domain.reminder_plan import ReminderKind
from approval.domain.vietnam_time import in_vietnam

_LATE = frozenset({ReminderKind.LATE, ReminderKind.ESCALATION})
_SAID_AS_PLANNED = frozenset({ReminderKind.NUDGE, ReminderKind.ESCALATION})


def is_overturned(kind: ReminderKind, slot: str, *, deadline: datetime, now: datetime) -> bool:
    """Whether another deadline made a reminder untrue: late where nothing is late, "today" on another day.

    `slot` is the Vietnam date it was planned for; moments are aware.
    """
    if now > deadline:
        return False
    is_another_day = slot != in_vietnam(deadline).date().isoformat()
    return kind in _LATE or (kind is ReminderKind.ON_THE_DAY and is_another_day)


def letter_kind(kind: ReminderKind, *, deadline: datetime, now: datetime) -> ReminderKind:
    """The letter that is true at `now`: whatever was planned, a mail that leaves after the deadline says so."""
    if kind in _SAID_AS_PLANNED:
        return kind
    if now > deadline:
        return ReminderKind.LATE
    if in_vietnam(now).date() == in_vietnam(deadline).date():
        return ReminderKind.ON_THE_DAY
    return kind
