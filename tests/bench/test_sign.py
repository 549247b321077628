"""One signature through the product, in turn with the least that any program would have to do for it."""

from __future__ import annotations

import uuid
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from tests.bench.bare_signing import prepare_bare
from tests.bench.bench_product import BenchProduct, Client
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch, time_each

_GOAL_RATIO = 1.5
_PLEDGES = 7


def test_sign(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct) -> None:
    """A POST of the signing form: session, form token, standing, PIN, stamp, file, history, durable commits.

    Bare is the derivation of the PIN's key at the cost of production and one fast B-T call with the same key on the
    same file, the stamp typeset and the key parsed beforehand. Each signature is made twice, bare first.
    """
    derivation, signature = Stopwatch(), Stopwatch()

    def prepare(act: tuple[uuid.UUID, Client]) -> dict[str, Any]:
        pledge_id, client = act
        bare, head = prepare_bare(product, pledge_id, client), product.head(pledge_id)
        request = _request(product, pledge_id, client)
        derivation.time(bare.derive)
        signature.time(lambda: bare.sign(head))
        return request

    def send(request: dict[str, Any]) -> None:
        assert product.serve(request) == 303

    opened = [product.open_for_signature() for _ in range(_PLEDGES)]
    acts = [(pledge_id, client) for pledge_id in opened for client in product.parties]
    taken = time_each(benchmark, send, acts, prepare)
    bare = tuple(sum(pair) for pair in zip(derivation.samples, signature.samples, strict=True))
    ledger.add(Figure("sign request", taken, goal=_GOAL_RATIO, bare=bare))
    ledger.add(Figure("(bare: PIN derivation)", tuple(derivation.samples)))
    ledger.add(Figure("(bare: fast B-T call)", tuple(signature.samples)))


def _request(product: BenchProduct, pledge_id: uuid.UUID, client: Client) -> dict[str, Any]:
    command = product.sign_command(pledge_id, client)
    return client.post(
        f"/van-ban/{pledge_id}/ky",
        client.visitor.token(),
        revision_number=command.revision_number,
        revision_sha256=command.revision_sha256,
        document_sha256=command.document_sha256,
        authority_id=command.authority_id,
        pin=command.pin,
        consent="yes",
    )
