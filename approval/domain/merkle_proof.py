"""RFC 9162 §2.1.3 and §2.1.4: proofs that an entry is in a tree, and that one tree is the beginning of another.

Proofs are lists of 32-byte hashes in the RFC's order. Making one needs O(log n) stored subtree roots; checking one
needs nothing but the hashes it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from approval.domain.merkle import EMPTY_ROOT, HASH_LENGTH, node_hash

NodeAt = Callable[[int, int], bytes]
"""The root of the full subtree of 2**level leaves that begins at leaf index * 2**level; level 0 are leaf hashes."""


def inclusion_proof(node_at: NodeAt, index: int, size: int) -> tuple[bytes, ...]:
    """The way from leaf `index` to the root of the first `size` leaves. Raises ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    way: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        split = begin + _split(end - begin)
        if index < split:
            way.append(_range_root(node_at, split, end))
            end = split
        else:
            way.append(_range_root(node_at, begin, split))
            begin = split
    return tuple(reversed(way))


def consistency_proof(node_at: NodeAt, old: int, new: int) -> tuple[bytes, ...]:
    """That the first `old` of `new` leaves are the older tree. Empty for 0 and for `old` = `new`.

    Raises ValueError unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot be the beginning of one of {new}")
    if old in (0, new):
        return ()
    way: list[bytes] = []
    begin, end, whole = 0, new, True
    while old != end:
        split = begin + _split(end - begin)
        if old <= split:
            way.append(_range_root(node_at, split, end))
            end = split
        else:
            way.append(_range_root(node_at, begin, split))
            begin, whole = split, False
    if not whole:
        # The old root itself is known to who checks, unless the way led into the right side.
        way.append(_range_root(node_at, begin, end))
    return tuple(reversed(way))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` (a leaf hash) is number `index` in the tree of `size` leaves with that root."""
    if not 0 <= index < size or not _hashes([leaf, root, *proof]):
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 <= old <= new or not _hashes([old_root, new_root, *proof]):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    steps = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _range_root(node_at: NodeAt, begin: int, end: int) -> bytes:
    """Root of the leaves from `begin` to before `end`; `begin` is where a subtree of at least that size begins."""
    count = end - begin
    if count.bit_count() == 1:
        level = count.bit_length() - 1
        return node_at(level, begin >> level)
    split = begin + _split(count)
    return node_hash(_range_root(node_at, begin, split), _range_root(node_at, split, end))


def _split(count: int) -> int:
    """The largest power of two below `count` (2 or more)."""
    return 1 << (count - 1).bit_length() - 1


def _hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_LENGTH for value in values)
