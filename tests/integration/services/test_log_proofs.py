"""Proofs out of the database of a real story equal those over its leaves."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.merkle_proof import verify_consistency, verify_inclusion
from approval.extensions import db
from approval.models.audit_event import AuditEvent, AuditHead
from approval.queries.log_proofs import load_consistency_proof, load_inclusion_proof
from tests.factories.merkle_tree import StoredTree
from tests.factories.signing_house import SigningHouse, make_open_pledge, sign_by


def test_every_event_and_every_beginning_can_be_proved(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        size, root = db.session.execute(select(AuditHead.size, AuditHead.root)).one()
        leaves = list(db.session.scalars(select(AuditEvent.leaf_hash).order_by(AuditEvent.seq)))
        tree = StoredTree(leaves)
        for seq, leaf in enumerate(leaves):
            assert verify_inclusion(leaf, seq, size, load_inclusion_proof(db.session(), seq, size), root)
            way = load_consistency_proof(db.session(), seq + 1, size)
            assert verify_consistency(seq + 1, tree.root(seq + 1), size, root, way)


def test_what_is_not_there_cannot_be_proved(signing_app: Flask) -> None:
    with signing_app.app_context():
        size = db.session.scalar(select(AuditHead.size)) or 0
        with pytest.raises(LookupError):
            load_inclusion_proof(db.session(), size, size + 2)
        with pytest.raises(LookupError):
            load_consistency_proof(db.session(), size + 1, size + 2)
        with pytest.raises(ValueError, match="not among"):
            load_inclusion_proof(db.session(), size, size)
        assert load_consistency_proof(db.session(), 0, size) == ()
