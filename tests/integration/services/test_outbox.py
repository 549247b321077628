"""Work left for the worker: once, in the change's own transaction, under a stable Message-ID."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.services.outbox import message_id, queue_finalisation, queue_mail
from approval.services.pledge_parties import parties_of
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work
from tests.factories.review_house import import_draft, make_review_house
from tests.factories.signing_house import SigningHouse


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app)


@pytest.fixture
def pledge_id(app: Flask, house: SigningHouse) -> uuid.UUID:
    return import_draft(app, house)


def leave(pledge_id: uuid.UUID, *, times: int = 1, fail: bool = False, kind: str = "finished") -> None:
    with unit_of_work() as uow:
        pledge = uow.lock_pledge(pledge_id)
        for _ in range(times):
            _queue_for_everybody(uow, pledge, kind)
            queue_finalisation(uow, pledge, 7)
        uow.record(EventDraft(type=EventType.DRAFT_SAVED, actor=SYSTEM_ACTOR, pledge=pledge))
        if fail:
            raise LookupError


def _queue_for_everybody(uow: UnitOfWork, pledge: Pledge, kind: str) -> None:
    for party in parties_of(uow.session, pledge):
        queue_mail(uow, kind=kind, pledge=pledge, party=party, person_id=party.person_id, facts={"a": "Sở Y tế"})
    queue_mail(uow, kind=kind, pledge=pledge, party=None, person_id=pledge.created_by)


def rows() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_asking_again_leaves_the_first_row_as_it_is(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        leave(pledge_id, times=2)
        first = rows()[0]
        first.last_error = "connection refused"
        db.session.flush()
        db.session.commit()
        leave(pledge_id)
        assert sorted(row.topic for row in rows()) == ["finalise", "mail", "mail", "mail"]
        assert rows()[0].last_error == "connection refused"


def test_a_change_that_fails_leaves_no_work(app: Flask, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        with pytest.raises(LookupError):
            leave(pledge_id, fail=True)
        assert rows() == []


def test_keys_name_pledge_round_party_kind_and_slot(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        leave(pledge_id, kind="cancelled")
        keys = [row.key for row in rows()]
        parties = [row.party_id for row in rows() if row.party_id]
        expected = {f"mail:{pledge_id}:1:{party}:cancelled:" for party in parties}
        expected |= {f"mail:{pledge_id}:1:person-{house.coordinator.person_id}:cancelled:", "finalise:7"}
        assert set(keys) == expected


def test_message_ids_are_stable_and_carry_the_public_host(app: Flask) -> None:
    with app.app_context():
        assert message_id("mail:x") == message_id("mail:x")
        assert message_id("mail:x") != message_id("mail:y")
        assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", message_id("mail:x"))
