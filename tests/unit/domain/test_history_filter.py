"""What each choice of the history's filter shows."""

from __future__ import annotations

from datetime import date

import pytest

from approval.domain.audit_event import EventType
from approval.domain.history_filter import EventGroup, HistoryFilter, group_of

DAY = date(2024, 5, 21)
READING = {EventType.DOCUMENT_VIEWED, EventType.FILE_DOWNLOADED, EventType.FILE_PRINTED, EventType.FILE_REFUSED}


def shown(group: EventGroup, *, moves: bool = False) -> set[EventType]:
    wanted = HistoryFilter(group)
    return {kind for kind in EventType if wanted.admits(kind, agency=None, moves=moves, day=DAY)}


def test_usually_everything_but_reading_is_shown() -> None:
    assert shown(EventGroup.MAIN) == set(EventType) - READING
    assert shown(EventGroup.ACCESS) == READING
    assert shown(EventGroup.ALL) == set(EventType)


def test_moves_are_told_by_the_state_not_by_the_kind() -> None:
    assert shown(EventGroup.MOVES) == set()
    assert shown(EventGroup.MOVES, moves=True) == set(EventType)


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        (EventType.DRAFT_SAVED, EventGroup.DRAFTING),
        (EventType.FINDING_DISMISSED, EventGroup.DRAFTING),
        (EventType.VERDICT_GIVEN, EventGroup.OPINIONS),
        (EventType.COMMENT_ANSWERED, EventGroup.OPINIONS),
        (EventType.SIGNATURE_ADDED, EventGroup.SIGNING),
        (EventType.DOCUMENT_FINALISED, EventGroup.SIGNING),
        (EventType.PIN_REFUSED, EventGroup.SIGNING),
        (EventType.MAIL_SENT, EventGroup.MAIL),
        (EventType.DEADLINE_MOVED, EventGroup.MAIL),
        (EventType.PLEDGE_CANCELLED, EventGroup.MAIN),
    ],
)
def test_kinds_stand_in_the_group_people_look_for(kind: EventType, group: EventGroup) -> None:
    assert group_of(kind) is group
    if group is not EventGroup.MAIN:
        assert kind in shown(group)


def test_agency_and_days_narrow_it_down() -> None:
    def admits(wanted: HistoryFilter, *, agency: int | None = 3) -> bool:
        return wanted.admits(EventType.VERDICT_GIVEN, agency=agency, moves=False, day=DAY)

    assert admits(HistoryFilter(agency=3))
    assert not admits(HistoryFilter(agency=4))
    assert not admits(HistoryFilter(agency=4), agency=None)
    assert admits(HistoryFilter(since=DAY, until=DAY))
    assert not admits(HistoryFilter(since=date(2024, 5, 22)))
    assert not admits(HistoryFilter(until=date(2024, 5, 20)))
