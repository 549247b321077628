"""Triggers are no proof: a superuser writes past them, and the bundle tells."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from approval.domain.audit_event import canonical_json, leaf_hash
from approval.extensions import db
from approval.models.audit_event import AuditEvent
from approval.queries.evidence_bundle import load_any_evidence_bundle
from tests.factories.both_verifiers import judge
from tests.factories.review_house import agree_by, make_review, make_review_house
from tests.factories.stored_heads import house_of, store_head
from tests.servers.fixtures import AppFactory


@pytest.fixture
def app(app_factory: AppFactory, postgres_url: str) -> Flask:
    """On PostgreSQL, as its superuser."""
    return app_factory(database_url=postgres_url)


def test_a_row_changed_in_replica_mode_is_found(app: Flask) -> None:
    people, house = make_review_house(app), house_of(app)
    pledge_id = make_review(app, people)
    store_head(app, house)
    agree_by(app, pledge_id, people.representatives[0])
    store_head(app, house)
    with app.app_context():
        session = db.session()
        query = select(AuditEvent.seq, AuditEvent.payload).where(AuditEvent.type == "pledge:verdict:given")
        seq, payload = session.execute(query).one()
        body = json.loads(payload)
        changed = canonical_json({**body, "data": {**body["data"], "comment": "khác"}})
        session.execute(text("SET session_replication_role = replica"))
        written = {"payload": changed, "leaf": leaf_hash(changed), "seq": seq}
        session.execute(text("UPDATE audit_event SET payload = :payload, leaf_hash = :leaf WHERE seq = :seq"), written)
        session.commit()
        bundle = load_any_evidence_bundle(session, pledge_id)
    found = judge(bundle, house.policy_text())
    assert found.code == 1
    assert f"có sự kiện từ {seq} đến {seq} bị sửa" in found.words["tree"]
