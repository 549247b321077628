"""The public page under files made to harm it: how long it takes to answer, how much memory its judge takes."""

from __future__ import annotations

import resource
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from approval.extensions import limiter
from tests.bench.bench_product import BenchProduct
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch
from tests.factories.foreign_pdfs import looping_pdf, nested_pdf
from tests.factories.signed_pledges import signed_pledge
from tests.factories.tampering import white_box
from tests.factories.uploaded_pdfs import locked, swollen, zip_bomb
from tests.functional.visitor import Visitor

_PAGE = "/kiem-tra"
_MB = 1 << 20
_LARGEST = 20 * _MB - 4096
_GOAL_SECONDS, _GOAL_MEMORY = 5, 512
_ROUNDS = 3


def _padded(pdf: bytes) -> bytes:
    """As large as the page takes, and still with an end."""
    return pdf[:-50] + b"a" * (_LARGEST - len(pdf)) + pdf[-50:]


_FILES: dict[str, Callable[[bytes], bytes]] = {
    "a sound document": lambda pdf: pdf,
    "a painted one": white_box,
    "20 MB before the end": _padded,
    "20 MB of nothing": lambda _pdf: b"%PDF-1.7\n" + bytes(_LARGEST),
    "a stream of 300 MB": lambda _pdf: swollen(300),
    "100,000 levels": lambda _pdf: nested_pdf(),
    "tables in a circle": lambda _pdf: looping_pdf(),
    "behind a password": locked,
    "a zip bomb of 600 MB": lambda _pdf: zip_bomb(600),
}


def _bring(visitor: Visitor, token: str, content: bytes) -> int:
    fields = {"csrf_token": token, "tep": FileStorage(BytesIO(content), "van-ban.pdf")}
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return visitor.client.post(_PAGE, data=body, content_type=kind).status_code


@pytest.mark.parametrize("name", _FILES, ids=lambda name: name)
def test_the_page_answers(ledger: Ledger, product: BenchProduct, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limits of production: on a machine busy with other work, by saying that the limit was reached."""
    monkeypatch.setattr(limiter, "enabled", False)
    content, watch = _FILES[name](signed_pledge().final), Stopwatch()
    visitor = Visitor(product.app)
    token = visitor.token(_PAGE)
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(_ROUNDS):
        assert watch.time(partial(_bring, visitor, token, content)) == 200
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = tuple(sample / 1000 for sample in watch.samples)
    ledger.add(Figure(f"check page: {name}", taken, unit="s", goal=_GOAL_SECONDS))
    processor = (ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime) / _ROUNDS
    ledger.add(Figure(f"check page: {name}, processor time of the judge", (processor,), unit="s"))


def test_the_memory_of_the_judges(ledger: Ledger) -> None:
    """The most that any of those before has taken."""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    ledger.add(Figure("check page: most memory of a judge", (most,), unit="MB", goal=_GOAL_MEMORY))
