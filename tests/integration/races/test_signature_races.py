"""Five people sign in the same instant, one clicks twice, two workers finish at once: nothing lost, nothing double."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import FinalisePledge
from approval.domain.document import ExpectedDocument, Finding
from approval.domain.errors import AlreadyDoneError, PledgeError, StaleTextError, TransitionRefusedError
from approval.domain.signing_layout import SigningLayout
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.services.decline_to_sign import decline_to_sign
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from approval.services.sign_pledge import sign_pledge
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    current_signing,
    decline_command,
    make_agreed_pledge,
    make_house,
    make_open_pledge,
    open_command,
    sign_by,
    sign_command,
    stored_pledge,
)
from tests.servers.fixtures import AppFactory


@pytest.fixture
def app(app_factory: AppFactory, database_url: str) -> Flask:
    return app_factory(database_url=database_url, clock=MovingClock(MAY_15))


def _require_one_chain(pledge_id: uuid.UUID, signers: int) -> None:
    """Every signature builds on the one before, from the opened file to the head, and the head holds them all."""
    signing = current_signing(pledge_id)
    rows = db.session.scalars(
        select(Signature).where(Signature.signing_id == signing.id).order_by(Signature.position)
    ).all()
    assert [row.position for row in rows] == list(range(1, signers + 1))
    steps = [signing.base_sha256, *(row.document_sha256 for row in rows)]
    assert [row.previous_sha256 for row in rows] == steps[:-1]
    assert signing.head_sha256 == steps[-1]
    layout = SigningLayout.from_json(signing.layout)
    expected = ExpectedDocument(
        layout.signature_fields, layout.date_fields, frozenset(row.field_name for row in rows), final=False
    )
    report = parts().worker_validator.validate(parts().file_store.get(signing.head_sha256), expected)
    assert report.finding is Finding.SOUND, report.problems


def _five_sign(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(app, house)
    acts = [partial(sign_pledge, sign_command(app, pledge_id, actor)) for actor in house.representatives]

    outcomes = all_at_once(app, acts)

    assert outcomes == [None] * len(acts)
    with app.app_context():
        assert (stored_pledge(pledge_id).state, stored_pledge(pledge_id).signed_count) == ("finalising", len(acts))
        _require_one_chain(pledge_id, len(acts))
        added = [event for event in events("pledge:signature:added") if event["pledge"] == str(pledge_id)]
        assert [event["data"]["fired"] for event in added] == [[]] * (len(acts) - 1) + [["all_signed"]]
        work = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.topic == "finalise", OutboxMessage.pledge_id == pledge_id)
        ).all()
        assert len(work) == 1
        require_sound_history()


def _finalise_twice(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(app, house)
    sign_by(app, pledge_id, *house.representatives)

    outcomes = all_at_once(app, [partial(finalise_pledge, FinalisePledge(pledge_id))] * 2)

    assert outcomes == [None, None]
    with app.app_context():
        done = [event for event in events("pledge:document:finalised") if event["pledge"] == str(pledge_id)]
        assert [event["obj"]["doc_sha256"] for event in done] == [stored_pledge(pledge_id).final_sha256]
        mails = db.session.scalars(
            select(OutboxMessage.person_id).where(
                OutboxMessage.kind == "finished", OutboxMessage.pledge_id == pledge_id
            )
        ).all()
        assert len(mails) == len(set(mails)) == len(house.representatives) + 2
        require_sound_history()


def test_five_signatures_at_once(app: Flask) -> None:
    _five_sign(app, make_house(app, agencies=5))


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_five_signatures_at_once_twenty_times(app: Flask) -> None:
    house = make_house(app, agencies=5)
    for _ in range(20):
        _five_sign(app, house)


def test_two_workers_finalise_at_once(app: Flask) -> None:
    house = make_house(app)
    for _ in range(2):
        _finalise_twice(app, house)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_two_workers_finalise_at_once_fifty_times(app: Flask) -> None:
    house = make_house(app)
    for _ in range(50):
        _finalise_twice(app, house)


def test_one_person_clicking_four_times_signs_once(app: Flask) -> None:
    house = make_house(app)
    pledge_id = make_open_pledge(app, house)
    command = sign_command(app, pledge_id, house.representatives[0])

    outcomes = all_at_once(app, [partial(sign_pledge, command)] * 4)

    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert all(isinstance(outcome, AlreadyDoneError) for outcome in outcomes if outcome is not None), outcomes
    with app.app_context():
        _require_one_chain(pledge_id, 1)
        assert len(events("pledge:signature:added")) == 1
        require_sound_history()


def test_signature_and_refusal_at_once_never_mix(app: Flask) -> None:
    house = make_house(app)
    pledge_id = make_open_pledge(app, house)
    signer, refuser = house.representatives
    acts = [
        partial(sign_pledge, sign_command(app, pledge_id, signer)),
        partial(decline_to_sign, decline_command(app, pledge_id, refuser)),
    ]

    signed, declined = all_at_once(app, acts)

    assert declined is None
    assert signed is None or isinstance(signed, TransitionRefusedError | StaleTextError), signed
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.round, pledge.signed_count) == ("draft", 2, 0)
        assert db.session.scalars(select(Signing.voided_at)).all() == [MAY_15]
        assert len(db.session.scalars(select(Signature)).all()) == (1 if signed is None else 0)
        require_sound_history()


def test_last_signature_and_refusal_at_once_have_one_winner(app: Flask) -> None:
    house = make_house(app)
    pledge_id = make_open_pledge(app, house)
    first, last = house.representatives
    sign_by(app, pledge_id, first)
    acts = [
        partial(sign_pledge, sign_command(app, pledge_id, last)),
        partial(decline_to_sign, decline_command(app, pledge_id, last)),
    ]

    outcomes = all_at_once(app, acts)

    assert outcomes.count(None) == 1
    assert all(isinstance(outcome, PledgeError) for outcome in outcomes if outcome is not None), outcomes
    with app.app_context():
        assert stored_pledge(pledge_id).state == ("finalising" if outcomes[0] is None else "draft")
        require_sound_history()


def test_opening_signing_twice_at_once_opens_once(app: Flask) -> None:
    house = make_house(app)
    pledge_id = make_agreed_pledge(app, house)
    command = open_command(app, house, pledge_id)

    outcomes = all_at_once(app, [partial(open_signing, command)] * 3)

    assert outcomes.count(None) == 1
    assert all(isinstance(outcome, AlreadyDoneError) for outcome in outcomes if outcome is not None), outcomes
    with app.app_context():
        assert len(db.session.scalars(select(Signing)).all()) == 1
        invitations = db.session.scalars(
            select(OutboxMessage.person_id).where(OutboxMessage.kind == "signing-invitation")
        ).all()
        assert len(invitations) == 2
        require_sound_history()
