"""Who may sign what, when and how often; and what a signature leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.adapters.key_store import WrongPinError
from approval.domain.commands import Actor, RevokeAuthority, SignPledge
from approval.domain.document import ExpectedDocument, Finding
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.signing_layout import SigningLayout
from approval.domain.states import AuthorityKind, Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.outbox_message import OutboxMessage
from approval.models.signature import Signature
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.services.revoke_authority import revoke_authority
from approval.services.sign_pledge import sign_pledge
from tests.factories.history import events, require_sound_history
from tests.factories.signing_house import (
    MovingClock,
    SigningHouse,
    add_person,
    add_signer,
    current_signing,
    make_open_pledge,
    other_pin,
    sign_by,
    sign_command,
    stored_pledge,
)


def _signatures() -> list[Signature]:
    return list(db.session.scalars(select(Signature).order_by(Signature.position)))


def _deputy(app: Flask, house: SigningHouse, kind: AuthorityKind = AuthorityKind.KT) -> Actor:
    with app.app_context():
        deputy = add_signer(house.bloc_id, house.agencies[0], name="Phó đại diện Sở 1", kind=kind, title="Phó Giám đốc")
        db.session.commit()
        return deputy


def test_a_signature_moves_the_head_and_leaves_row_and_event(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[1])
    with signing_app.app_context():
        (row,) = _signatures()
        signing = current_signing(pledge_id)
        assert (row.previous_sha256, row.document_sha256) == (signing.base_sha256, signing.head_sha256)
        assert (row.position, row.field_name, row.authority_lines) == (1, "KY_02", "GIÁM ĐỐC")
        assert signing.lease_until is None
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.signed_count) == ("signing", 1)
        event = events("pledge:signature:added")[0]
        assert event["actor"] == f"representative:{house.representatives[1].person_id}"
        assert event["obj"]["doc_sha256"] == signing.head_sha256
        assert event["data"]["fired"] == []
        require_sound_history()


def test_signed_head_is_a_sound_file_signed_by_this_person(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        signing = current_signing(pledge_id)
        layout = SigningLayout.from_json(signing.layout)
        expected = ExpectedDocument(layout.signature_fields, layout.date_fields, frozenset({"KY_01"}), final=False)

        report = parts().validator.validate(parts().file_store.get(signing.head_sha256), expected)

        assert report.finding is Finding.SOUND, report.problems
        signers = {check.field_name: check.signer for check in report.signatures}
        assert "Đại diện Sở Thử nghiệm 1" in signers["KY_01"]


def test_last_signature_fires_once_and_leaves_the_work_to_the_worker(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    sign_by(signing_app, pledge_id, house.representatives[1], house.representatives[0])
    with signing_app.app_context():
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.signed_count, pledge.final_sha256) == ("finalising", 2, None)
        last = events("pledge:signature:added")[-1]
        assert (last["data"]["fired"], last["obj"]["state_to"]) == (["all_signed"], "finalising")
        work = db.session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "finalise")).all()
        assert [row.key for row in work] == [f"finalise:{current_signing(pledge_id).id}"]


def test_signing_twice_is_told_when_it_was_done(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        sign_pledge(command)
        clock.forward(minutes=3)

        with pytest.raises(AlreadyDoneError) as told:
            sign_pledge(command)

        assert "09:00" in told.value.vi
        assert len(_signatures()) == 1


def test_last_signers_second_click_is_friendly_although_signing_is_over(
    signing_app: Flask, house: SigningHouse
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[1])
    sign_by(signing_app, pledge_id, *house.representatives)
    with signing_app.app_context():
        assert stored_pledge(pledge_id).state == "finalising"
        with pytest.raises(AlreadyDoneError):
            sign_pledge(command)


def test_consent_must_be_given(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = replace(sign_command(signing_app, pledge_id, house.representatives[0]), consent=False)
    with signing_app.app_context():
        with pytest.raises(InvalidInputError) as refused:
            sign_pledge(command)

        assert refused.value.field == "consent"
        assert _signatures() == []


@pytest.mark.parametrize(
    "change", [{"revision_number": 2}, {"revision_sha256": "0" * 64}, {"document_sha256": "0" * 64}]
)
def test_another_text_or_file_than_the_open_one_is_stale(
    signing_app: Flask, house: SigningHouse, change: dict[str, object]
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = replace(sign_command(signing_app, pledge_id, house.representatives[0]), **change)  # type: ignore[arg-type]
    with signing_app.app_context(), pytest.raises(StaleTextError):
        sign_pledge(command)


def test_wrong_pin_signs_nothing_and_is_in_the_history(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        with pytest.raises(WrongPinError):
            sign_pledge(other_pin(command))

        assert _signatures() == []
        assert [event["type"] for event in events()][1:] == ["person:pin:refused"]
        sign_pledge(command)
        assert db.session.scalars(select(SigningKey.failed_attempts)).all() == [0, 0]


def test_people_without_a_place_in_the_pledge_cannot_sign(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    command = sign_command(signing_app, pledge_id, house.representatives[0])
    with signing_app.app_context():
        outsider = add_person(Role.REPRESENTATIVE, house.bloc_id, name="Đại diện nơi khác", agency_id=_new_agency())
        db.session.commit()
        for actor, refusal in (
            (house.coordinator, NotAllowedError),
            (house.administrator, NotAllowedError),
            (house.observer, NotFoundError),
            (outsider, NotFoundError),
            (Actor(None, Role.REPRESENTATIVE), NotFoundError),
            (Actor(999, Role.REPRESENTATIVE), NotFoundError),
            (replace(house.coordinator, role=Role.REPRESENTATIVE), NotFoundError),
        ):
            with pytest.raises(refusal):
                sign_pledge(replace(command, actor=actor))

        assert _signatures() == []


def _new_agency() -> int:
    agency = Agency(name="Sở ngoài khối", short_name="SNK")
    db.session.add(agency)
    db.session.flush()
    return agency.id


def test_deputy_with_recorded_authority_signs_in_the_agencys_place(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    deputy = _deputy(signing_app, house)
    head = sign_command(signing_app, pledge_id, house.representatives[0])
    sign_by(signing_app, pledge_id, deputy)
    with signing_app.app_context():
        (row,) = _signatures()
        assert (row.person_id, row.field_name) == (deputy.person_id, "KY_01")
        assert row.authority_lines == "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"
        with pytest.raises(TransitionRefusedError) as refused:
            sign_pledge(head)
        assert refused.value.code == "agency-already-signed"


def test_authority_must_be_the_persons_own_and_in_force(
    signing_app: Flask, house: SigningHouse, clock: MovingClock
) -> None:
    pledge_id = make_open_pledge(signing_app, house)
    signer, other = house.representatives
    command = sign_command(signing_app, pledge_id, signer)
    foreign = sign_command(signing_app, pledge_id, other).authority_id
    with signing_app.app_context():
        own = db.session.get_one(SigningAuthority, command.authority_id)
        cases: dict[str, tuple[SignPledge, dict[str, object]]] = {
            "foreign": (replace(command, authority_id=foreign), {}),
            "unknown": (replace(command, authority_id=999), {}),
            "not yet": (command, {"valid_from": clock.moment + timedelta(seconds=1)}),
            "over": (command, {"valid_from": clock.moment - timedelta(days=9), "valid_to": clock.moment}),
            "other agency": (command, {"valid_to": None, "agency_id": house.agencies[1]}),
        }
        for name, (attempt, columns) in cases.items():
            for column, value in columns.items():
                setattr(own, column, value)
            db.session.commit()
            with pytest.raises(NotAllowedError) as refused:
                sign_pledge(attempt)
            assert refused.value.code == "authority-not-in-force", name

        own.agency_id = house.agencies[0]
        db.session.commit()
        revoke_authority(RevokeAuthority(house.administrator, own.id))
        with pytest.raises(NotAllowedError):
            sign_pledge(command)
        assert _signatures() == []
