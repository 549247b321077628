"""One finalisation by the worker, in turn with a bare seal and validation."""

from __future__ import annotations

import uuid

from pytest_benchmark.fixture import BenchmarkFixture

from approval.domain.commands import FinalisePledge
from approval.domain.states import State
from approval.services.finalise_pledge import finalise_pledge
from tests.bench.bare_sealing import prepare_bare
from tests.bench.bench_product import BenchProduct
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each
from tests.factories.signing_house import stored_pledge
from worker.watch_heads import watch_heads

_GOAL_RATIO = 1.5
_PLEDGES = 11


def test_finalise(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct) -> None:
    """By a worker that was running while people signed, hours apart: it has looked at all but the fifth signature."""
    _measure(benchmark, ledger, product, "finalise", [_signed_under_watch(product) for _ in range(_PLEDGES)], warm=True)


def test_finalise_by_a_new_worker(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct) -> None:
    """By a worker that has never seen the pledge, as after a restart."""
    _measure(
        benchmark,
        ledger,
        product,
        "finalise, worker new",
        [product.signed_by_all() for _ in range(_PLEDGES)],
        warm=False,
    )


def _measure(
    benchmark: BenchmarkFixture,
    ledger: Ledger,
    product: BenchProduct,
    name: str,
    signed: list[uuid.UUID],
    *,
    warm: bool,
) -> None:
    """The service from the signed file to the published one: judge before, date, seal, judge after, publish, mails.

    Bare is the fast seal and one quick validation of the sealed file, stamps typeset beforehand. When `warm` it knows
    the steps between all earlier revisions, as a worker that looked at them does, else nothing.
    """
    bare = Stopwatch()

    def prepare(pledge_id: uuid.UUID) -> uuid.UUID:
        twin = prepare_bare(product, pledge_id)
        if warm:
            twin.remember_steps()
        bare.time(twin.seal_and_validate)
        return pledge_id

    def finalise(pledge_id: uuid.UUID) -> None:
        with product.app.app_context():
            finalise_pledge(FinalisePledge(pledge_id))

    taken = time_each(benchmark, finalise, signed, prepare)
    with product.app.app_context():
        assert {stored_pledge(pledge_id).state for pledge_id in signed} == {State.FINALISED}
    ledger.add(Figure(name, taken, goal=_GOAL_RATIO, bare=tuple(bare.samples)))


def _signed_under_watch(product: BenchProduct) -> uuid.UUID:
    pledge_id = product.open_for_signature()
    *earlier, last = product.parties
    for client in earlier:
        product.sign(pledge_id, client)
        with product.app.app_context():
            assert watch_heads() == 1
    product.clock.forward(hours=4)
    product.sign(pledge_id, last)
    return pledge_id
