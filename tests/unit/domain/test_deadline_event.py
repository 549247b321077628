"""A deadline's calendar entry keeps its name for as long as it is about the same thing."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from approval.domain.deadline_event import DeadlineEvent
from approval.domain.reminder_policy import Stage

NOON = datetime(2024, 5, 20, 5, 0, tzinfo=UTC)
EVENT = DeadlineEvent(uuid.UUID(int=7), 3, Stage.REVIEW, 4, "Bản giao ước", NOON, "https://khoi.example/van-ban/7")


def test_a_moved_or_cancelled_deadline_is_the_same_entry() -> None:
    assert replace(EVENT, deadline=NOON.replace(day=21), sequence=5).uid == EVENT.uid
    assert replace(EVENT, cancelled=True, deadline=None).uid == EVENT.uid


def test_another_pledge_party_or_stage_is_another_entry() -> None:
    elsewhere, other = replace(EVENT, pledge_id=uuid.UUID(int=8)), replace(EVENT, party_id=4)
    assert len({EVENT.uid, elsewhere.uid, other.uid, replace(EVENT, stage=Stage.SIGNING).uid}) == 4


def test_the_entry_says_what_is_due() -> None:
    assert EVENT.summary == "Hạn cho ý kiến: Bản giao ước"
    assert replace(EVENT, stage=Stage.SIGNING).summary == "Hạn ký: Bản giao ước"


def test_the_entry_ends_at_the_deadline() -> None:
    assert EVENT.start == NOON.replace(hour=4, minute=30)
    assert replace(EVENT, deadline=None).start is None
