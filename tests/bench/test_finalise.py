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

_GOAL_RATIO = 1.5
_PLEDGES = 11


def test_finalise(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct) -> None:
    """The service from the signed file to the published one: judge before, date, seal, judge after, publish, mails.

    Bare is the fast seal and one quick validation of the sealed file, stamps typeset beforehand, once with the steps
    between earlier revisions remembered (the strict measure), once with nothing remembered. The service comes to a
    pledge that its process has never seen, as a worker does.
    """
    remembered, forgetful = Stopwatch(), Stopwatch()

    def prepare(pledge_id: uuid.UUID) -> uuid.UUID:
        cold, warm = prepare_bare(product, pledge_id), prepare_bare(product, pledge_id)
        warm.remember_steps()
        forgetful.time(cold.seal_and_validate)
        remembered.time(warm.seal_and_validate)
        return pledge_id

    def finalise(pledge_id: uuid.UUID) -> None:
        with product.app.app_context():
            finalise_pledge(FinalisePledge(pledge_id))

    signed = [product.signed_by_all() for _ in range(_PLEDGES)]
    taken = time_each(benchmark, finalise, signed, prepare)
    with product.app.app_context():
        assert {stored_pledge(pledge_id).state for pledge_id in signed} == {State.FINALISED}
    ledger.add(Figure("finalise", taken, goal=_GOAL_RATIO, bare=tuple(remembered.samples)))
    ledger.add(Figure("finalise (bare remembers nothing)", taken, goal=_GOAL_RATIO, bare=tuple(forgetful.samples)))
