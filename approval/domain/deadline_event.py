"""A deadline as an entry for people's own calendars: the same entry as long as it is about the same thing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from approval.domain.reminder_policy import Stage

_SHOWN_FOR = timedelta(minutes=30)
_WHAT = {Stage.REVIEW: "Hạn cho ý kiến", Stage.SIGNING: "Hạn ký"}


@dataclass(frozen=True, slots=True)
class DeadlineEvent:
    """One entry. `sequence` is the pledge's version: it only rises, so a calendar keeps what was said last.

    `deadline` is aware, or None for an entry that is taken away after its deadline has been forgotten.
    """

    pledge_id: uuid.UUID
    party_id: int
    stage: Stage
    sequence: int
    title: str
    deadline: datetime | None
    link: str
    cancelled: bool = False

    @property
    def uid(self) -> str:
        """Stable for pledge, party and stage, in every round; without the host."""
        return f"{self.pledge_id}-{self.party_id}-{self.stage.value}"

    @property
    def summary(self) -> str:
        """The entry's line in the calendar."""
        return f"{_WHAT[self.stage]}: {self.title}"

    @property
    def start(self) -> datetime | None:
        """Half an hour before the deadline: an entry without length is hard to see."""
        return None if self.deadline is None else self.deadline - _SHOWN_FOR
