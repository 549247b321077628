"""A signer's key is replaced or their account locked while documents are on their way, and after."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from flask import Flask

from approval.adapters.key_store import WrongPinError
from approval.domain.commands import Actor, FinalisePledge, IssueSigningKey, LockAccount
from approval.domain.document import ExpectedDocument, Finding
from approval.domain.errors import NotFoundError
from approval.domain.signing_layout import SigningLayout
from approval.extensions import parts
from approval.services.finalise_pledge import finalise_pledge
from approval.services.issue_signing_key import issue_signing_key
from approval.services.lock_account import lock_account
from approval.services.sign_pledge import sign_pledge
from tests.factories.account_acts import make_representative
from tests.factories.signing_house import (
    MovingClock,
    SigningHouse,
    current_signing,
    make_open_pledge,
    sign_by,
    sign_command,
    stored_pledge,
)

NEW_PIN = "739104"


def _replace_key(house: SigningHouse, signer: Actor, pin: str = NEW_PIN) -> None:
    issue_signing_key(IssueSigningKey(house.administrator, signer.person_id or 0, pin))


def _expected(pledge_id: uuid.UUID) -> ExpectedDocument:
    layout = SigningLayout.from_json(current_signing(pledge_id).layout)
    fields = layout.signature_fields
    return ExpectedDocument(fields, layout.date_fields, frozenset(fields), final=True)


def _verdicts(pdf: bytes, expected: ExpectedDocument) -> set[Finding]:
    """What the quick and the careful judge, say of a file."""
    judges = (parts().worker_validator, parts().validator)
    return {judge.validate(pdf, expected).finding for judge in judges}


def test_the_old_pin_signs_nothing_any_more(signing_app: Flask, house: SigningHouse) -> None:
    signer = house.representatives[0]
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, signer)
    with signing_app.app_context():
        _replace_key(house, signer)
        with pytest.raises(WrongPinError):
            sign_pledge(command)
    with signing_app.app_context():
        sign_pledge(replace(command, pin=NEW_PIN))


def test_signatures_of_the_old_key_stay_good_in_a_signing_on_its_way(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    first, second = house.representatives
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, first)
    with signing_app.app_context():
        _replace_key(house, first)
        clock.forward(minutes=5)
    sign_by(signing_app, pledge_id, second)
    with signing_app.app_context():
        clock.forward(minutes=5)
        finalise_pledge(FinalisePledge(pledge_id))

        pledge = stored_pledge(pledge_id)
        assert pledge.state == "finalised"
        pdf = parts().file_store.get(pledge.final_sha256 or "")
        for _ in range(3):
            assert _verdicts(pdf, _expected(pledge_id)) == {Finding.SOUND}
            clock.forward(days=40)


def test_a_finished_document_stays_good_when_its_signers_get_new_keys(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        pdf = parts().file_store.get(stored_pledge(pledge_id).final_sha256 or "")
        expected = _expected(pledge_id)
        clock.forward(hours=1)

        for signer in house.representatives:
            _replace_key(house, signer)
            clock.forward(seconds=3)

        assert _verdicts(pdf, expected) == {Finding.SOUND}
        clock.forward(days=200)
        assert _verdicts(pdf, expected) == {Finding.SOUND}


def test_a_locked_signer_leaves_the_place_to_another_of_the_agency(signing_app: Flask, house: SigningHouse) -> None:
    first, second = house.representatives
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, second)
    waiting = sign_command(signing_app, pledge_id, first)
    with signing_app.app_context():
        lock_account(LockAccount(house.administrator, first.person_id or 0))
        lock_account(LockAccount(house.administrator, second.person_id or 0))
        with pytest.raises(NotFoundError):
            sign_pledge(waiting)
        with pytest.raises(NotFoundError):
            _replace_key(house, first)

        stand_in = Actor(make_representative(house), first.role, first.agency_id)
    sign_by(signing_app, pledge_id, stand_in)
    with signing_app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
        assert stored_pledge(pledge_id).state == "finalised", "the signature of a locked account keeps counting"
