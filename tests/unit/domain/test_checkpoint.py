"""Checkpoints and receipts: what they say, and that nothing near them passes."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.checkpoint import Checkpoint, LogProof, open_checkpoint, proves
from approval.domain.merkle import leaf_hash
from approval.domain.merkle_proof import inclusion_proof
from approval.domain.signed_note import KeyType, NoteError, NoteKey, make_signature
from tests.factories.merkle_tree import StoredTree

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = NoteKey("so.example/nhat-ky", KeyType.ED25519, PRIVATE.public_key().public_bytes_raw())
ENTRIES = [f"việc {number}".encode() for number in range(11)]
TREE = StoredTree(map(leaf_hash, ENTRIES))


def note(checkpoint: Checkpoint, key: NoteKey = KEY) -> bytes:
    line = make_signature(key, PRIVATE.sign(checkpoint.text.encode())).line
    return f"{checkpoint.text}\n{line}".encode()


def head(size: int = 11) -> Checkpoint:
    return Checkpoint(KEY.name, size, TREE.root(size))


def receipt(index: int) -> LogProof:
    return LogProof(index, inclusion_proof(TREE.node_at, index, 11), note(head()), ENTRIES[index])


def test_the_text_is_three_lines_and_reads_back() -> None:
    assert head().text.split("\n")[:2] == ["so.example/nhat-ky", "11"]
    assert Checkpoint.from_text(head().text) == head()
    opened = open_checkpoint(note(head()), KEY, verify_ed25519)
    assert opened.checkpoint == head()
    assert opened.note.data == note(head())


@pytest.mark.parametrize("index", range(11))
def test_a_receipt_reads_back_and_proves_its_entry_only(index: int) -> None:
    read = LogProof.from_text(receipt(index).text)
    assert read == receipt(index)
    assert proves(read, head(), leaf_hash(read.extra))
    assert not proves(read, head(), leaf_hash(b"another"))
    assert not proves(read, head(10), leaf_hash(read.extra))


def test_a_receipt_without_its_entry_is_a_receipt() -> None:
    bare = LogProof(3, receipt(3).hashes, note(head()))
    assert "extra" not in bare.text
    assert LogProof.from_text(bare.text) == bare


def test_the_only_entry_of_a_log_needs_no_hashes() -> None:
    one = StoredTree([leaf_hash(b"a")])
    alone = LogProof(0, (), note(Checkpoint(KEY.name, 1, one.root())), b"a")
    assert LogProof.from_text(alone.text) == alone
    assert proves(alone, Checkpoint(KEY.name, 1, one.root()), leaf_hash(b"a"))


def test_another_logs_checkpoint_or_signature_is_refused() -> None:
    with pytest.raises(NoteError, match=r"is of la\.example"):
        open_checkpoint(note(Checkpoint("la.example", 11, TREE.root())), KEY, verify_ed25519)
    stranger = NoteKey("la.example", KeyType.ED25519, KEY.public)
    with pytest.raises(NoteError, match="did not sign"):
        open_checkpoint(note(head(), stranger), KEY, verify_ed25519)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        head().text + "thêm\n",
        head().text.replace("11", "011"),
        head().text.replace("11", "-1"),
        head().text.replace("11", "1" * 20),
        head().text.replace("11", "٣"),
        head().text.replace("so.example/nhat-ky", ""),
        "a\n1\nAAAA\n",
        "a\n1\n????\n",
        head().text.removesuffix("\n"),
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.from_text(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 5", "index 05"),
        ("index 5\n", ""),
        ("extra ", "extra !"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_receipt(old: str, new: str) -> None:
    with pytest.raises(NoteError):
        LogProof.from_text(receipt(5).text.replace(old, new))


def test_a_receipt_higher_than_any_tree_is_refused() -> None:
    with pytest.raises(NoteError, match="too many"):
        LogProof.from_text(LogProof(0, (b"\0" * 32,) * 64, note(head())).text)


def test_a_head_alone_is_no_receipt() -> None:
    with pytest.raises(NoteError, match="index"):
        LogProof.from_text("c2sp.org/tlog-proof@v1\n\n")


@given(st.text(max_size=200))
def test_noise_is_no_receipt(noise: str) -> None:
    with pytest.raises(NoteError):
        LogProof.from_text(noise)
