"""A tree whose full subtrees are kept in memory, as the database keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from approval.domain.merkle import Frontier, root_of


class StoredTree:
    """Leaves in order; `node_at` for making proofs."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.leaves: list[bytes] = []
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._frontier = Frontier()
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """One more leaf hash."""
        self._nodes[0, len(self.leaves)] = leaf
        self.leaves.append(leaf)
        self._frontier, completed = self._frontier.grow(leaf)
        self._nodes.update({(node.level, node.index): node.hash for node in completed})

    def node_at(self, level: int, index: int) -> bytes:
        """Root of a full subtree; KeyError when it is not full yet."""
        return self._nodes[level, index]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, or of all."""
        return root_of(self.leaves[:size])
