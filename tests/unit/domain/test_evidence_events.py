"""The events in a bundle: their one form, their places among the leaves, the pledge's own chain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from approval.adapters.offline import events as offline
from approval.adapters.offline.outcome import Fault
from approval.domain.audit_event import canonical_json, leaf_hash
from approval.domain.evidence_events import EvidenceEvent, check_events, write_events
from approval.domain.evidence_report import EvidenceFault, Outcome
from approval.domain.strict_base64 import encode
from tests.factories.evidence_story import PledgeStory, change, plain_story

EVENTS, LEAVES = "log/events.jsonl", "log/leaves.bin"


def files_of(one: PledgeStory, payloads: list[bytes] | None = None) -> dict[str, bytes]:
    """The two files about the history."""
    written = payloads or one.story.payloads()
    events = [EvidenceEvent.of(seq, payload) for seq, payload in enumerate(written)]
    own = [event for event in events if event.about_keys or event.body["pledge"] == one.pledge]
    return {LEAVES: b"".join(map(leaf_hash, written)), EVENTS: write_events(own)}


def fault(files: Mapping[str, bytes], pledge: str) -> tuple[Outcome, str]:
    """What both verifiers find."""
    with pytest.raises(EvidenceFault) as ours:
        check_events(files, pledge)
    with pytest.raises(Fault) as theirs:
        offline.check_events(dict(files), pledge)
    assert (theirs.value.outcome, theirs.value.words) == (ours.value.outcome.value, ours.value.words)
    return ours.value.outcome, ours.value.words


@pytest.fixture
def one() -> PledgeStory:
    """Events 1, 2 and 4 to 10 are the pledge's."""
    return plain_story()


def test_an_honest_history_passes(one: PledgeStory) -> None:
    one.story.record("log:key:registered", "system", data={"vkey": "x"})
    events = check_events(files_of(one), one.pledge)
    assert [event.seq for event in events] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert [event.about_keys for event in events][-2:] == [False, True]
    assert len(offline.check_events(files_of(one), one.pledge)) == 10


def test_a_changed_event_is_found_by_number(one: PledgeStory) -> None:
    files = files_of(one)
    files[EVENTS] = files[EVENTS].replace(*_lines_of(files, one, 4))
    assert fault(files, one.pledge) == (Outcome.TAMPERED, "sự kiện 4 không khớp mã băm trong nhật ký")


def _lines_of(files: Mapping[str, bytes], one: PledgeStory, seq: int) -> tuple[bytes, bytes]:
    before = EvidenceEvent.of(seq, one.story.payloads()[seq]).line
    change(one, seq, data={"comment": "khác"})
    return before, EvidenceEvent.of(seq, one.story.payloads()[seq]).line


@pytest.mark.parametrize("gone", [0, 3, 5])
def test_an_event_left_out_breaks_the_chain(one: PledgeStory, gone: int) -> None:
    files = files_of(one)
    lines = files[EVENTS].splitlines(keepends=True)
    del lines[gone]
    files[EVENTS] = b"".join(lines)
    assert "không nối tiếp sự kiện trước" in fault(files, one.pledge)[1]


def test_events_in_another_order_are_found(one: PledgeStory) -> None:
    files = files_of(one)
    first, second, *rest = files[EVENTS].splitlines(keepends=True)
    files[EVENTS] = b"".join([second, first, *rest])
    assert fault(files, one.pledge) == (Outcome.TAMPERED, "sự kiện 1 không đúng thứ tự")


def test_an_event_beyond_the_leaves_is_found(one: PledgeStory) -> None:
    files = files_of(one)
    files[LEAVES] = files[LEAVES][:-32]
    assert fault(files, one.pledge) == (Outcome.TAMPERED, "sự kiện 10 nằm ngoài log/leaves.bin")


def test_half_a_leaf_is_found(one: PledgeStory) -> None:
    files = files_of(one)
    files[LEAVES] += b"\0"
    assert fault(files, one.pledge)[1] == "log/leaves.bin không gồm các mã băm 32 byte"


def test_time_does_not_run_backwards(one: PledgeStory) -> None:
    change(one, 4, at=one.story.fields[1].at)
    assert fault(files_of(one), one.pledge)[1] == "sự kiện 4 ghi thời điểm sớm hơn sự kiện trước nó"


def test_another_pledges_event_is_found(one: PledgeStory) -> None:
    assert fault(files_of(one), "0b0e2f6e-5a3c-4f57-9a0d-111111111111")[1] == "sự kiện 1 không thuộc văn bản này"


def test_a_history_without_events_is_incomplete(one: PledgeStory) -> None:
    assert fault({**files_of(one), EVENTS: b""}, one.pledge) == (
        Outcome.INCOMPLETE,
        "không có sự kiện nào của văn bản",
    )


@pytest.mark.parametrize("path", [EVENTS, LEAVES])
def test_a_missing_file_is_named(one: PledgeStory, path: str) -> None:
    files = files_of(one)
    del files[path]
    assert fault(files, one.pledge) == (Outcome.INCOMPLETE, f"thiếu tệp {path}")


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: b"\n",
        lambda _: b"{}\n",
        lambda _: b"[" * 100_000 + b"\n",
        lambda _: b"7\n",
        lambda line: line.removesuffix(b"\n"),
        lambda line: line.replace(b'":', b'": ', 1),
        lambda line: line.replace(b'"seq":1', b'"seq":1.0'),
        lambda line: line.replace(b'"seq":1', b'"seq":true'),
        lambda line: line.replace(b'"payload":"', b'"payload":"!'),
        lambda line: line.replace(b'"payload":"', b'"payload":7,"x":"'),
    ],
)
def test_a_line_has_one_form(one: PledgeStory, forge: Callable[[bytes], bytes]) -> None:
    files = files_of(one)
    first, *rest = files[EVENTS].splitlines(keepends=True)
    files[EVENTS] = b"".join([forge(first), *rest]) if forge(first).endswith(b"\n") else forge(first)
    assert fault(files, one.pledge)[0] is Outcome.TAMPERED


def payload(**facts: Any) -> bytes:
    body = json.loads(plain_story().story.payloads()[1])
    thing = {key: facts.pop(key) for key in list(facts) if key in body["obj"]}
    return canonical_json({**body, **facts, "obj": {**body["obj"], **thing}})


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b"{}",
        payload(v=2),
        payload(seq=2),
        payload(seq=True),
        payload(at="2024-05-02"),
        payload(at="9999-99-99T99:99:99.999999Z"),
        payload(at="2024-02-30T01:00:00.000000Z"),
        payload(at="2024-05-02T24:00:00.000000Z"),
        payload(at="2024-05-02T01:00:60.000000Z"),
        payload(at="0000-01-01T00:00:00.000000Z"),
        payload(pseq=None),
        payload(pledge=None),
        payload(actor=None),
        payload(agency="11"),
        payload(data=[]),
        payload(extra=1),
        payload(doc_sha256="AB"),
        payload(pprev="00"),
        payload(priv="00"),
        payload(version="1"),
        canonical_json({"obj": {}}),
        payload() + b" ",
        payload().replace(b'"v":1', b'"v":1.5'),
        payload().replace(b'"v":1', b'"v":1,"v":1'),
        payload(data={"x": "y"}).replace(b'"y"', b'"\\u0065\\u0301"'),
        payload(data={"x": "y"}).replace(b'"y"', b"9007199254740992"),
        payload(data={"x": "y"}).replace(b'"y"', b"NaN"),
        payload(data={"x": "y"}).replace(b'"x"', '"ư"'.encode()),
        payload(data={"x": "y"}).replace(b'"y"', b'"\\ud800"'),
    ],
)
def test_an_event_has_one_form(forged: bytes) -> None:
    one = plain_story()
    assert forged != one.story.payloads()[1]
    line = canonical_json({"payload": encode(forged), "seq": 1}) + b"\n"
    files = {EVENTS: line, LEAVES: bytes(32) + leaf_hash(forged)}
    assert fault(files, one.pledge)[0] is Outcome.TAMPERED


def nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    """The event with that many lists or objects in one another, itself and its `data` counted."""
    return payload(data={"x": "y"}).replace(b'"y"', opening * (depth - 2) + b"0" + closing * (depth - 2))


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"x":', b"}")])
def test_no_event_is_deeper_than_both_verifiers_read(opening: bytes, closing: bytes) -> None:
    allowed = nested(opening, closing, 64)
    assert EvidenceEvent.of(1, allowed).body == offline.read_body(1, allowed)
    for depth in (65, 300, *range(480, 500), 1_000, 100_000):
        with pytest.raises(EvidenceFault) as ours:
            EvidenceEvent.of(1, nested(opening, closing, depth))
        with pytest.raises(Fault) as theirs:
            offline.read_body(1, nested(opening, closing, depth))
        assert (ours.value.outcome.value, theirs.value.outcome) == ("TAMPERED", "TAMPERED")
