"""Importing, saving, sending out, reopening and cancelling: what the coordinator does, and what is refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.commands import CancelPledge, SaveDraft
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.domain.states import Role, State
from approval.extensions import db
from approval.models.person import Person
from approval.models.reminder import Reminder
from approval.services.cancel_pledge import cancel_pledge
from approval.services.import_pledge import import_pledge
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.factories.history import events
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    cancel_command,
    draft_text,
    import_command,
    import_draft,
    mails,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
    state_of,
    submit_command,
)
from tests.factories.signing_house import MovingClock, SigningHouse, add_person, stored_pledge

MONDAY = datetime(2024, 5, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MONDAY)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


def test_a_draft_that_was_never_sent_out_is_invisible_to_representatives(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = cancel_command(app, house.representatives[0], pledge_id)
    with app.app_context(), pytest.raises(NotFoundError):
        cancel_pledge(command)


def test_saving_on_top_of_somebody_s_newer_text_is_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    text = draft_text(app, pledge_id)
    with app.app_context():
        seen = stored_pledge(pledge_id).version
    save(app, house, pledge_id, reworded(text, "Thư ký sửa."))
    with app.app_context(), pytest.raises(StaleTextError):
        save_draft(SaveDraft(house.coordinator, pledge_id, seen, reworded(text, "Cửa sổ khác sửa.")))
    assert draft_text(app, pledge_id).clauses[0].paragraphs == ("Thư ký sửa.",)


def test_saving_the_same_text_twice_is_no_second_event(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    text = reworded(draft_text(app, pledge_id), "Thư ký sửa.")
    save(app, house, pledge_id, text)
    with pytest.raises(AlreadyDoneError):
        save(app, house, pledge_id, text)
    with app.app_context():
        assert len(events("pledge:draft:saved")) == 1


def test_parties_may_change_until_they_have_been_asked(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    text = draft_text(app, pledge_id)
    save(app, house, pledge_id, replace(text, parties=tuple(reversed(text.parties[:2]))))
    with app.app_context():
        assert stored_pledge(pledge_id).party_count == 2
    save(app, house, pledge_id, text)
    with app.app_context():
        submit_for_review(submit_command(app, house, pledge_id))
        revise_pledge(revise_command(app, house, pledge_id))
    for parties in (text.parties[:2], (text.parties[1], text.parties[0], text.parties[2])):
        with pytest.raises(InvalidInputError) as refusal:
            save(app, house, pledge_id, replace(text, parties=parties))
        assert refusal.value.code == "parties-fixed"


def test_a_name_outside_the_bloc_is_named_in_the_refusal_and_nothing_is_stored(app: Flask, house: SigningHouse) -> None:
    with pytest.raises(InvalidInputError, match="Sở Thử nghiệm 4") as refusal:
        import_draft(app, house, small_text(4))
    assert "Sở Thử nghiệm 4" in refusal.value.vi
    with app.app_context():
        assert events() == []


def test_submitting_twice_or_too_late_is_told_apart(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            submit_for_review(replace(command, deadline=MONDAY))
        assert refusal.value.field == "deadline"
        submit_for_review(command)
        with pytest.raises(AlreadyDoneError):
            submit_for_review(command)
        with pytest.raises(TransitionRefusedError):
            submit_for_review(replace(command, expected_version=command.expected_version + 1))


def test_revising_a_page_that_is_out_of_date_is_refused(app: Flask, house: SigningHouse) -> None:
    """A verdict came in after the coordinator opened the page: they should read it first."""
    pledge_id = make_review(app, house)
    command = revise_command(app, house, pledge_id)
    agree_by(app, pledge_id, house.representatives[0])
    with app.app_context(), pytest.raises(StaleTextError):
        revise_pledge(command)
    with app.app_context():
        again = revise_command(app, house, pledge_id)
        revise_pledge(again)
        with pytest.raises(AlreadyDoneError):
            revise_pledge(again)


def test_cancelling_needs_a_reason_and_tells_everybody_who_was_asked(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    with app.app_context():
        command = cancel_command(app, house.administrator, pledge_id)
        with pytest.raises(InvalidInputError):
            cancel_pledge(replace(command, reason=" "))
        cancel_pledge(command)
        with pytest.raises(AlreadyDoneError):
            cancel_pledge(command)
        with pytest.raises(TransitionRefusedError):
            cancel_pledge(replace(command, reason="Lý do khác."))
    told = {row[1] for row in mails(app, pledge_id, round_number=1) if row[0] == "cancelled"}
    assert told == {actor.person_id for actor in (*house.representatives, house.coordinator)}


def test_a_draft_nobody_saw_is_cancelled_without_mail(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    with app.app_context():
        cancel_pledge(cancel_command(app, house.coordinator, pledge_id))
    assert mails(app, pledge_id, round_number=1) == []
    assert state_of(app, pledge_id) == State.CANCELLED


def test_only_the_bloc_s_own_coordinator_drafts(app: Flask, house: SigningHouse) -> None:
    other = make_review_house(app, 3, name="Khối Khác")
    for actor in (house.representatives[0], house.observer, house.administrator, other.coordinator):
        with app.app_context(), pytest.raises(NotAllowedError):
            import_pledge(replace(import_command(house), actor=actor))
    with app.app_context():
        assert events() == []


def test_a_file_that_is_no_pledge_stores_nothing(app: Flask, house: SigningHouse) -> None:
    with app.app_context():
        for content in (b"", b"%PDF-1.7", "Xin chào.".encode("utf-16")):
            with pytest.raises(InvalidInputError):
                import_pledge(replace(import_command(house), content=content))
        assert events() == []


def test_a_pledge_that_does_not_exist_is_not_found(app: Flask, house: SigningHouse) -> None:
    with app.app_context(), pytest.raises(NotFoundError):
        cancel_pledge(CancelPledge(house.coordinator, uuid.uuid4(), 1, "Không có."))


def test_a_second_coordinator_s_click_on_a_stale_page_is_refused_not_thanked(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = submit_command(app, house, pledge_id)
    with app.app_context():
        colleague = add_person(Role.COORDINATOR, house.bloc_id, name="Thư ký thứ hai")
        db.session.commit()
        submit_for_review(command)
        with pytest.raises(TransitionRefusedError):
            submit_for_review(replace(command, actor=colleague))


def test_a_deadline_tomorrow_has_no_reminder_before_it(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = submit_command(app, house, pledge_id, days=1)
    with app.app_context():
        submit_for_review(command)
    with app.app_context():
        kinds = set(db.session.scalars(select(Reminder.kind)))
    assert kinds == {"late", "escalation"}


def test_who_acts_for_an_agency_is_looked_up_again_when_the_text_goes_out(app: Flask, house: SigningHouse) -> None:
    """The representative left between import and submission; the successor gets the invitation."""
    pledge_id = import_draft(app, house)
    left = house.representatives[0]
    with app.app_context():
        successor = add_person(Role.REPRESENTATIVE, house.bloc_id, name="Đại diện mới", agency_id=left.agency_id)
        db.session.get_one(Person, left.person_id).active = False
        db.session.commit()
        submit_for_review(submit_command(app, house, pledge_id))
    invited = {row[1] for row in mails(app, pledge_id, round_number=1)}
    assert successor.person_id in invited
    assert left.person_id not in invited


def test_an_agency_without_anybody_stops_the_submission_with_its_name(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    with app.app_context():
        db.session.get_one(Person, house.representatives[1].person_id).active = False
        db.session.commit()
        with pytest.raises(InvalidInputError, match="Sở Thử nghiệm 2") as refusal:
            submit_for_review(submit_command(app, house, pledge_id))
        assert refusal.value.code == "agency-without-representative"
