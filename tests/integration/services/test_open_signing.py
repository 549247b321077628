"""Opening signing freezes one certified file, invites everybody, and refuses what could not be finished."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from approval.adapters.pdf_attachments import attached_file
from approval.adapters.typeset_glyphs import MissingGlyphError
from approval.domain.document import ExpectedDocument, Finding
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.pledge_text import DateLine, DatePolicy
from approval.domain.signing_layout import SigningLayout
from approval.domain.signing_record import FILE_NAME, read_signing_record
from approval.domain.states import Role
from approval.extensions import db, parts
from approval.models.outbox_message import OutboxMessage
from approval.models.signing import Signing
from approval.services.open_signing import open_signing
from approval.services.stored_text import parse_stored_text
from tests.factories.history import events, require_sound_history
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import reminder_days
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    add_person,
    current_signing,
    make_agreed_pledge,
    make_house,
    open_command,
    stored_pledge,
)
from tests.servers.fixtures import AppFactory


def test_opening_freezes_a_certified_file_with_empty_fields(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        open_signing(command)

        signing = current_signing(pledge_id)
        layout = SigningLayout.from_json(signing.layout)
        expected = ExpectedDocument(layout.signature_fields, layout.date_fields, frozenset(), final=False)
        report = parts().validator.validate(parts().file_store.get(signing.base_sha256), expected)
        assert report.finding is Finding.SOUND, report.problems
        assert layout.signature_fields == ("KY_01", "KY_02")
        assert layout.date_fields == ("NGAY",)
        assert (signing.head_sha256, signing.head_position) == (signing.base_sha256, 0)
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.signed_count, pledge.signing_deadline) == ("signing", 0, command.deadline)


def test_opening_leaves_one_event_with_the_evidence(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        open_signing(command)

        (event,) = events()
        assert event["type"] == "pledge:signing:opened"
        assert event["obj"] == {
            "doc_sha256": current_signing(pledge_id).base_sha256,
            "state_from": "agreed",
            "state_to": "signing",
            "version": 1,
        }
        assert event["data"]["revision_sha256"] == command.revision_sha256
        require_sound_history()


def test_the_record_of_what_came_before_lies_in_the_file_under_the_hash_the_event_names(
    signing_app: Flask, house: SigningHouse
) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        open_signing(command)

        (event,) = events()
        pdf = parts().file_store.get(current_signing(pledge_id).base_sha256)
        record = attached_file(PdfFileReader(BytesIO(pdf)), FILE_NAME, revision=0)
        assert record == parts().file_store.get(event["data"]["record_sha256"])
        facts = read_signing_record(record)
        assert facts.sha256 == event["data"]["record_sha256"]
        assert facts.pledge == str(pledge_id)
        assert (facts.revision_number, facts.revision_sha256) == (1, command.revision_sha256)
        assert [(agency, kind.value) for agency, kind, _ in facts.verdicts] == [
            ("Sở Thử nghiệm 1", "agree"),
            ("Sở Thử nghiệm 2", "agree"),
        ]
        assert facts.fields == SigningLayout.from_json(current_signing(pledge_id).layout).signature_fields
        told = json.loads(record)
        assert told["printed"]["sha256"] == event["data"]["printed_sha256"]
        assert told["opinions"]["sha256"] == event["data"]["opinions_json_sha256"]
        assert told["opinions"]["pdf_sha256"] == event["data"]["opinions_sha256"]


def test_every_party_is_invited_and_reminded_around_the_deadline(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(open_command(signing_app, house, pledge_id), deadline=MAY_15 + timedelta(days=5, hours=8))
    with signing_app.app_context():
        open_signing(command)

        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.due_at, OutboxMessage.id)).all()
        assert [(row.kind, row.person_id, row.due_at) for row in rows] == [
            ("signing-invitation", person.person_id, MAY_15) for person in house.representatives
        ]
    # Deadline Monday 20 May, 17:00: reminded on Thursday, Friday and that Monday, late from Tuesday on, at 08:00.
    days = {kind: reminder_days(signing_app, pledge_id, kind) for kind in ("cadence", "day-before", "on-the-day")}
    assert days == {
        "cadence": [datetime(2024, 5, 16, 1, tzinfo=UTC)],
        "day-before": [datetime(2024, 5, 17, 1, tzinfo=UTC)],
        "on-the-day": [datetime(2024, 5, 20, 1, tzinfo=UTC)],
    }
    assert reminder_days(signing_app, pledge_id, "late")[0] == datetime(2024, 5, 21, 1, tzinfo=UTC)


def test_given_day_is_printed_and_leaves_no_date_field(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(
        open_command(signing_app, house, pledge_id, date=DateLine(10, 5, 2024)),
        date_policy=DatePolicy.FIXED_AT_OPENING,
    )
    with signing_app.app_context():
        open_signing(command)

        signing = current_signing(pledge_id)
        printed = parse_stored_text(signing.printed_content)
        assert printed.date == DateLine(10, 5, 2024)
        assert printed.date_policy is DatePolicy.FIXED_AT_OPENING
        assert SigningLayout.from_json(signing.layout).date_fields == ()


def test_month_and_year_may_be_blanked_too(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    clock.forward(days=60)
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(open_command(signing_app, house, pledge_id), date=DateLine())
    with signing_app.app_context():
        open_signing(command)

        layout = SigningLayout.from_json(current_signing(pledge_id).layout)
        assert layout.date_fields == ("NGAY", "THANG", "NAM")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"date": DateLine(10, 6, 2024)}, "date-changed"),
        ({"date_policy": DatePolicy.FIXED_AT_OPENING}, "date-incomplete"),
        ({"deadline": MAY_15}, "deadline-past"),
        ({"deadline": MAY_15 + timedelta(days=20)}, "deadline-beyond-date"),
    ],
)
def test_dates_that_cannot_come_true_are_refused(
    signing_app: Flask, house: SigningHouse, change: dict[str, object], code: str
) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(open_command(signing_app, house, pledge_id), **change)  # type: ignore[arg-type]
    with signing_app.app_context():
        with pytest.raises(InvalidInputError) as refused:
            open_signing(command)

        assert refused.value.code == code
        assert stored_pledge(pledge_id).state == "agreed"
        assert events() == []


def test_month_gone_by_must_be_settled_first(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    clock.forward(days=60)
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context(), pytest.raises(InvalidInputError) as refused:
        open_signing(command)

    assert refused.value.code == "date-cannot-fall"
    assert "tháng 5 năm 2024" in refused.value.vi


@pytest.mark.parametrize("change", [{"revision_number": 2}, {"revision_sha256": "0" * 64}])
def test_another_text_than_the_agreed_one_is_stale(
    signing_app: Flask, house: SigningHouse, change: dict[str, object]
) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = replace(open_command(signing_app, house, pledge_id), **change)  # type: ignore[arg-type]
    with signing_app.app_context(), pytest.raises(StaleTextError):
        open_signing(command)


def test_second_click_is_told_when_it_was_done(signing_app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        open_signing(command)
        clock.forward(minutes=2)
        with pytest.raises(AlreadyDoneError) as told:
            open_signing(command)

        assert told.value.done_at == MAY_15
        assert "09:00" in told.value.vi
        assert len(db.session.scalars(select(Signing)).all()) == 1


def test_another_coordinator_comes_too_late(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        colleague = add_person(Role.COORDINATOR, house.bloc_id, name="Thư ký thứ hai")
        db.session.commit()
        open_signing(command)

        with pytest.raises(TransitionRefusedError):
            open_signing(replace(command, actor=colleague))


def test_only_the_blocs_coordinator_opens(signing_app: Flask, house: SigningHouse) -> None:
    pledge_id = make_agreed_pledge(signing_app, house)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        stranger = add_person(Role.COORDINATOR, None, name="Thư ký khối khác")
        db.session.commit()
        for actor, refusal in (
            (house.representatives[0], NotAllowedError),
            (house.administrator, NotAllowedError),
            (house.observer, NotFoundError),
            (stranger, NotFoundError),
        ):
            with pytest.raises(refusal):
                open_signing(replace(command, actor=actor))

        assert stored_pledge(pledge_id).state == "agreed"


def test_unprintable_character_is_named_before_anything_is_stored(signing_app: Flask, house: SigningHouse) -> None:
    text = replace(small_text(2), preamble=("Đại diện lãnh đạo 漢 cơ quan:",))
    pledge_id = make_agreed_pledge(signing_app, house, text)
    command = open_command(signing_app, house, pledge_id)
    with signing_app.app_context():
        with pytest.raises(MissingGlyphError) as refused:
            open_signing(command)

        assert "漢" in refused.value.vi
        assert stored_pledge(pledge_id).state == "agreed"


def test_forty_agencies_open_too(app_factory: AppFactory, sqlite_url: str, clock: MovingClock) -> None:
    app = app_factory(database_url=sqlite_url, clock=clock)
    house = make_house(app, agencies=40)
    pledge_id = make_agreed_pledge(app, house)
    command = open_command(app, house, pledge_id)
    with app.app_context():
        open_signing(command)

        assert len(SigningLayout.from_json(current_signing(pledge_id).layout).signature_boxes) == 40
