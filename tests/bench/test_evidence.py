"""A history of a million events: proofs, appending, and a whole bundle checked offline by both verifiers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from approval.adapters.evidence_verifier import verify_bundle
from approval.adapters.offline_verifier import verifier_text
from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR
from approval.domain.evidence_report import exit_code
from approval.extensions import db
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.queries.log_proofs import load_inclusion_proof
from approval.services.unit_of_work import EventDraft, unit_of_work
from tests.bench.figures import Figure, Ledger
from tests.bench.timing import Stopwatch
from tests.factories.long_history import fill_history
from tests.factories.review_house import make_review, make_review_house
from tests.factories.signing_house import MAY_15, MovingClock
from tests.factories.stored_heads import house_of, store_head
from tests.servers.postgres import PostgresServer

_FEW, _MANY, _ROUNDS = 1_000, 1_000_000, 200


@pytest.fixture(scope="module")
def build(postgres_server: PostgresServer, migrated_postgres: str) -> Callable[[], str]:
    """Addresses of fresh databases."""
    return lambda: postgres_server.new_database(template=migrated_postgres)


def _append_in_turn(*apps: Flask) -> list[tuple[float, ...]]:
    """Milliseconds of each append to each history, one after the other, so that a busy minute is everybody's."""
    watches = [Stopwatch() for _ in apps]
    for _ in range(_ROUNDS):
        for app, watch in zip(apps, watches, strict=True):
            with app.app_context():
                db.session.connection()
                watch.time(_one_event)
    return [tuple(watch.samples) for watch in watches]


def _one_event() -> None:
    with unit_of_work() as uow:
        uow.record(EventDraft(EventType.CALENDAR_DAY_SET, SYSTEM_ACTOR))


def _prove(app: Flask) -> tuple[float, ...]:
    watch = Stopwatch()
    with app.app_context():
        for number in range(_ROUNDS):
            seq = number * (_MANY // _ROUNDS)
            assert watch.time(partial(load_inclusion_proof, db.session(), seq, _MANY))
            db.session.rollback()
    return tuple(watch.samples)


def _check(app: Flask, folder: Path) -> dict[str, float]:
    """Milliseconds for making the bundle of one pledge over a million leaves, and for each verifier."""
    people, house, watch = make_review_house(app), house_of(app), Stopwatch()
    pledge_id = make_review(app, people)
    store_head(app, house, witnesses=house.witnesses)
    with app.app_context():
        bundle = watch.time(lambda: load_any_evidence_bundle(db.session(), pledge_id))
    _, checks = watch.time(lambda: verify_bundle(bundle, house.policy(quorum=3), {}))
    assert exit_code(checks) == 2
    (folder / "a.zip").write_bytes(bundle)
    (folder / "verify.py").write_text(verifier_text(), encoding="utf-8")
    (folder / "policy.txt").write_text(house.policy_text(quorum=3), encoding="utf-8")
    words = [sys.executable, "-I", "-S", "verify.py", "a.zip", "--policy", "policy.txt"]
    done = watch.time(lambda: subprocess.run(words, cwd=folder, capture_output=True, check=False))
    assert done.returncode == 2, done.stdout
    return dict(zip(("made", "product", "offline"), watch.samples, strict=True))


def test_a_million_events(
    ledger: Ledger, app_factory: Callable[..., Any], build: Callable[[], str], tmp_path: Path
) -> None:
    """On PostgreSQL."""
    young, app = (app_factory(database_url=build(), clock=MovingClock(MAY_15)) for _ in range(2))
    for filled, size in ((young, _FEW), (app, _MANY)):
        watch = Stopwatch()
        watch.time(partial(fill_history, filled, size))
        ledger.note(f"{size:,} events were put in by COPY in {watch.samples[0] / 1000:.0f} s.")
    few, many = _append_in_turn(young, app)
    ledger.add(Figure("evidence: append at 10^6 events, against one at 10^3", many, goal=1.5, bare=few))
    ledger.add(Figure("evidence: inclusion proof at 10^6 events", _prove(app), goal=5))
    taken = _check(app, tmp_path)
    ledger.add(Figure("evidence: bundle over 10^6 events, made", (taken["made"] / 1000,), unit="s"))
    ledger.add(Figure("evidence: the same, approval verify", (taken["product"] / 1000,), unit="s", goal=20))
    ledger.add(Figure("evidence: the same, verify.py", (taken["offline"] / 1000,), unit="s", goal=20))
