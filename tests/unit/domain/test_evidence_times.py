"""No event may claim a time before an outsider saw a head that does not count it yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from approval.adapters.evidence_zip import write_bundle
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_manifest import note_path, token_path
from approval.domain.evidence_times import CLOCK_TOLERANCE, LONGEST_NEWEST, was_newest
from approval.domain.merkle import leaf_hash
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import Heads, bundle_files, sealed
from tests.factories.evidence_story import PledgeStory, change, plain_story
from tests.factories.log_house import MAY_20, LogHouse
from tests.factories.merkle_tree import StoredTree

SIZE = 10
ALLOWED = LONGEST_NEWEST + CLOCK_TOLERANCE


@pytest.fixture
def one() -> PledgeStory:
    """Eleven events; the last is the one after the head that outsiders saw."""
    return plain_story()


def seen(house: LogHouse, one: PledgeStory, moment: datetime, by: str) -> Judgement:
    """With a head of ten events that the time-stamp authority or a witness saw at that moment."""
    files = bundle_files(house, one, Heads([SIZE, 11], house.witnesses[:1]))
    root = StoredTree(map(leaf_hash, one.story.payloads())).root(SIZE)
    with house.at(moment):
        files[note_path(SIZE)] = house.head(SIZE, root, witnesses=house.witnesses[:1] if by == "witness" else ())
        if by == "stamp":
            files[token_path(SIZE)] = house.stamp(files[note_path(SIZE)])
    policy = house.policy_text(quorum=1)
    return judge(write_bundle(sealed(house, one.pledge, files)), policy)


@pytest.mark.parametrize("by", ["stamp", "witness"])
def test_an_event_dated_back_is_found_by_number(log_house: LogHouse, one: PledgeStory, by: str) -> None:
    found = seen(log_house, one, MAY_20 - timedelta(days=1), by)
    assert (found.code, found.failed()) == (1, {"times"})
    assert found.words["times"] == (
        "sự kiện 10 ghi lùi thời điểm: log/checkpoints/10.note được đóng dấu sau đó mà chưa có nó"
    )


@pytest.mark.parametrize("by", ["stamp", "witness"])
def test_a_head_stays_the_newest_for_some_minutes(log_house: LogHouse, one: PledgeStory, by: str) -> None:
    last = datetime(2024, 5, 10, 3, 0, tzinfo=UTC)
    change(one, 10, at=last)
    assert seen(log_house, one, last + ALLOWED, by).code == 0
    assert seen(log_house, one, last + ALLOWED + timedelta(seconds=1), by).code == 1


@pytest.mark.parametrize("moment", [datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_a_moment_at_the_ends_of_the_calendar_is_judged(
    log_house: LogHouse, one: PledgeStory, moment: datetime
) -> None:
    assert seen(log_house, one, moment, "witness").failed() == {"times"}


def test_only_what_saw_the_newest_head_bounds_the_next_event(one: PledgeStory) -> None:
    events = [EvidenceEvent.of(seq, payload) for seq, payload in enumerate(one.story.payloads())]
    last = one.story.fields[10].at
    assert was_newest(SIZE, events, last + LONGEST_NEWEST)
    assert not was_newest(SIZE, events, last + LONGEST_NEWEST + timedelta(microseconds=1))
    assert was_newest(11, events, last + timedelta(days=300))
