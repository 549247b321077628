"""The life of a pledge played again: honest ones pass, every act out of order or about another text is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from approval.adapters.offline import events as offline_events
from approval.adapters.offline import replay as offline_replay
from approval.adapters.offline.outcome import Fault
from approval.domain.audit_event import EventType
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_replay import Play, replay
from approval.domain.evidence_report import EvidenceFault, Outcome
from approval.domain.states import State
from tests.factories.evidence_story import (
    PledgeStory,
    Story,
    cancelled_story,
    change,
    digest,
    eventful_story,
    plain_story,
)

OTHER = digest(b"another text")
# Numbers of the events of `plain_story`.
IMPORT, SUBMIT, FIRST, SECOND, OPEN, SIGN, SIGN_LAST, SEAL, MAIL = 1, 2, 4, 5, 6, 7, 8, 9, 10


def of(one: PledgeStory) -> list[EvidenceEvent]:
    """The pledge's events."""
    every = (EvidenceEvent.of(seq, payload) for seq, payload in enumerate(one.story.payloads()))
    return [event for event in every if event.body["pledge"] == one.pledge]


def played(one: PledgeStory) -> Play:
    """By the product and by the offline verifier, which must both go through."""
    events = of(one)
    life = offline_replay.replay([offline_events.Event(event.seq, event.payload) for event in events])
    play = replay(events)
    assert life.unknown == play.unknown
    return play


def fault(one: PledgeStory) -> str:
    """What both find; they must agree on the event at fault."""
    events = of(one)
    with pytest.raises(EvidenceFault) as ours:
        replay(events)
    with pytest.raises(Fault) as theirs:
        offline_replay.replay([offline_events.Event(event.seq, event.payload) for event in events])
    assert ours.value.outcome is Outcome.TAMPERED
    assert theirs.value.words.split()[:3] == ours.value.words.split()[:3]
    return ours.value.words


def test_a_plain_life_comes_to_its_end() -> None:
    play = played(one := plain_story())
    assert (play.state, play.agreed, len(play.signing.signers)) == (State.FINALISED, 2, 2)
    assert play.final == digest(one.files["document/final.pdf"])
    assert play.revisions == {1: digest(one.draft)}


def test_an_eventful_life_comes_to_its_end() -> None:
    play = played(eventful_story())
    assert (play.state, len(play.revisions)) == (State.FINALISED, 4)


def test_a_pledge_given_up_is_cancelled() -> None:
    assert played(cancelled_story()).state is State.CANCELLED


def test_a_pledge_drafted_only_is_a_draft() -> None:
    one = PledgeStory.begin(Story(random.Random(1)), 2)
    play = played(one)
    assert (play.state, play.revision) == (State.DRAFT, (None, None))


def test_key_events_between_are_no_part_of_the_life() -> None:
    events = of(plain_story())
    story = Story(random.Random(2))
    story.record("log:key:registered", "system", data={"vkey": "x"})
    key = EvidenceEvent.of(0, story.payloads()[0])
    assert replay([key, *events]).state is State.FINALISED


READING = sorted(one for one in EventType if one.startswith(("pledge:file:", "pledge:finding:", "pledge:proof:")))
REMINDING = sorted(one for one in EventType if one.startswith(("pledge:remind", "pledge:deadline", "pledge:party")))


@pytest.mark.parametrize("kind", [*READING, *REMINDING, EventType.REPRESENTATIVE_REPLACED])
def test_what_is_not_about_the_workflow_changes_nothing_and_is_known(kind: EventType) -> None:
    one = plain_story()
    one.say(kind, None, None, b"some file", actor="observer:9", version=7, data={"file": "final"})
    assert (played(one).state, played(one).unknown) == (State.FINALISED, set())


def test_an_event_of_a_later_version_is_named_and_does_not_stop_the_play() -> None:
    one = plain_story()
    one.say("pledge:picture:framed", None, None)
    assert played(one).unknown == {"pledge:picture:framed"}
    assert played(one).state is State.FINALISED


def test_an_event_of_a_later_version_may_not_move_the_pledge() -> None:
    one = plain_story()
    one.say("pledge:picture:framed", State.FINALISED, State.DRAFT)
    assert fault(one) == "sự kiện 11 ghi sai bước sau đó"


def test_both_verifiers_know_the_same_kinds_of_events() -> None:
    ours = {str(one) for one in EventType if one.startswith(("pledge:", "mail:"))}
    known = {*offline_replay.MOVES, *offline_replay.BEGINNINGS, *offline_replay.QUIET}
    assert known == ours


def test_events_that_named_no_agencies_keep_the_drafts() -> None:
    one = plain_story()
    one.story.fields[SUBMIT] = _forgotten(one, SUBMIT)
    assert played(one).agencies == (11, 12)


def _forgotten(one: PledgeStory, seq: int) -> Any:
    change(one, seq)
    facts = one.story.fields[seq]
    return type(facts)(**{name: getattr(facts, name) for name in facts.__slots__ if name != "data"})


FORGERIES: list[tuple[int, dict[str, Any]]] = [
    (IMPORT, {"state_from": State.DRAFT}),
    (IMPORT, {"state_to": State.IN_REVIEW}),
    (IMPORT, {"actor": "administrator:3"}),
    (IMPORT, {"data": {"agencies": []}}),
    (IMPORT, {"data": {"agencies": "11"}}),
    (IMPORT, {"data": {"agencies": [11, "12"]}}),
    (IMPORT, {"data": {"agencies": [11, 11]}}),
    (SUBMIT, {"doc_sha256": OTHER}),
    (SUBMIT, {"version": 2}),
    (SUBMIT, {"version": None}),
    (SUBMIT, {"actor": "representative:111"}),
    (SUBMIT, {"actor": "nobody"}),
    (SUBMIT, {"state_from": State.IN_REVIEW}),
    (SUBMIT, {"state_from": None}),
    (SUBMIT, {"state_to": State.DRAFT}),
    (SUBMIT, {"data": {"agencies": [11]}}),
    (FIRST, {"doc_sha256": OTHER}),
    (FIRST, {"version": 2}),
    (FIRST, {"actor": "coordinator:1"}),
    (FIRST, {"agency": 99}),
    (FIRST, {"agency": None}),
    (FIRST, {"data": {"kind": "maybe"}}),
    (FIRST, {"data": {"kind": ["agree"]}}),
    (FIRST, {"data": {"kind": "request_changes"}}),
    (FIRST, {"data": {"agreed_count": 2}}),
    (FIRST, {"data": {"fired": ["agreement_reached"]}}),
    (SECOND, {"data": {"fired": []}}),
    (SECOND, {"state_to": State.IN_REVIEW}),
    (OPEN, {"version": 2}),
    (OPEN, {"data": {"revision_sha256": OTHER}}),
    (OPEN, {"actor": "administrator:3"}),
    (SIGN, {"version": 2}),
    (SIGN, {"agency": 99}),
    (SIGN, {"data": {"revision_sha256": OTHER}}),
    (SIGN, {"data": {"base_sha256": OTHER}}),
    (SIGN, {"data": {"previous_sha256": OTHER}}),
    (SIGN, {"data": {"signed_count": 2}}),
    (SIGN, {"data": {"fired": ["all_signed"]}}),
    (SIGN_LAST, {"data": {"fired": []}}),
    (SEAL, {"version": 2}),
    (SEAL, {"actor": "coordinator:1"}),
    (SEAL, {"data": {"head_sha256": OTHER}}),
    (SEAL, {"data": {"signing": 7}}),
    *((seq, {"doc_sha256": None}) for seq in (IMPORT, SUBMIT, FIRST, OPEN, SIGN, SIGN_LAST, SEAL)),
    (MAIL, {"state_from": State.DRAFT}),
    (MAIL, {"state_to": State.DRAFT}),
]


@pytest.mark.parametrize(("seq", "facts"), FORGERIES)
def test_a_forged_event_is_found_by_number(seq: int, facts: dict[str, Any]) -> None:
    one = plain_story()
    change(one, seq, **facts)
    assert fault(one).startswith(f"sự kiện {seq} ")


def test_the_same_agency_cannot_sign_twice() -> None:
    one = plain_story()
    change(one, SIGN_LAST, agency=one.story.fields[SIGN].agency)
    assert fault(one) == f"sự kiện {SIGN_LAST} ký lần thứ hai cho một cơ quan"


def test_one_person_cannot_sign_for_two_agencies() -> None:
    one = plain_story()
    change(one, SIGN_LAST, actor=one.story.fields[SIGN].actor)
    assert fault(one) == f"sự kiện {SIGN_LAST} do người đã ký cho cơ quan khác ký"


def test_one_agency_agreeing_twice_is_not_two() -> None:
    one = plain_story()
    change(one, SECOND, agency=one.story.fields[FIRST].agency)
    assert fault(one) == f"sự kiện {SECOND} đếm sai số cơ quan thống nhất"


@pytest.mark.parametrize("gone", [IMPORT, SUBMIT, FIRST, OPEN, SIGN, SIGN_LAST])
def test_an_event_left_out_is_missed_by_the_next(gone: int) -> None:
    one = plain_story()
    del one.story.fields[gone]
    assert fault(one).startswith("sự kiện ")


def _import_again(one: PledgeStory) -> None:
    one.say(EventType.DRAFT_IMPORTED, State.FINALISED, None, one.draft, data={"agencies": [11, 12]})


def _mail_first(one: PledgeStory) -> None:
    one.story.fields.insert(0, one.story.fields.pop())


def _cancel_what_is_done(one: PledgeStory) -> None:
    one.say(EventType.PLEDGE_CANCELLED, State.FINALISED, State.CANCELLED, one.draft)


@pytest.mark.parametrize("forge", [_import_again, _mail_first, _cancel_what_is_done])
def test_what_cannot_follow_is_found(forge: Callable[[PledgeStory], None]) -> None:
    one = plain_story()
    forge(one)
    fault(one)


def declined() -> tuple[PledgeStory, int]:
    """Somebody refused to sign; the number of that event."""
    one = PledgeStory.begin(Story(random.Random(1)), 3)
    one.submit()
    one.agree_all()
    one.open()
    return one, one.decline(one.sign_some(1))


@pytest.mark.parametrize(
    "facts", [{"doc_sha256": OTHER}, {"version": 2}, {"data": {"revision_sha256": OTHER}}, {"agency": 99}]
)
def test_a_refusal_is_about_what_was_signed(facts: dict[str, Any]) -> None:
    one, seq = declined()
    change(one, seq, **facts)
    assert fault(one).startswith(f"sự kiện {seq} ")


def test_who_signed_cannot_refuse() -> None:
    one, seq = declined()
    change(one, seq, agency=one.story.fields[seq - 1].agency)
    assert fault(one) == f"sự kiện {seq} từ chối sau khi đã ký"


def test_the_agencies_stay_once_they_were_asked() -> None:
    one, _ = declined()
    seq = one.submit()
    change(one, seq, data={"agencies": [11, 12]})
    assert fault(one) == f"sự kiện {seq} đổi các cơ quan ký giữa chừng"


def test_a_draft_taken_back_is_the_one_sent() -> None:
    one = eventful_story()
    seq = next(i for i, facts in enumerate(one.story.fields) if facts.type is EventType.DRAFT_REOPENED)
    change(one, seq, doc_sha256=OTHER)
    assert fault(one) == f"sự kiện {seq} nói về một dự thảo khác"


def test_a_saved_draft_names_its_text() -> None:
    one = PledgeStory.begin(Story(random.Random(1)), 2)
    seq = one.say(EventType.DRAFT_SAVED, State.DRAFT, State.DRAFT)
    assert fault(one) == f"sự kiện {seq} không ghi mã băm của tệp hoặc bản văn"


def test_a_hash_left_out_is_not_the_word_none() -> None:
    one = plain_story()
    change(one, OPEN, doc_sha256=None)
    change(one, SIGN, data={"base_sha256": "None", "previous_sha256": "None"})
    change(one, SIGN_LAST, data={"base_sha256": "None"})
    assert fault(one) == f"sự kiện {OPEN} không ghi mã băm của tệp hoặc bản văn"


def test_an_answer_is_about_the_text_in_force() -> None:
    one = eventful_story()
    seq = next(i for i, facts in enumerate(one.story.fields) if facts.type is EventType.COMMENT_ANSWERED)
    change(one, seq, version=None)
    assert fault(one) == f"sự kiện {seq} nói về một bản khác"
