"""A log whose key is in the wrong hands: heads of any history it likes, each properly signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from approval.adapters.ed25519 import NoteSigner
from approval.domain.checkpoint import Checkpoint
from approval.domain.merkle_proof import consistency_proof
from approval.domain.signed_note import SignedNote, make_signature
from approval.domain.witness import AddCheckpoint
from tests.factories.merkle_tree import StoredTree

ORIGIN = "khoi.example/nhat-ky"


def leaf(word: object) -> bytes:
    """Some leaf hash."""
    return hashlib.sha256(str(word).encode()).digest()


@dataclass
class ForkedLog:
    """Signs whatever it is told to."""

    signer: NoteSigner = field(default_factory=lambda: NoteSigner.generate(ORIGIN))

    def head(self, tree: StoredTree, size: int | None = None) -> Checkpoint:
        """The head over the first `size` leaves of a history."""
        return Checkpoint(self.signer.key.name, len(tree.leaves) if size is None else size, tree.root(size))

    def note(self, head: Checkpoint) -> bytes:
        """The signed head."""
        line = make_signature(self.signer.key, self.signer.sign(head.text.encode()))
        return SignedNote(head.text, (line,)).data

    def request(self, tree: StoredTree, *, old: int, size: int | None = None) -> AddCheckpoint:
        """An honest request out of one history, from `old` on."""
        head = self.head(tree, size)
        proof = consistency_proof(tree.node_at, old, head.size) if old <= head.size else ()
        return AddCheckpoint(old, proof, self.note(head))
