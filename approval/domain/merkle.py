"""RFC 6962 §2.1 Merkle tree: hashes, the root of a list, and a frontier that grows leaf by leaf.

The audit head keeps the frontier only, so appending costs O(log n) whatever the age of the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

HASH_LENGTH = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""Root of the tree without leaves (RFC 6962 §2.1: the hash of an empty string)."""

# The prefixes keep a leaf from passing as a node (second preimage).
_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), 32 bytes."""
    return hashlib.sha256(_LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over leaf hashes (not entries) in log order; what an auditor recomputes."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier = frontier.append(leaf)
    return frontier.root()


@dataclass(frozen=True, slots=True)
class Node:
    """Root of the full subtree over leaves index * 2**level to before (index + 1) * 2**level."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, known by the roots of its full subtrees, largest (leftmost) first.

    There is one peak for each 1 in the binary form of `size`. Raises ValueError when sizes do not fit.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves does not have {len(self.peaks)} peaks")
        if any(len(peak) != HASH_LENGTH for peak in self.peaks):
            raise ValueError(f"every peak must have {HASH_LENGTH} bytes")

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> Self:
        """Inverse of `peaks_bytes`. Raises ValueError when `peaks` does not fit `size`."""
        return cls(size, tuple(peaks[i : i + HASH_LENGTH] for i in range(0, len(peaks), HASH_LENGTH)))

    def peaks_bytes(self) -> bytes:
        """The peaks one after the other, 32 bytes each; the stored form."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> Frontier:
        """The tree with one more leaf hash. Raises ValueError unless it has 32 bytes."""
        return self.grow(leaf)[0]

    def grow(self, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
        """The same, and the subtrees above the leaves that it completes: what a store of nodes has to remember.

        Raises ValueError unless `leaf` has 32 bytes.
        """
        peaks, completed = [*self.peaks, leaf], []
        # Each trailing 1 of the old size is a full subtree that the new leaf completes to one twice as large.
        for level in range(1, _trailing_ones(self.size) + 1):
            right = peaks.pop()
            peaks.append(node_hash(peaks.pop(), right))
            completed.append(Node(level, self.size >> level, peaks[-1]))
        return Frontier(self.size + 1, tuple(peaks)), tuple(completed)

    def root(self) -> bytes:
        """Root hash of the tree, 32 bytes."""
        return _fold_right(self.peaks) if self.peaks else EMPTY_ROOT


def _trailing_ones(size: int) -> int:
    return (~size & (size + 1)).bit_length() - 1


def _fold_right(peaks: Sequence[bytes]) -> bytes:
    """RFC 6962 splits at the largest power of two, so the smaller peaks are joined first."""
    *others, root = peaks
    for peak in reversed(others):
        root = node_hash(peak, root)
    return root
