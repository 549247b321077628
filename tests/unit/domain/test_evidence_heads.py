"""Signed heads in a bundle: whose keys, which tree, how many witnesses."""

from __future__ import annotations

import random
from typing import Any

import pytest

from approval.adapters.evidence_zip import write_bundle
from approval.domain.evidence_heads import Levels
from approval.domain.evidence_manifest import note_path
from approval.domain.log_signing import rotation_statement
from approval.domain.signed_note import KeyType
from approval.domain.strict_base64 import encode
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import Heads, bundle_files, make_bundle, sealed, without
from tests.factories.evidence_story import PledgeStory, plain_story
from tests.factories.log_house import ORIGIN, LogHouse, Signer
from tests.factories.merkle_tree import StoredTree


@pytest.fixture
def one() -> PledgeStory:
    """Eleven events, of which 1, 2 and 4 to 10 are the pledge's."""
    return plain_story()


def judged(house: LogHouse, one: PledgeStory, files: dict[str, bytes], policy: str | None = None) -> Judgement:
    """After sealing anew."""
    return judge(write_bundle(sealed(house, one.pledge, files)), policy or house.policy_text())


def test_every_root_is_the_trees() -> None:
    leaves = [random.Random(3).randbytes(32) for _ in range(70)]
    tree, levels = StoredTree(leaves), Levels(b"".join(leaves))
    assert [levels.root(size) for size in range(1, 71)] == [tree.root(size) for size in range(1, 71)]


@pytest.mark.parametrize("size", [0, 3])
def test_a_root_needs_leaves(size: int) -> None:
    with pytest.raises(ValueError):
        Levels(bytes(64)).root(size)


def test_honest_heads_pass(log_house: LogHouse, one: PledgeStory) -> None:
    found = judge(
        make_bundle(log_house, one, Heads([3, 7, 11], log_house.witnesses[:4])), log_house.policy_text(quorum=4)
    )
    assert (found.code, found.failed()) == (0, set())


def test_a_bundle_without_heads_is_incomplete(log_house: LogHouse, one: PledgeStory) -> None:
    found = judged(log_house, one, without(bundle_files(log_house, one), [note_path(11)]))
    assert (found.code, found.failed()) == (2, {"heads"})


@pytest.mark.parametrize("note", [b"", b"\xff", b"a\n1\n\n\n", b"x\n\n\xe2\x80\x94 x AAAA\n"])
def test_what_is_no_head_is_named(log_house: LogHouse, one: PledgeStory, note: bytes) -> None:
    found = judged(log_house, one, bundle_files(log_house, one) | {note_path(11): note})
    assert found.code == 1
    assert found.words["heads"].startswith("log/checkpoints/11.note không phải đầu nhật ký")


def test_a_head_stands_in_its_own_file(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    found = judged(log_house, one, files | {note_path(10): files[note_path(11)]})
    assert found.words["heads"] == "log/checkpoints/10.note là đầu nhật ký của 11 sự kiện"


def test_heads_are_of_one_log(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one, Heads([5, 11]))
    files[note_path(5)] = files[note_path(5)].replace(ORIGIN.encode(), b"khac.example/nhat-ky")
    assert judged(log_house, one, files).words["heads"] == "các đầu nhật ký mang tên nhật ký khác nhau"


def test_a_head_by_another_key_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    stranger = Signer.make(ORIGIN, KeyType.ED25519, 2)
    found = judge(make_bundle(log_house, one, by=stranger), log_house.policy_text())
    assert (found.code, found.failed()) == (1, {"heads"})
    assert found.words["heads"] == "log/checkpoints/11.note không do khóa nào của nhật ký đã biết ký"


def test_a_head_of_another_log_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    other = Signer.make("khac.example/nhat-ky", KeyType.ED25519, 1)
    policy = log_house.policy_text().replace(log_house.log.key.vkey, other.key.vkey)
    assert judge(make_bundle(log_house, one), policy).failed() == {"heads"}


def test_a_wrong_signature_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    # The right key's name over another text.
    head, _, below = log_house.head(12, bytes(32)).partition(b"\n\n")
    files[note_path(11)] = files[note_path(11)].partition(b"\n\n")[0] + b"\n\n" + below
    found = judged(log_house, one, files)
    assert head
    assert found.words["heads"] == f"log/checkpoints/11.note: chữ ký của {ORIGIN} sai"


def test_a_head_over_other_events_tells_between_which(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one, Heads([5, 9, 11]))
    files[note_path(9)] = log_house.head(9, bytes(32))
    found = judged(log_house, one, files)
    assert (found.code, found.failed()) == (1, {"tree"})
    assert "có sự kiện từ 5 đến 8 bị sửa" in found.words["tree"]


def test_a_list_that_was_cut_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    files[note_path(12)] = log_house.head(12, bytes(32))
    assert "danh sách chỉ có 11: thiếu từ 11" in judged(log_house, one, files).words["tree"]


def test_leaves_that_nobody_signed_are_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    files["log/leaves.bin"] += bytes(32)
    assert judged(log_house, one, files).words["tree"] == "từ sự kiện 11 đến 11 chưa có đầu nhật ký nào ký"


def test_without_a_policy_nothing_is_known(log_house: LogHouse, one: PledgeStory) -> None:
    found = judge(make_bundle(log_house, one), "")
    assert (found.code, found.failed()) == (4, {"seal", "keys", "heads"})


def test_too_few_witnesses_leave_it_incomplete(log_house: LogHouse, one: PledgeStory) -> None:
    bundle = make_bundle(log_house, one, Heads([11], log_house.witnesses[:2]))
    found = judge(bundle, log_house.policy_text(quorum=3))
    assert (found.code, found.words["witnesses"]) == (2, "sự kiện 1 chưa có đủ 3/5 nhân chứng")


def test_events_after_the_last_witnessed_head_are_named(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one, Heads([6, 11]))
    root = StoredTree(files["log/leaves.bin"][at : at + 32] for at in range(0, 32 * 6, 32)).root()
    with log_house.at(one.story.fields[5].at):
        files[note_path(6)] = log_house.head(6, root, witnesses=log_house.witnesses)
    found = judged(log_house, one, files, log_house.policy_text(quorum=3))
    assert (found.code, found.words["witnesses"]) == (2, "sự kiện 6 chưa có đủ 3/5 nhân chứng")


def test_a_witness_at_no_possible_time_is_found(log_house: LogHouse, one: PledgeStory) -> None:
    files = bundle_files(log_house, one)
    text = files[note_path(11)].decode().partition("\n\n")[0] + "\n"
    files[note_path(11)] += log_house.witnesses[0].cosign(text, 2**62).line.encode()
    found = judged(log_house, one, files, log_house.policy_text(quorum=1))
    assert (found.code, found.outcomes["witnesses"]) == (1, "TAMPERED")


def rotated(house: LogHouse, one: PledgeStory, **forged: Any) -> Signer:
    """The log gets a new key; returns it."""
    new = Signer.make(ORIGIN, KeyType.ED25519, 9)
    signature = encode(house.log.private.sign(rotation_statement(house.log.key.vkey, new.key.vkey)))
    data = {"previous": house.log.key.vkey, "signature": signature, "vkey": new.key.vkey}
    one.story.record("log:key:rotated", "system", data=data | forged)
    return new


def test_readers_follow_from_key_to_key(log_house: LogHouse, one: PledgeStory) -> None:
    found = judge(make_bundle(log_house, one, by=rotated(log_house, one)), log_house.policy_text())
    assert (found.code, found.failed()) == (0, set())


@pytest.mark.parametrize("signature", [encode(bytes(64)), encode(b"short"), ""])
def test_a_key_that_the_old_one_did_not_sign_is_found(log_house: LogHouse, one: PledgeStory, signature: str) -> None:
    found = judge(make_bundle(log_house, one, by=rotated(log_house, one, signature=signature)), log_house.policy_text())
    assert found.words["keys"] == "sự kiện 11 thay khóa của nhật ký mà khóa cũ không ký"


@pytest.mark.parametrize("forged", [{"vkey": "x"}, {"vkey": None}, {"signature": "!"}])
def test_a_key_that_is_none_is_found(log_house: LogHouse, one: PledgeStory, forged: dict[str, Any]) -> None:
    bundle = make_bundle(log_house, one, by=rotated(log_house, one, **forged))
    assert judge(bundle, log_house.policy_text()).words["keys"] == "sự kiện 11 không ghi đúng khóa của nhật ký"


def test_a_key_after_one_that_nobody_knows_is_not_followed(log_house: LogHouse, one: PledgeStory) -> None:
    bundle = make_bundle(log_house, one, by=rotated(log_house, one, previous="x"))
    assert judge(bundle, log_house.policy_text()).failed() == {"heads"}


def registered(house: LogHouse, one: PledgeStory) -> None:
    data = {"previous": None, "signature": "", "vkey": house.log.key.vkey}
    one.story.record("log:key:registered", "system", data=data)


def test_without_a_policy_the_historys_own_keys_are_tried(log_house: LogHouse, one: PledgeStory) -> None:
    registered(log_house, one)
    found = judge(make_bundle(log_house, one), "")
    assert (found.code, found.failed()) == (4, {"seal", "keys"})


def test_with_a_policy_a_key_of_the_historys_own_is_not_enough(log_house: LogHouse, one: PledgeStory) -> None:
    registered(log_house, one)
    other = Signer.make(ORIGIN, KeyType.ED25519, 5)
    policy = log_house.policy_text().replace(log_house.log.key.vkey, other.key.vkey)
    assert judge(make_bundle(log_house, one), policy).failed() == {"heads"}


def believing(house: LogHouse, *keys: Signer) -> str:
    """The policy of a reader who knows these keys of the log."""
    lines = "".join(f"log {one.key.vkey}\n" for one in keys)
    return house.policy_text().replace(f"log {house.log.key.vkey}\n", lines)


def headed(house: LogHouse, one: PledgeStory, new: Signer) -> dict[str, bytes]:
    """Head 8 by the old key, the last by the new one."""
    files = bundle_files(house, one, Heads([8, len(one.story.fields)]), by=new)
    leaves = files["log/leaves.bin"]
    files[note_path(8)] = house.head(8, StoredTree(leaves[at : at + 32] for at in range(0, 256, 32)).root())
    return files


@pytest.mark.parametrize("known", ["old", "new", "both"])
def test_after_a_rotation_either_key_is_enough(log_house: LogHouse, known: str) -> None:
    one = _begun_with_its_key(log_house)
    new = rotated(log_house, one)
    keys = {"old": (log_house.log,), "new": (new,), "both": (log_house.log, new)}[known]
    found = judged(log_house, one, headed(log_house, one, new), believing(log_house, *keys))
    assert (found.code, found.failed()) == (0, set())


def _begun_with_its_key(house: LogHouse) -> PledgeStory:
    one = plain_story()
    registered(house, one)
    return one


def replaced(house: LogHouse, one: PledgeStory) -> Signer:
    """The old key is lost; nothing but the history names the new one."""
    new = Signer.make(ORIGIN, KeyType.ED25519, 10)
    data = {"previous": house.log.key.vkey, "signature": "", "vkey": new.key.vkey}
    one.story.record("log:key:registered", "system", data=data)
    return new


@pytest.mark.parametrize("both", [False, True])
def test_after_a_lost_key_whoever_was_told_the_new_one_reads_on(log_house: LogHouse, both: bool) -> None:
    one = _begun_with_its_key(log_house)
    new = replaced(log_house, one)
    keys = (log_house.log, new) if both else (new,)
    found = judged(log_house, one, headed(log_house, one, new), believing(log_house, *keys))
    assert (found.code, found.failed()) == (0, set())


def test_after_a_lost_key_whoever_knows_the_old_one_only_is_told_whom_to_ask(log_house: LogHouse) -> None:
    one = _begun_with_its_key(log_house)
    new = replaced(log_house, one)
    found = judged(log_house, one, headed(log_house, one, new))
    assert (found.code, found.failed()) == (4, {"heads"})
    assert found.words["heads"].startswith(f"log/checkpoints/13.note do khóa {ORIGIN}+{new.key.id.hex()} ký;")
    assert "hỏi nơi phát hành" in found.words["heads"]


def test_a_receipt_of_the_lost_key_still_counts(log_house: LogHouse) -> None:
    one = _begun_with_its_key(log_house)
    new = replaced(log_house, one)
    bundle = write_bundle(sealed(log_house, one.pledge, headed(log_house, one, new)))
    found = judge(bundle, believing(log_house, new), {"thư.txt": log_house.head(8, bytes(32))})
    assert (found.code, found.failed()) == (1, {"receipts"})
