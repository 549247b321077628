"""Why somebody gets no reminder today: one answer, the first reason that holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from approval.domain.vietnam_time import in_vietnam
from approval.domain.working_calendar import WorkingCalendar


class TodaysAnswer(StrEnum):
    """What became of today's reminder. SENT and WAITING: there is one. NOTHING_PLANNED: the policy asks for none."""

    CLOSED = "closed"
    ACTED = "acted"
    REFUSED_ADDRESS = "refused-address"
    SENT = "sent"
    PAUSED = "paused"
    HOLIDAY = "holiday"
    WAITING = "waiting"
    CAPPED = "capped"
    NOT_DUE = "not-due"
    NOTHING_PLANNED = "nothing-planned"


@dataclass(frozen=True, slots=True)
class PartyToday:
    """What the answer depends on; moments aware.

    `acted_at` is the agency's verdict or signature, `sent_at` its newest reminder that left, `next_due_at` the first
    one still planned, `counted` how many count against the policy's `cap`.
    """

    now: datetime
    stage_open: bool
    acted_at: datetime | None = None
    address_refused: bool = False
    paused: bool = False
    sent_at: datetime | None = None
    next_due_at: datetime | None = None
    counted: int = 0
    cap: int = 0


def todays_answer(calendar: WorkingCalendar, party: PartyToday) -> TodaysAnswer:
    """The first reason that holds: what ends the asking comes before what only delays it."""
    if party.acted_at is not None:
        return TodaysAnswer.ACTED
    if not party.stage_open:
        return TodaysAnswer.CLOSED
    if party.address_refused:
        return TodaysAnswer.REFUSED_ADDRESS
    return _while_asking(calendar, party, in_vietnam(party.now).date())


def _while_asking(calendar: WorkingCalendar, party: PartyToday, today: date) -> TodaysAnswer:
    if party.sent_at is not None and in_vietnam(party.sent_at).date() == today:
        return TodaysAnswer.SENT
    if party.paused:
        return TodaysAnswer.PAUSED
    if not calendar.is_working_day(today):
        return TodaysAnswer.HOLIDAY
    if party.next_due_at is not None:
        is_today = in_vietnam(party.next_due_at).date() <= today
        return TodaysAnswer.WAITING if is_today else TodaysAnswer.NOT_DUE
    return TodaysAnswer.CAPPED if party.counted >= party.cap else TodaysAnswer.NOTHING_PLANNED
