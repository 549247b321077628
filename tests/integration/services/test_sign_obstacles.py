"""What stands between a person and their signature: certificate, key, day, time stamps, another writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.pdf_errors import CertificateNotUsableError
from approval.adapters.timestamp_authority import TimestampUnavailableError
from approval.domain.errors import (
    BusyError,
    NotAllowedError,
    TransitionRefusedError,
)
from approval.extensions import db, parts
from approval.models.signature import Signature
from approval.models.signing_key import SigningKey
from approval.services.sign_pledge import sign_pledge
from tests.factories.history import events
from tests.factories.signing_house import (
    MovingClock,
    SigningHouse,
    current_signing,
    make_agreed_pledge,
    make_open_pledge,
    sign_command,
)


def _signatures() -> list[Signature]:
    return list(db.session.scalars(select(Signature).order_by(Signature.position)))


def test_expired_certificate_is_refused_in_clear_words_and_costs_no_pin_attempt(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        serial = db.session.scalars(select(SigningKey.certificate_serial).order_by(SigningKey.id)).first()
        parts().authority.revoke(int(serial or "0", 16))
        clock.forward(minutes=1)

        for _ in range(6):
            with pytest.raises(CertificateNotUsableError) as refused:
                sign_pledge(command)
            assert "thu hồi" in refused.value.vi

        assert _signatures() == []
        assert current_signing(pledge_id).lease_until is None


def test_no_signing_key_no_signature(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        for key in db.session.scalars(select(SigningKey)):
            key.revoked_at = clock.moment
        db.session.commit()

        with pytest.raises(NotAllowedError) as refused:
            sign_pledge(command)

        assert refused.value.code == "no-signing-key"


def test_nobody_signs_on_a_day_the_printed_month_cannot_hold(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    clock.forward(days=17)
    with signing_app.app_context():
        with pytest.raises(TransitionRefusedError) as refused:
            sign_pledge(command)

        assert refused.value.code == "date-cannot-fall"
        assert _signatures() == []


def test_midnight_that_passes_while_signing_throws_the_signature_away(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    clock.forward(days=16, hours=14, minutes=59, seconds=59)  # 31 May, 23:59:59 in Vietnam
    with signing_app.app_context():
        tsa = parts().tsa
        ask = tsa.token

        def slow_token(digest: bytes) -> bytes:
            clock.forward(seconds=2)
            return ask(digest)

        tsa.token = slow_token  # type: ignore[method-assign]
        with pytest.raises(TransitionRefusedError):
            sign_pledge(command)

        assert _signatures() == []
        assert current_signing(pledge_id).head_position == 0


def test_silent_time_stamp_server_refuses_without_a_trace_and_can_be_tried_again(
    signing_app: Flask, house: SigningHouse
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        tsa = parts().tsa
        ask = tsa.token

        def silent(digest: bytes) -> bytes:
            raise TimestampUnavailableError("silent")

        tsa.token = silent  # type: ignore[method-assign]
        for _ in range(6):
            with pytest.raises(TimestampUnavailableError):
                sign_pledge(command)
        tsa.token = ask  # type: ignore[method-assign]
        sign_pledge(command)

        assert len(_signatures()) == 1
        assert len(events("pledge:signature:added")) == 1


def test_pledge_that_is_not_open_cannot_be_signed(signing_app: Flask, house: SigningHouse) -> None:
    open_one = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, open_one, house.representatives[0])
    agreed = make_agreed_pledge(signing_app, house)
    with signing_app.app_context(), pytest.raises(TransitionRefusedError):
        sign_pledge(replace(command, pledge_id=agreed))


def test_lease_held_by_somebody_else_is_waited_for_and_then_given_up(
    signing_app: Flask, house: SigningHouse, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("approval.services.signing_lease._PATIENCE_SECONDS", 0.2)
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        signing = current_signing(pledge_id)
        signing.lease_number, signing.lease_until = 7, clock.moment + timedelta(seconds=5)
        db.session.commit()

        with pytest.raises(BusyError):
            sign_pledge(command)
        clock.forward(seconds=6)
        sign_pledge(command)

        assert current_signing(pledge_id).lease_number == 8
        assert len(_signatures()) == 1
