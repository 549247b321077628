"""What may happen to reminders, and a diary of what did that the product never sees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from approval.domain.reminder_policy import DEFAULT_POLICIES, ReminderPolicy, Stage


class Act(StrEnum):
    """What somebody does, or tries to: much of it is refused, for the wrong moment."""

    NOTHING = "nothing"
    AGREE = "agree"
    OBJECT = "object"
    OPEN = "open signing"
    SIGN = "sign"
    DECLINE = "decline"
    REVISE = "revise"
    SUBMIT = "submit"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    NUDGE = "nudge"
    MOVE = "move the deadline"
    POLICY = "change the policy"
    DAY = "set a day"
    LOCK = "lock the account"
    UNLOCK = "unlock it"
    MAIL_DOWN = "mail server down"
    MAIL_UP = "mail server up"
    REFUSE_ONE = "refuse one address"
    DEFER_ONE = "defer one address"


@dataclass(frozen=True)
class Step:
    """Time passes (with the beat alive, or without anybody looking), then somebody acts."""

    gap: timedelta
    alive: bool
    act: Act
    pledge: int = 0
    party: int = 0
    days: int = 1
    policy: ReminderPolicy = DEFAULT_POLICIES[Stage.REVIEW]


@dataclass
class Ask:
    """One agency is asked for one thing, until it acts or is asked no longer."""

    pledge: int
    party: int
    stage: Stage
    round: int
    since: datetime
    until: datetime | None = None

    def open_at(self, moment: datetime) -> bool:
        """Whether it is asked at this moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass
class Span:
    """From one moment to another, or without end yet."""

    start: datetime
    end: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether it was so when the beat looked: people act first, then the beat looks."""
        return self.start <= moment and (self.end is None or moment < self.end)

    def touches(self, moment: datetime) -> bool:
        """The same with the moment of its end, at which a row may be closed for it."""
        return self.covers(moment) or moment == self.end


@dataclass
class Diary:
    """What happened, as the people remember it."""

    asks: list[Ask] = field(default_factory=list)
    pauses: dict[tuple[int, int], list[Span]] = field(default_factory=lambda: defaultdict(list))
    locks: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    policies: dict[tuple[int, Stage], list[tuple[datetime, ReminderPolicy]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    deadlines: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    days: dict[date, bool] = field(default_factory=dict)
    replanned: dict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    moved: dict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))

    def policy(self, pledge: int, stage: Stage, moment: datetime) -> ReminderPolicy:
        """The one that held."""
        known = [policy for since, policy in self.policies[pledge, stage] if since <= moment]
        return known[-1] if known else DEFAULT_POLICIES[stage]

    def deadline(self, pledge: int) -> datetime:
        """The one that holds."""
        return self.deadlines[pledge][-1][1]
