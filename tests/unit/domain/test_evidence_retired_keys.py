"""A key of the log that has handed over to the next signs no later head, whoever believes it."""

from __future__ import annotations

import pytest

from approval.adapters.evidence_zip import write_bundle
from approval.domain.evidence_manifest import note_path
from approval.domain.log_signing import rotation_statement
from approval.domain.merkle import leaf_hash
from approval.domain.signed_note import KeyType
from approval.domain.strict_base64 import encode
from tests.factories.both_verifiers import Judgement, judge
from tests.factories.evidence_bundles import Heads, bundle_files, sealed
from tests.factories.evidence_story import PledgeStory, plain_story
from tests.factories.log_house import ORIGIN, LogHouse, Signer
from tests.factories.merkle_tree import StoredTree

NEW = Signer.make(ORIGIN, KeyType.ED25519, 9)
# Event 11 names the first key, event 12 hands over to the next.
HANDED_OVER = 12


@pytest.fixture
def one(log_house: LogHouse) -> PledgeStory:
    """A pledge of eleven events, then the two about keys and two that the log signs afterwards."""
    story, old = plain_story(), log_house.log
    story.story.record("log:key:registered", "system", data={"previous": None, "signature": "", "vkey": old.key.vkey})
    signature = encode(old.private.sign(rotation_statement(old.key.vkey, NEW.key.vkey)))
    data = {"previous": old.key.vkey, "signature": signature, "vkey": NEW.key.vkey}
    story.story.record("log:key:rotated", "system", data=data)
    story.story.record("auth:session:started", "system")
    story.story.record("auth:session:started", "system")
    return story


def judged(house: LogHouse, one: PledgeStory, signers: dict[int, Signer], *known: Signer) -> Judgement:
    """With heads of these sizes, each by its signer, to a reader who knows these keys."""
    files = bundle_files(house, one, Heads(sorted(signers)))
    tree = StoredTree(map(leaf_hash, one.story.payloads()))
    files |= {note_path(size): house.head(size, tree.root(size), by=by) for size, by in signers.items()}
    lines = [f"root {house.root}", *(f"log {signer.key.vkey}" for signer in known)]
    return judge(write_bundle(sealed(house, one.pledge, files)), "\n".join(lines))


@pytest.mark.parametrize("known", [["old"], ["new"], ["old", "new"], ["new", "old"], []])
@pytest.mark.parametrize("last_is_new", [False, True])
def test_a_key_signs_nothing_after_it_handed_over(
    log_house: LogHouse, one: PledgeStory, known: list[str], last_is_new: bool
) -> None:
    keys = {"old": log_house.log, "new": NEW}
    signers = {12: log_house.log, 13: NEW, 14: log_house.log} | ({15: NEW} if last_is_new else {})
    found = judged(log_house, one, signers, *(keys[name] for name in known))
    assert found.code == 1
    assert found.words["heads"] == (
        f"log/checkpoints/14.note do khóa {ORIGIN}+{log_house.log.key.id.hex()} ký sau khi khóa này đã được thay "
        f"ở sự kiện {HANDED_OVER}"
    )


def test_the_head_that_first_counts_the_change_is_by_the_new_key(log_house: LogHouse, one: PledgeStory) -> None:
    found = judged(log_house, one, {13: log_house.log, 15: NEW}, log_house.log)
    assert (found.code, found.failed()) == (1, {"heads"})


@pytest.mark.parametrize("known", [["old"], ["new"], ["old", "new"]])
def test_heads_before_the_change_stay_good(log_house: LogHouse, one: PledgeStory, known: list[str]) -> None:
    keys = {"old": log_house.log, "new": NEW}
    signers = {5: log_house.log, 12: log_house.log, 13: NEW, 15: NEW}
    found = judged(log_house, one, signers, *(keys[name] for name in known))
    assert (found.code, found.failed()) == (0, set())


@pytest.mark.parametrize(("size", "by", "found_out"), [(12, "old", False), (13, "old", True), (13, "new", False)])
def test_nor_does_it_sign_the_head_inside_a_seal(
    log_house: LogHouse, one: PledgeStory, size: int, by: str, found_out: bool
) -> None:
    # The file carries a head over what came after its own event, as only a forger could write it.
    pdf = b"/GUOC_Checkpoint <%b>"
    roots = StoredTree(map(leaf_hash, one.story.payloads()))
    signer = log_house.log if by == "old" else NEW
    note = log_house.head(size, roots.root(size), by=signer)
    files = bundle_files(log_house, one) | {"document/final.pdf": pdf % note.hex().encode()}
    files[note_path(15)] = log_house.head(15, roots.root(15), by=NEW)
    found = judge(write_bundle(sealed(log_house, one.pledge, files)), log_house.policy_text())
    assert found.outcomes["heads"] == "PASS"
    assert (found.outcomes["carried"] == "TAMPERED") == found_out, found.words
