"""Which heads are signed, and when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from approval.domain.checkpoint import Checkpoint
from approval.domain.log_signing import (
    LogRefusedError,
    is_checkpoint_due,
    require_extension,
    require_not_behind,
    rotation_statement,
)
from approval.domain.merkle_proof import consistency_proof
from tests.factories.merkle_tree import StoredTree

NOON = datetime(2024, 5, 15, 5, 0, tzinfo=UTC)


def leaf(number: int, word: str = "") -> bytes:
    return hashlib.sha256(f"{word}{number}".encode()).digest()


HONEST = StoredTree(leaf(number) for number in range(20))
OTHER = StoredTree(leaf(number, "x" if number == 4 else "") for number in range(20))


def head(size: int, tree: StoredTree = HONEST) -> Checkpoint:
    return Checkpoint("khoi.example/nhat-ky", size, tree.root(size))


@pytest.mark.parametrize(
    ("urgent", "last", "due"),
    [
        (True, NOON - timedelta(seconds=1), True),
        (False, None, True),
        (False, NOON - timedelta(minutes=5), False),
        (False, NOON - timedelta(minutes=10), True),
        (False, NOON + timedelta(seconds=1), True),
    ],
    ids=["urgent", "the first", "five minutes", "ten minutes", "the clock was set back"],
)
def test_when_a_head_is_due(urgent: bool, last: datetime | None, due: bool) -> None:
    assert is_checkpoint_due(urgent=urgent, last_signed_at=last, now=NOON) is due


@pytest.mark.parametrize(("old", "new"), [(1, 20), (7, 7), (8, 20), (19, 20)])
def test_an_honest_head_is_let_through(old: int, new: int) -> None:
    require_extension(head(old), head(new), consistency_proof(HONEST.node_at, old, new))


def test_a_shorter_history_is_refused_naming_both_sizes() -> None:
    with pytest.raises(LogRefusedError) as refused:
        require_extension(head(20), head(12), ())
    assert refused.value.code == "log-behind"
    for words in (refused.value.vi, refused.value.en):
        assert "12" in words
        assert "20" in words


def test_another_history_of_the_same_length_is_refused() -> None:
    with pytest.raises(LogRefusedError) as refused:
        require_not_behind(head(20), head(20, OTHER))
    assert refused.value.code == "log-forked"


@pytest.mark.parametrize("size", [13, 20])
def test_a_longer_history_that_begins_otherwise_is_refused_whatever_it_proves(size: int) -> None:
    for proof in (consistency_proof(OTHER.node_at, 12, size), consistency_proof(HONEST.node_at, 12, size), ()):
        with pytest.raises(LogRefusedError) as refused:
            require_extension(head(12), head(size, OTHER), proof)
        assert refused.value.code == "log-forked"
        assert "12" in refused.value.vi
        assert str(size) in refused.value.vi


def test_the_statement_of_a_rotation_names_both_keys_in_their_order() -> None:
    assert rotation_statement("a", "b") != rotation_statement("b", "a")
