"""The end of a pledge's history, taken away by the owner of the database with no key at hand, on both databases."""

# ruff: noqa: S608 - raw SQL is the weapon here
from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.domain.states import Role
from approval.extensions import db
from approval.models.audit_event import AuditEvent
from approval.queries.evidence_bundle import load_any_evidence_bundle
from approval.queries.history_check import HistoryCheck
from approval.queries.pledge_history import load_pledge_history
from approval.queries.visible_pledge import Viewer
from tests.factories.both_verifiers import judge
from tests.factories.database_owner import unguarded
from tests.factories.log_house import LogHouse
from tests.factories.review_house import agree_by, make_review, make_review_house
from tests.factories.stored_heads import house_of, store_head
from tests.servers.fixtures import AppFactory


@pytest.fixture
def app(app_factory: AppFactory, database_url: str) -> Flask:
    return app_factory(database_url=database_url)


@pytest.fixture
def log_house(app: Flask) -> LogHouse:
    return house_of(app)


@pytest.fixture
def pledge_id(app: Flask, log_house: LogHouse) -> uuid.UUID:
    """Agreed to by one agency, then by nobody; another pledge comes after. The head is signed."""
    people = make_review_house(app)
    made = make_review(app, people)
    agree_by(app, made, people.representatives[0])
    make_review(app, people)
    store_head(app, log_house)
    return made


def checked(pledge_id: uuid.UUID) -> HistoryCheck:
    return load_pledge_history(db.session(), Viewer(0, Role.ADMINISTRATOR, None, None), pledge_id).check


def last_of(pledge_id: uuid.UUID) -> int:
    newest = select(func.max(AuditEvent.seq)).where(AuditEvent.pledge_ref == str(pledge_id))
    return db.session.scalars(newest).one()


def test_an_honest_history_has_nothing_displaced(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        assert checked(pledge_id).fault is None


@pytest.mark.parametrize("elsewhere", ["NULL, pledge_seq = NULL", "'00000000-0000-4000-8000-000000000000'"])
def test_an_event_filed_elsewhere_is_named_and_still_brought(
    app: Flask, log_house: LogHouse, pledge_id: uuid.UUID, elsewhere: str
) -> None:
    with app.app_context():
        last = last_of(pledge_id)
        unguarded((f"UPDATE audit_event SET pledge_ref = {elsewhere} WHERE seq = {last}", {}))
        assert checked(pledge_id).fault == last
        found = judge(load_any_evidence_bundle(db.session(), pledge_id), log_house.policy_text())
    assert (found.code, found.failed()) == (2, {"complete"})


def test_an_event_taken_out_is_named(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        last = last_of(pledge_id)
        unguarded(
            (f"DELETE FROM audit_private WHERE seq = {last}", {}), (f"DELETE FROM audit_event WHERE seq = {last}", {})
        )
        assert checked(pledge_id).fault == last
