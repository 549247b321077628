"""The draft editor: opening it with the findings of the real pledge, and what its script asks for while one types."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sqlalchemy import select

from approval.domain.states import State
from approval.extensions import db
from approval.models.pledge import Pledge
from tests.bench.bench_product import BenchProduct
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import time_each
from tests.factories.pledge_texts import seed_text

_GOAL_MS = 150
_ROUNDS = 40


@pytest.fixture(scope="module")
def draft(product: BenchProduct) -> uuid.UUID:
    """The seed's pledge, still a draft."""
    with product.app.app_context():
        return db.session.scalars(select(Pledge.id).where(Pledge.state == State.DRAFT)).one()


def _typed(words: str) -> dict[str, Any]:
    """The editor's fields with these words typed at the end of the first clause."""
    text = seed_text()
    bodies = ["\n\n".join(clause.paragraphs) for clause in text.clauses]
    return {
        "version": 1,
        "place": text.place,
        "month": text.date.month,
        "year": text.date.year,
        "title": text.title,
        "subject": text.subject,
        "preamble": "\n\n".join(text.preamble),
        "clause": [f"{bodies[0]} {words}", *bodies[1:]],
        "closing": "\n\n".join(text.closing),
        "party_agency": [party.agency for party in text.parties],
        "party_heading": [party.heading for party in text.parties],
    }


def test_editor_page(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, draft: uuid.UUID) -> None:
    """A text read before: its findings are remembered."""
    request = product.coordinator.get(f"/van-ban/{draft}/soan-thao")
    assert product.serve(dict(request)) == 200
    samples = time_each(benchmark, product.serve, [request] * _ROUNDS, dict)
    ledger.add(Figure("page: draft editor with findings", samples, goal=_GOAL_MS))


def test_live_findings(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, draft: uuid.UUID) -> None:
    """Each time another text, so each time the whole pledge is proofread."""
    token = product.coordinator.visitor.token()
    path = f"/van-ban/{draft}/soan-thao/soat-loi"
    requests = [product.coordinator.post(path, token, **_typed(f"Câu thứ {turn}.")) for turn in range(_ROUNDS)]
    samples = time_each(benchmark, product.serve, requests, dict)
    ledger.add(Figure("findings after a pause in typing", samples, goal=_GOAL_MS))


def test_autosave(benchmark: BenchmarkFixture, ledger: Ledger, product: BenchProduct, draft: uuid.UUID) -> None:
    """One durable commit of the form as typed."""
    token = product.coordinator.visitor.token()
    path = f"/van-ban/{draft}/soan-thao/ban-nhap"
    requests = [product.coordinator.post(path, token, edit=turn, **_typed("Gõ.")) for turn in range(_ROUNDS)]

    def keep(request: dict[str, Any]) -> None:
        assert product.serve(request) == 200

    ledger.add(Figure("autosave", time_each(benchmark, keep, requests, dict)))
