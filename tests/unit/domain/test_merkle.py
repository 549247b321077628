"""The tree against the reference roots of transparency-dev/merkle and a word-for-word RFC 6962 recursion."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval.domain.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

REFERENCE_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(entries[:split]) + naive_root(entries[split:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_reference_roots(size: int) -> None:
    assert root_of(map(leaf_hash, REFERENCE_LEAVES[:size])).hex() == REFERENCE_ROOTS[size - 1]


def test_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_every_size_up_to_130_equals_the_recursion() -> None:
    entries: list[bytes] = []
    frontier = Frontier()
    for size in range(1, 131):
        entries.append(size.to_bytes(2, "big"))
        frontier = frontier.append(leaf_hash(entries[-1]))
        assert frontier.size == size
        assert frontier.root() == naive_root(entries)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_stored_frontier_continues_where_it_stopped(entries: list[bytes]) -> None:
    frontier = Frontier()
    for entry in entries:
        frontier = Frontier.from_bytes(frontier.size, frontier.peaks_bytes()).append(leaf_hash(entry))
    assert frontier.root() == naive_root(entries)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_changing_any_entry_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries[:index], entries[index] + b"!", *entries[index + 1 :]]
    assert root_of(map(leaf_hash, changed)) != root_of(map(leaf_hash, entries))


def test_a_node_cannot_pass_as_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


@pytest.mark.parametrize(
    ("size", "peaks"), [(0, b"\0" * 32), (1, b""), (2, b"\0" * 64), (3, b"\0" * 63), (1, b"\0" * 31), (-1, b"\0" * 32)]
)
def test_a_damaged_stored_frontier_is_refused(size: int, peaks: bytes) -> None:
    with pytest.raises(ValueError, match="peak"):
        Frontier.from_bytes(size, peaks)


def test_only_hashes_can_be_appended() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"an entry, not its hash")
