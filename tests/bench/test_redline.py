"""How long two long pledges take to compare, and what the choice of the library under it is worth."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import partial
from random import Random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from rapidfuzz.distance import Indel

from approval.domain.pledge_text import PledgeText
from approval.domain.text_diff import diff_texts
from approval.domain.word_alignment import Words
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each
from tests.factories.edited_pledges import Bodies, bodies_of, long_pledge, reworded_body, with_bodies

_GOAL_MS = 200
_CLAUSES, _MOVED, _ROUNDS = 300, 10, 20
Pair = tuple[PledgeText, PledgeText]
Aligned = tuple[list[int], list[int]]


@pytest.fixture(scope="module")
def old() -> PledgeText:
    """300 clauses of 80 words."""
    return long_pledge(Random(1), _CLAUSES)


def _moved(bodies: Bodies, dice: Random) -> Bodies:
    for _ in range(_MOVED):
        bodies.insert(dice.randrange(len(bodies)), bodies.pop(dice.randrange(len(bodies))))
    return bodies


def _reworded(bodies: Bodies, dice: Random, *, one_in: int) -> Bodies:
    return [reworded_body(dice, body) if dice.randrange(one_in) == 0 else body for body in bodies]


def _compare_often(benchmark: BenchmarkFixture, pair: Pair) -> tuple[float, ...]:
    return time_each(benchmark, lambda texts: diff_texts(*texts), [pair] * _ROUNDS, lambda texts: texts)


def test_a_third_edited(benchmark: BenchmarkFixture, ledger: Ledger, old: PledgeText) -> None:
    """What a round of many opinions leaves."""
    dice = Random(2)
    new = with_bodies(old, _moved(_reworded(bodies_of(old), dice, one_in=3), dice))
    samples = _compare_often(benchmark, (old, new))
    ledger.add(Figure("redline: 300 clauses, a third edited, 10 moved", samples, goal=_GOAL_MS))


def test_every_clause_edited(benchmark: BenchmarkFixture, ledger: Ledger, old: PledgeText) -> None:
    """Nothing is the same as before: the worst there is."""
    dice = Random(3)
    new = with_bodies(old, _moved(_reworded(bodies_of(old), dice, one_in=1), dice))
    ledger.add(Figure("redline: every clause edited, 10 moved", _compare_often(benchmark, (old, new))))


def test_unrelated_texts(benchmark: BenchmarkFixture, ledger: Ledger, old: PledgeText) -> None:
    """Two pledges that have no clause in common."""
    samples = _compare_often(benchmark, (old, long_pledge(Random(4), _CLAUSES)))
    ledger.add(Figure("redline: two texts without a clause in common", samples))


def test_library(ledger: Ledger, old: PledgeText) -> None:
    """The alignment alone, by both libraries that were considered: of edited clauses, and of one long hard text."""
    dice = Random(5)
    edited = zip(bodies_of(old), _reworded(bodies_of(old), dice, one_in=1), strict=True)
    clauses = [(_numbers("\n".join(a)), _numbers("\n".join(b))) for a, b in edited]
    hard = dice.choices((1, 2), k=1_000), dice.choices((1, 2), k=1_000)
    for name, pairs in (("300 edited clauses", clauses), ("1 000 words of two", [hard])):
        ours, theirs = Stopwatch(), Stopwatch()
        for _ in range(_ROUNDS):
            ours.time(partial(_with_rapidfuzz, pairs))
            theirs.time(partial(_with_difflib, pairs))
        ledger.add(Figure(f"rapidfuzz alone (bare: difflib), {name}", tuple(ours.samples), bare=tuple(theirs.samples)))


def _with_rapidfuzz(pairs: Iterable[Aligned]) -> None:
    for old, new in pairs:
        list(Indel.opcodes(old, new))


def _with_difflib(pairs: Iterable[Aligned]) -> None:
    for old, new in pairs:
        SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _numbers(text: str) -> list[int]:
    return [hash(token) for token in Words.of(text).keys]
