"""Receipts against a bundle, by both verifiers: what people kept, and what happened to it in mails and editors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from approval.adapters.evidence_zip import write_bundle
from approval.domain.audit_event import EventType
from approval.domain.checkpoint import LogProof
from approval.domain.merkle import leaf_hash
from approval.domain.merkle_proof import inclusion_proof
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import Heads, bundle_files, log_files, make_bundle, sealed
from tests.factories.evidence_story import PledgeStory, change, plain_story
from tests.factories.log_house import LogHouse
from tests.factories.merkle_tree import StoredTree

EVENTS = "log/events.jsonl"
LAST = 10


@pytest.fixture
def one() -> PledgeStory:
    """Eleven events; 0 and 3 are not the pledge's."""
    return plain_story()


def receipt(house: LogHouse, one: PledgeStory, seq: int, size: int) -> bytes:
    """A `.tlog-proof` as the actor of event `seq` downloads it."""
    return receipt_of(house, one.story.payloads(), seq, size)


def receipt_of(house: LogHouse, payloads: list[bytes], seq: int, size: int) -> bytes:
    """The same of any history."""
    tree = StoredTree(map(leaf_hash, payloads[:size]))
    note = house.head(size, tree.root())
    return LogProof(seq, inclusion_proof(tree.node_at, seq, size), note, payloads[seq]).text.encode()


def kept(log_house: LogHouse, one: PledgeStory, *receipts: bytes) -> Judgement:
    names = {f"{number}.tlog-proof": data for number, data in enumerate(receipts)}
    return judge(make_bundle(log_house, one), log_house.policy_text(), names)


def test_receipts_of_this_history_pass(log_house: LogHouse, one: PledgeStory) -> None:
    payloads = one.story.payloads()
    head = log_house.head(4, StoredTree(map(leaf_hash, payloads)).root(4))
    found = kept(log_house, one, receipt(log_house, one, 4, 6), head, receipt(log_house, one, 0, 1))
    assert (found.code, found.outcomes["receipts"]) == (0, "PASS")


def test_a_receipt_for_an_event_since_changed_names_it(log_house: LogHouse, one: PledgeStory) -> None:
    proof = receipt(log_house, one, 4, 6)
    change(one, 4, data={"comment": "khác"})
    found = kept(log_house, one, proof)
    assert (found.code, found.words["receipts"]) == (1, "sự kiện 4 khác với 0.tlog-proof")


def test_a_head_out_of_a_mail_tells_before_which_event(log_house: LogHouse, one: PledgeStory) -> None:
    head = receipt(log_house, one, 4, 6).partition(b"\n\n")[2]
    change(one, 4, data={"comment": "khác"})
    found = kept(log_house, one, head)
    assert "có sự kiện trước 6 bị sửa" in found.words["receipts"]


def test_a_receipt_newer_than_the_bundle_asks_for_more(log_house: LogHouse, one: PledgeStory) -> None:
    one.say(one.story.fields[10].type, None, None, actor="system")
    newer = receipt(log_house, one, 11, 12)
    del one.story.fields[11]
    found = kept(log_house, one, newer, newer)
    assert (found.code, found.outcomes["receipts"]) == (2, "INCOMPLETE")
    assert "0.tlog-proof có 12 sự kiện, hồ sơ chỉ có 11" in found.words["receipts"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: b"",
        lambda _: b"\xff\xff",
        lambda data: data.replace(b"index 4", b"index 3"),
        lambda data: data.replace(b"index 4", b"number 4"),
        lambda data: data.replace(b"proof@v1", b"proof@v2"),
        lambda data: data.replace(b"extra ", b"extra AAAA"),
        lambda data: data.replace(b"giao-uoc.example", b"khac.example"),
        lambda data: data.replace(b"\n6\n", b"\n5\n"),
    ],
)
def test_what_is_no_receipt_proves_nothing(
    log_house: LogHouse, one: PledgeStory, forge: Callable[[bytes], bytes]
) -> None:
    found = kept(log_house, one, forge(receipt(log_house, one, 4, 6)))
    assert (found.code, found.outcomes["receipts"]) == (4, "UNKNOWN")


def test_a_head_of_an_empty_history_is_no_receipt(log_house: LogHouse, one: PledgeStory) -> None:
    assert kept(log_house, one, log_house.head(0, bytes(32))).outcomes["receipts"] == "UNKNOWN"


def hiding(house: LogHouse, one: PledgeStory, payloads: list[bytes], lines: int = 1) -> bytes:
    """A bundle over all of `payloads` that leaves out the last `lines` of the pledge's events."""
    files = bundle_files(house, one, Heads([len(one.story.fields)]))
    files = {path: data for path, data in files.items() if not path.startswith("log/checkpoints/")}
    files[EVENTS] = b"".join(files[EVENTS].splitlines(keepends=True)[: -lines or None])
    return write_bundle(sealed(house, one.pledge, files | log_files(house, payloads, Heads([len(payloads)]))))


def test_a_hidden_event_is_found_by_its_own_receipt(log_house: LogHouse, one: PledgeStory) -> None:
    payloads = one.story.payloads()
    bundle = hiding(log_house, one, payloads)
    assert judge(bundle, log_house.policy_text()).code == 0
    for size in (LAST + 1, LAST + 2):
        one.story.record(EventType.SESSION_OPENED, "coordinator:1")
        proof = receipt_of(log_house, one.story.payloads(), LAST, size)
        found = judge(bundle, log_house.policy_text(), {"r.tlog-proof": proof})
        assert (found.code, found.failed()) == (1, {"receipts"})
        assert f"sự kiện {LAST} bị giấu: r.tlog-proof" in found.words["receipts"]


def test_a_hidden_event_about_the_logs_key_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    one.story.record("log:key:created", "system", data={"vkey": log_house.log.key.vkey})
    payloads = one.story.payloads()
    proof = receipt_of(log_house, payloads, LAST + 1, LAST + 2)
    found = judge(hiding(log_house, one, payloads), log_house.policy_text(), {"r.tlog-proof": proof})
    assert (found.code, f"sự kiện {LAST + 1} bị giấu" in found.words["receipts"]) == (1, True)


def test_a_receipt_of_somebody_elses_event_is_no_alarm(log_house: LogHouse, one: PledgeStory) -> None:
    other = PledgeStory.begin(one.story, 2)
    assert other.pledge != one.pledge
    found = kept(log_house, one, receipt(log_house, one, 3, 12), receipt(log_house, one, 11, 12))
    assert (found.code, found.outcomes["receipts"]) == (0, "PASS")


@pytest.mark.parametrize("entry", [b"{}", b"", b"null", b"\xff", b"[" * 50_000, b'{"obj":1e999}', b'{"obj":"\\ud800"}'])
def test_a_receipt_that_does_not_say_whose_event_it_is_leaves_a_question(
    log_house: LogHouse, one: PledgeStory, entry: bytes
) -> None:
    payloads = [*one.story.payloads(), entry]
    proof = receipt_of(log_house, payloads, LAST + 1, LAST + 2)
    found = judge(hiding(log_house, one, payloads, 0), log_house.policy_text(), {"r.tlog-proof": proof})
    assert (found.code, found.failed()) == (2, {"receipts"})
    assert "hoặc của văn bản khác, hoặc bị giấu" in found.words["receipts"]


def test_the_gravest_receipt_counts_in_any_order(log_house: LogHouse, one: PledgeStory) -> None:
    one.story.record(EventType.SESSION_OPENED, "coordinator:1")
    newer, wrong, right = receipt(log_house, one, 11, 12), log_house.head(4, bytes(32)), receipt(log_house, one, 4, 6)
    del one.story.fields[11]
    for order in permutations((newer, wrong, right, b"?")):
        assert kept(log_house, one, *order).code == 1
    for order in permutations((newer, right, b"?")):
        assert kept(log_house, one, *order).code == 2


@pytest.mark.parametrize(
    "mangle",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.removesuffix(b"\n"),
        lambda data: data + b"\n\n",
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\xef\xbb\xbf" + data.removesuffix(b"\n").replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ],
)
def test_a_receipt_that_went_through_a_mail_or_an_editor_still_counts(
    log_house: LogHouse, one: PledgeStory, mangle: Callable[[bytes], bytes]
) -> None:
    proof = receipt(log_house, one, 4, 6)
    head = proof.partition(b"\n\n")[2]
    assert kept(log_house, one, mangle(proof), mangle(head)).code == 0
    assert kept(log_house, one, mangle(log_house.head(4, bytes(32)))).code == 1


def test_a_name_with_a_control_character_makes_a_note_unreadable(log_house: LogHouse, one: PledgeStory) -> None:
    head = receipt(log_house, one, 4, 6).partition(b"\n\n")[2]
    found = kept(log_house, one, head + "— a\x7fb AAAAAAAAAAA=\n".encode())
    assert (found.code, found.outcomes["receipts"]) == (4, "UNKNOWN")
