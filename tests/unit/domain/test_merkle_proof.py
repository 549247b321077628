"""Proofs against RFC 6962's recursion, a second implementation kept here, and 100,000 corrupted proofs."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from functools import cache

import pytest

from approval.domain.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from approval.domain.merkle_proof import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from tests.factories.merkle_tree import StoredTree
from tests.unit.domain.test_merkle import REFERENCE_LEAVES, REFERENCE_ROOTS

SIZES = 256


def entries(size: int) -> list[bytes]:
    return [number.to_bytes(2, "big") for number in range(size)]


@cache
def tree(size: int) -> StoredTree:
    return StoredTree(map(leaf_hash, entries(size)))


@cache
def second_root(begin: int, end: int) -> bytes:
    """MTH of RFC 6962 §2.1, word for word and without our code."""
    if end - begin == 1:
        return hashlib.sha256(b"\x00" + begin.to_bytes(2, "big")).digest()
    split = begin + second_split(end - begin)
    return hashlib.sha256(b"\x01" + second_root(begin, split) + second_root(split, end)).digest()


def second_split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def second_path(index: int, begin: int, end: int) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if end - begin == 1:
        return []
    split = second_split(end - begin)
    if index < split:
        return [*second_path(index, begin, begin + split), second_root(begin + split, end)]
    return [*second_path(index - split, begin + split, end), second_root(begin, begin + split)]


def second_subproof(old: int, begin: int, end: int, whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2."""
    if old == end - begin:
        return [] if whole else [second_root(begin, end)]
    split = second_split(end - begin)
    if old <= split:
        return [*second_subproof(old, begin, begin + split, whole), second_root(begin + split, end)]
    return [*second_subproof(old - split, begin + split, end, False), second_root(begin, begin + split)]


def test_reference_proofs() -> None:
    """Of transparency-dev/merkle: the way of leaf 0 of 8 and of 5 of 8, and that 6 of 8 leaves are the beginning."""
    stored = StoredTree(map(leaf_hash, REFERENCE_LEAVES))
    assert [one.hex()[:8] for one in inclusion_proof(stored.node_at, 0, 8)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [one.hex()[:8] for one in inclusion_proof(stored.node_at, 5, 8)] == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert [one.hex()[:8] for one in consistency_proof(stored.node_at, 6, 8)] == ["0ebc5d34", "ca854ea1", "d37ee418"]
    for size in range(1, 9):
        assert stored.root(size).hex() == REFERENCE_ROOTS[size - 1]


def test_all_inclusion_proofs_up_to_256_equal_the_recursion_and_verify() -> None:
    stored = tree(SIZES)
    for size in range(1, SIZES + 1):
        root = second_root(0, size)
        for index in range(size):
            proof = inclusion_proof(stored.node_at, index, size)
            assert list(proof) == second_path(index, 0, size)
            assert verify_inclusion(leaf_hash(index.to_bytes(2, "big")), index, size, proof, root)


def test_all_consistency_proofs_up_to_256_equal_the_recursion_and_verify() -> None:
    stored = tree(SIZES)
    for new in range(1, SIZES + 1):
        root = second_root(0, new)
        for old in range(1, new + 1):
            proof = consistency_proof(stored.node_at, old, new)
            assert list(proof) == second_subproof(old, 0, new, True)
            assert verify_consistency(old, second_root(0, old), new, root, proof)


def corrupted(proof: Sequence[bytes], chance: random.Random) -> list[bytes]:
    """The proof with one thing wrong."""
    changed = list(proof)
    at = chance.randrange(len(changed)) if changed else 0
    kind = chance.randrange(5)
    if kind == 0 or not changed:
        changed.insert(at, chance.randbytes(32))
    elif kind == 1:
        del changed[at]
    elif kind == 2:
        flipped = bytearray(changed[at])
        flipped[chance.randrange(32)] ^= 1 << chance.randrange(8)
        changed[at] = bytes(flipped)
    elif kind == 3:
        changed[at] = changed[at][:-1]
    else:
        changed.append(changed[at])
    return changed


def test_100_000_corrupted_proofs_are_refused() -> None:
    chance = random.Random(6962)
    stored = tree(SIZES)
    for _ in range(50_000):
        size = chance.randint(1, SIZES)
        index = chance.randrange(size)
        leaf, root = leaf_hash(index.to_bytes(2, "big")), second_root(0, size)
        proof = inclusion_proof(stored.node_at, index, size)
        assert not verify_inclusion(leaf, index, size, corrupted(proof, chance), root)
        old = chance.randint(1, size)
        way = consistency_proof(stored.node_at, old, size)
        assert not verify_consistency(old, second_root(0, old), size, root, corrupted(way, chance))


def test_a_right_proof_for_something_else_is_refused() -> None:
    stored, root = tree(SIZES), second_root(0, 200)
    proof = inclusion_proof(stored.node_at, 77, 200)
    leaf = leaf_hash((77).to_bytes(2, "big"))
    assert not verify_inclusion(leaf, 78, 200, proof, root)
    assert not verify_inclusion(leaf, 77, 128, proof, root)
    assert not verify_inclusion(leaf_hash(b"another"), 77, 200, proof, root)
    assert not verify_inclusion(leaf, 77, 200, proof, second_root(0, 199))
    way = consistency_proof(stored.node_at, 100, 200)
    assert not verify_consistency(101, second_root(0, 101), 200, root, way)
    assert not verify_consistency(100, second_root(0, 100), 199, second_root(0, 199), way)
    assert not verify_consistency(100, second_root(0, 99), 200, root, way)
    assert not verify_consistency(100, second_root(0, 100), 200, second_root(0, 201), way)


def test_the_empty_tree_is_the_beginning_of_all_and_an_equal_one_of_itself() -> None:
    root = second_root(0, 5)
    assert consistency_proof(tree(SIZES).node_at, 0, 5) == consistency_proof(tree(SIZES).node_at, 5, 5) == ()
    assert verify_consistency(0, EMPTY_ROOT, 5, root, ())
    assert verify_consistency(5, root, 5, root, ())
    assert not verify_consistency(0, EMPTY_ROOT, 5, root, (root,))
    assert not verify_consistency(0, root, 5, root, ())
    assert not verify_consistency(5, root, 5, EMPTY_ROOT, ())
    assert not verify_consistency(6, root, 5, root, ())
    assert not verify_consistency(3, second_root(0, 3), 5, root, ())


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="not among"):
        inclusion_proof(tree(SIZES).node_at, index, size)
    assert not verify_inclusion(leaf_hash(b""), index, size, (), leaf_hash(b""))


def test_a_tree_has_no_larger_beginning() -> None:
    with pytest.raises(ValueError, match="beginning"):
        consistency_proof(tree(SIZES).node_at, 4, 3)


def test_a_proof_reads_few_nodes_whatever_the_age_of_the_log() -> None:
    """From nodes counted in millions only the way up is read; nothing else of the log is touched."""
    read: list[tuple[int, int]] = []

    def node_at(level: int, index: int) -> bytes:
        read.append((level, index))
        return node_hash(bytes([level]) * 32, index.to_bytes(32, "big"))

    inclusion_proof(node_at, 123_456, 1_000_003)
    consistency_proof(node_at, 123_456, 1_000_003)
    assert len(read) <= 4 * 20


def test_growing_names_the_subtrees_it_completes() -> None:
    stored, frontier = tree(SIZES), Frontier()
    for number in range(64):
        frontier, completed = frontier.grow(leaf_hash(number.to_bytes(2, "big")))
        assert len(completed) == ((number + 1) & -(number + 1)).bit_length() - 1
        assert all(stored.node_at(node.level, node.index) == node.hash for node in completed)
