"""Which events of a pledge's history a reader wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approval.domain.audit_event import EventType


class EventGroup(StrEnum):
    """Kinds of events as the page's filter names them; the values stand in addresses."""

    MAIN = "chinh"
    ALL = "tat-ca"
    MOVES = "trang-thai"
    DRAFTING = "soan-thao"
    OPINIONS = "y-kien"
    SIGNING = "ky-so"
    MAIL = "thu"
    ACCESS = "xem-tai"


_WORDS = {
    "draft": EventGroup.DRAFTING,
    "finding": EventGroup.DRAFTING,
    "comment": EventGroup.OPINIONS,
    "verdict": EventGroup.OPINIONS,
    "review": EventGroup.OPINIONS,
    "signing": EventGroup.SIGNING,
    "signature": EventGroup.SIGNING,
    "pin": EventGroup.SIGNING,
    "message": EventGroup.MAIL,
    "reminders": EventGroup.MAIL,
    "deadline": EventGroup.MAIL,
    "party": EventGroup.MAIL,
    "file": EventGroup.ACCESS,
}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """`group` MAIN is everything but who looked at and took what; `agency` an id; the days are Vietnam's, inclusive."""

    group: EventGroup = EventGroup.MAIN
    agency: int | None = None
    since: date | None = None
    until: date | None = None

    def admits(self, kind: EventType, *, agency: int | None, moves: bool, day: date) -> bool:
        """Whether an event is shown; `moves`: it changed the state of the pledge."""
        return (
            self._admits_kind(kind, moves=moves)
            and (self.agency is None or agency == self.agency)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )

    def _admits_kind(self, kind: EventType, *, moves: bool) -> bool:
        match self.group:
            case EventGroup.ALL:
                return True
            case EventGroup.MAIN:
                return group_of(kind) is not EventGroup.ACCESS
            case EventGroup.MOVES:
                return moves
            case _:
                return group_of(kind) is self.group


def group_of(kind: EventType) -> EventGroup:
    """The group of a kind of event by its object; MAIN for what has no group of its own."""
    if kind is EventType.DOCUMENT_FINALISED:
        return EventGroup.SIGNING
    return _WORDS.get(kind.value.split(":")[1], EventGroup.MAIN)
