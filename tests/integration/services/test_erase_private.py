"""Erased personal details are gone for good, and nothing that was proved before is less proved."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest
from flask import Flask
from sqlalchemy import select, text

from approval.adapters.ed25519 import verify_ed25519
from approval.domain.audit_event import private_body
from approval.domain.checkpoint import open_checkpoint, proves
from approval.domain.commands import SYSTEM_ACTOR
from approval.domain.errors import NotFoundError
from approval.domain.merkle import leaf_hash
from approval.extensions import db
from approval.models.audit_event import AuditPrivate
from approval.models.person import Person
from approval.queries.log_receipt import load_log_receipt
from approval.queries.visible_pledge import Viewer
from approval.services.erase_private import ErasePrivate, erase_private
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import agree_by, make_review
from tests.factories.signed_log import log_key, sign_log
from tests.factories.signing_house import SigningHouse


def kept() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(AuditPrivate.seq)))


def test_erasing_a_person_leaves_every_proof_sound(signing_app: Flask, house: SigningHouse) -> None:
    first, second = house.representatives[:2]
    pledge_id = make_review(signing_app, house)
    for actor in (first, second):
        agree_by(signing_app, pledge_id, actor)
    sign_log(signing_app)
    with signing_app.app_context():
        verdicts = events("pledge:verdict:given")
        mine, theirs = (int(event["seq"]) for event in verdicts)
        viewer = Viewer(first.person_id or 0, first.role, first.agency_id, house.bloc_id)
        receipt = load_log_receipt(db.session(), viewer, mine)
        before = kept()
        email = db.session.get_one(Person, first.person_id).email
        assert erase_private(ErasePrivate(SYSTEM_ACTOR, f" {email.upper()} ")) == 1
        assert before - kept() == {mine}
        assert theirs in kept()
        require_sound_history()
        sign_log(signing_app)
        checkpoint = open_checkpoint(receipt.note, log_key(), verify_ed25519).checkpoint
        assert proves(receipt, checkpoint, leaf_hash(receipt.extra))
        assert load_log_receipt(db.session(), viewer, mine).extra == receipt.extra
        (erased,) = events("person:private:erased")
        assert erased["data"] == {"person": first.person_id, "count": 1}
        assert email not in json.dumps(erased)
        assert erase_private(ErasePrivate(SYSTEM_ACTOR, email)) == 0


def test_what_is_left_does_not_tell_what_was_erased(signing_app: Flask, house: SigningHouse) -> None:
    """The address has few values: without the nonce none of them can be tried against the commitment."""
    agree_by(signing_app, make_review(signing_app, house), house.representatives[0])
    with signing_app.app_context():
        email = db.session.get_one(Person, house.representatives[0].person_id).email
        (verdict,) = events("pledge:verdict:given")
        erase_private(ErasePrivate(SYSTEM_ACTOR, email))
        columns = db.session.execute(text("SELECT payload FROM audit_event")).scalars().all()
        body = private_body(ip="10.0.0.7", user_agent="test")
        near = {b"", bytes(32), *(bytes.fromhex(json.loads(bytes(one))["salt"]) for one in columns)}
        guesses = {hashlib.sha256(nonce + body).hexdigest() for nonce in itertools.chain(near)}
        assert verdict["priv"] not in guesses


def test_nobody_is_nobody(signing_app: Flask, house: SigningHouse) -> None:
    with signing_app.app_context():
        with pytest.raises(NotFoundError, match="No account uses this address"):
            erase_private(ErasePrivate(SYSTEM_ACTOR, "khong-ai@bacgiang.example"))
        assert events("person:private:erased") == []
