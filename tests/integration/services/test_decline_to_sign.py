"""A refusal voids the signing, keeps its evidence, and sends the same text back to the drafting table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.extensions import db, parts
from approval.models.decline import Decline
from approval.models.outbox_message import OutboxMessage
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.services.decline_to_sign import decline_to_sign
from approval.services.sign_pledge import sign_pledge
from tests.factories.history import events, require_sound_history
from tests.factories.pledge_texts import small_text
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    decline_command,
    make_open_pledge,
    sign_by,
    sign_command,
    stored_pledge,
)


def test_declining_voids_the_signing_and_opens_the_next_round(signing_app: Flask, house: SigningHouse) -> None:
    signer, refuser = house.representatives
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, signer)
    command = decline_command(signing_app, pledge_id, refuser)
    with signing_app.app_context():
        decline_to_sign(command)

        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.round, pledge.round_reason) == ("draft", 2, "Sai chỉ tiêu.")
        assert (pledge.agreed_count, pledge.signed_count, pledge.signing_deadline) == (0, 0, None)
        assert pledge.draft_sha256 == small_text(2).sha256()
        signing = db.session.scalars(select(Signing)).one()
        assert (signing.voided_at, signing.void_reason) == (MAY_15, "Sai chỉ tiêu.")
        assert db.session.scalars(select(Decline.person_id)).all() == [refuser.person_id]


def test_signatures_given_before_stay_as_evidence(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    command = decline_command(signing_app, pledge_id, house.representatives[1])
    with signing_app.app_context():
        decline_to_sign(command)

        kept = db.session.scalars(select(Signature)).one()
        assert parts().file_store.has(kept.document_sha256)
        event = events("pledge:signing:declined")[0]
        assert event["data"]["signatures_void"] == 1
        assert event["obj"]["doc_sha256"] == kept.document_sha256
        assert (event["obj"]["state_from"], event["obj"]["state_to"]) == ("signing", "draft")
        require_sound_history()


def test_coordinator_and_the_other_parties_are_told_why(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = decline_command(signing_app, pledge_id, house.representatives[1])
    with signing_app.app_context():
        decline_to_sign(command)

        mails = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "declined")).all()
        assert {mail.person_id for mail in mails} == {house.coordinator.person_id, house.representatives[0].person_id}
        assert all("Sai chỉ tiêu." in mail.facts for mail in mails)


def test_declining_twice_is_told_when_it_was_done(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = decline_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        decline_to_sign(command)
        clock.forward(minutes=1)

        with pytest.raises(AlreadyDoneError) as told:
            decline_to_sign(command)

        assert told.value.done_at == MAY_15
        assert len(events("pledge:signing:declined")) == 1


def test_nobody_signs_after_a_refusal(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    late = sign_command(signing_app, pledge_id, house.representatives[0])
    command = decline_command(signing_app, pledge_id, house.representatives[1])
    with signing_app.app_context():
        decline_to_sign(command)

        with pytest.raises(TransitionRefusedError):
            sign_pledge(late)


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "x" * 4001])
def test_a_reason_is_needed_and_has_an_end(signing_app: Flask, house: SigningHouse, reason: str) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = decline_command(signing_app, pledge_id, house.representatives[0], reason=reason)
    with signing_app.app_context():
        with pytest.raises(InvalidInputError) as refused:
            decline_to_sign(command)

        assert refused.value.field == "reason"
        assert stored_pledge(pledge_id).state == "signing"


def test_who_has_signed_can_no_longer_decline(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    command = decline_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context(), pytest.raises(TransitionRefusedError) as refused:
        decline_to_sign(command)

    assert refused.value.code == "agency-already-signed"


def test_only_parties_decline_and_only_the_text_they_read(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = decline_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        with pytest.raises(NotAllowedError):
            decline_to_sign(replace(command, actor=house.coordinator))
        with pytest.raises(NotFoundError):
            decline_to_sign(replace(command, actor=house.observer))
        with pytest.raises(StaleTextError):
            decline_to_sign(replace(command, revision_sha256="0" * 64))

        assert events("pledge:signing:declined") == []
