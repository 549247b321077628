"""The draft editor's services: every text remembered, autosave, findings let stand."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from approval.domain.commands import SaveDraft
from approval.domain.drafting_commands import DiscardWorkingCopy
from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
    TransitionRefusedError,
)
from approval.extensions import db
from approval.models.finding_dismissal import FindingDismissal
from approval.queries.draft_texts import list_saves, load_draft_text
from approval.queries.finding_dismissals import load_dismissals
from approval.queries.working_copy import load_working_copy
from approval.services.discard_working_copy import discard_working_copy
from approval.services.dismiss_finding import LONGEST_FOUND, dismiss_finding
from approval.services.restore_finding import restore_finding
from approval.services.save_draft import save_draft
from approval.services.save_working_copy import LARGEST, save_working_copy
from tests.factories.draft_desk import (
    SLIP,
    TYPED,
    autosave,
    dismissal,
    draft_texts,
    restoration,
    second_coordinator,
    working_copy,
)
from tests.factories.history import events
from tests.factories.review_house import draft_text, import_draft, make_review, make_review_house, reworded, save
from tests.factories.signing_house import MovingClock, SigningHouse, stored_pledge

MONDAY = datetime(2024, 5, 6, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MONDAY)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str, clock: MovingClock) -> Flask:
    return app_factory(clock=clock, database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 2)


@pytest.fixture
def pledge_id(app: Flask, house: SigningHouse) -> uuid.UUID:
    return import_draft(app, house)


def test_import_and_each_save_are_remembered(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock
) -> None:
    first = draft_text(app, pledge_id)
    second = reworded(first, "Sửa.")
    clock.forward(minutes=5)
    save(app, house, pledge_id, second)
    kept = draft_texts(app, pledge_id)
    assert [(row.version, row.sha256) for row in kept] == [(1, first.sha256()), (2, second.sha256())]
    assert [row.saved_by for row in kept] == [house.coordinator.person_id] * 2
    assert (kept[1].saved_at - kept[0].saved_at).seconds == 300


def test_the_draft_at_a_version_is_the_newest_text_until_then(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    first = draft_text(app, pledge_id)
    save(app, house, pledge_id, reworded(first, "Hai."))
    with app.app_context():
        found = [load_draft_text(db.session(), pledge_id, version) for version in (0, 1, 2, 99)]
        assert [text and text.version for text in found] == [None, 1, 2, 2]
        assert found[1]
        assert found[1].text == first
        assert [(line.version, line.person_name) for line in list_saves(db.session(), pledge_id)] == [
            (2, "Thư ký Khối"),
            (1, "Thư ký Khối"),
        ]
        assert load_draft_text(db.session(), uuid.uuid4(), 5) is None


def test_a_refused_save_is_not_remembered(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    text = reworded(draft_text(app, pledge_id), "Sửa.")
    with app.app_context(), pytest.raises(StaleTextError):
        save_draft(SaveDraft(house.coordinator, pledge_id, 7, text))
    assert len(draft_texts(app, pledge_id)) == 1


def test_autosave_keeps_any_half_typed_form_and_leaves_no_trace_in_the_history(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    with app.app_context():
        before = len(events())
        assert save_working_copy(autosave(house.coordinator, pledge_id)) == 1
        assert save_working_copy(autosave(house.coordinator, pledge_id, 1)) == 2
        assert len(events()) == before
        assert stored_pledge(pledge_id).version == 1
        kept = load_working_copy(db.session(), pledge_id, house.coordinator.person_id or 0)
    assert kept
    assert (kept.edit_number, kept.base_version, kept.fields) == (2, 1, TYPED)


def test_a_tab_that_missed_an_autosave_writes_over_nothing(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    with app.app_context():
        save_working_copy(autosave(house.coordinator, pledge_id))
        save_working_copy(autosave(house.coordinator, pledge_id, 1, {"title": ["TAB MỘT"]}))
        for number in (0, 1, 3):
            with pytest.raises(StaleTextError) as refusal:
                save_working_copy(autosave(house.coordinator, pledge_id, number, {"title": ["TAB HAI"]}))
            assert "Thẻ khác đang soạn" in refusal.value.vi
    copy = working_copy(app, pledge_id, house.coordinator)
    assert copy
    assert json.loads(copy.fields) == {"title": ["TAB MỘT"]}


def test_each_coordinator_has_a_copy_of_their_own(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    colleague = second_coordinator(app, house)
    with app.app_context():
        save_working_copy(autosave(house.coordinator, pledge_id, fields={"title": ["MỘT"]}))
        save_working_copy(autosave(colleague, pledge_id, fields={"title": ["HAI"]}))
        discard_working_copy(DiscardWorkingCopy(house.coordinator, pledge_id))
        discard_working_copy(DiscardWorkingCopy(house.coordinator, pledge_id))
    assert working_copy(app, pledge_id, house.coordinator) is None
    assert working_copy(app, pledge_id, colleague) is not None


def test_typing_goes_on_after_the_copy_was_thrown_away(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    with app.app_context():
        save_working_copy(autosave(house.coordinator, pledge_id))
        discard_working_copy(DiscardWorkingCopy(house.coordinator, pledge_id))
        assert save_working_copy(autosave(house.coordinator, pledge_id, 1)) == 2


def test_saving_the_draft_drops_the_copy_it_grew_out_of_and_no_other(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    text = draft_text(app, pledge_id)
    with app.app_context():
        save_working_copy(autosave(house.coordinator, pledge_id))
        save_draft(SaveDraft(house.coordinator, pledge_id, 1, reworded(text, "Một."), edit_number=0))
    assert working_copy(app, pledge_id, house.coordinator)
    with app.app_context():
        save_draft(SaveDraft(house.coordinator, pledge_id, 2, reworded(text, "Hai."), edit_number=1))
    assert working_copy(app, pledge_id, house.coordinator) is None


def test_a_form_too_large_is_refused_with_a_clear_sentence(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    with app.app_context(), pytest.raises(InvalidInputError, match="million") as refusal:
        save_working_copy(autosave(house.coordinator, pledge_id, fields={"title": ["X" * LARGEST]}))
    assert "2 triệu ký tự" in refusal.value.vi
    assert working_copy(app, pledge_id, house.coordinator) is None


def test_a_damaged_version_is_kept_as_one_that_must_be_compared(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    with app.app_context():
        save_working_copy(replace(autosave(house.coordinator, pledge_id), base_version=0))
    copy = working_copy(app, pledge_id, house.coordinator)
    assert copy
    assert copy.base_version == 1


def test_a_dismissed_finding_is_remembered_with_one_event_and_can_be_shown_again(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock
) -> None:
    colleague = second_coordinator(app, house)
    with app.app_context():
        dismiss_finding(dismissal(house.coordinator, pledge_id))
        [known] = load_dismissals(db.session(), pledge_id)
        assert (known.fingerprint, known.rule, known.found, known.person_name) == (
            SLIP,
            "W01",
            "đầy mạnh",
            "Thư ký Khối",
        )
        with pytest.raises(AlreadyDoneError):
            dismiss_finding(dismissal(colleague, pledge_id))
        clock.forward(minutes=1)
        restore_finding(restoration(colleague, pledge_id))
        with pytest.raises(AlreadyDoneError):
            restore_finding(restoration(house.coordinator, pledge_id))
        assert load_dismissals(db.session(), pledge_id) == ()
        dismiss_finding(dismissal(colleague, pledge_id))
        assert db.session.query(FindingDismissal).count() == 2
        told = [(event["type"], event["data"]) for event in events()[-3:]]
        assert stored_pledge(pledge_id).version == 1
    data = {"rule": "W01", "found": "đầy mạnh", "fingerprint": SLIP}
    assert told == [
        ("pledge:finding:dismissed", data),
        ("pledge:finding:restored", data),
        ("pledge:finding:dismissed", data),
    ]


def test_a_finding_never_dismissed_cannot_be_shown_again(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    with app.app_context(), pytest.raises(NotFoundError):
        restore_finding(restoration(house.coordinator, pledge_id))


def test_long_words_are_cut_and_damaged_findings_refused(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    good = dismissal(house.coordinator, pledge_id)
    with app.app_context():
        for bad in (replace(good, rule="w1"), replace(good, fingerprint="xyz"), replace(good, fingerprint="A" * 64)):
            with pytest.raises(InvalidInputError):
                dismiss_finding(bad)
        dismiss_finding(replace(good, found="dài " * 1000))
        assert len(load_dismissals(db.session(), pledge_id)[0].found) == LONGEST_FOUND


def test_nothing_is_typed_or_dismissed_once_the_draft_is_out(app: Flask, house: SigningHouse) -> None:
    sent = make_review(app, house)
    with app.app_context():
        for act in (
            lambda: save_working_copy(autosave(house.coordinator, sent)),
            lambda: dismiss_finding(dismissal(house.coordinator, sent)),
            lambda: restore_finding(restoration(house.coordinator, sent)),
        ):
            with pytest.raises(TransitionRefusedError):
                act()


def test_nobody_else_has_a_desk_here(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    stranger = make_review_house(app, 2, name="Khối Khác").coordinator
    with app.app_context():
        for actor, refusal in ((stranger, NotFoundError), (house.observer, NotFoundError)):
            for act in (save_working_copy, discard_working_copy, dismiss_finding, restore_finding):
                command = {
                    save_working_copy: autosave(actor, pledge_id),
                    discard_working_copy: DiscardWorkingCopy(actor, pledge_id),
                    dismiss_finding: dismissal(actor, pledge_id),
                    restore_finding: restoration(actor, pledge_id),
                }[act]
                with pytest.raises(refusal):
                    act(command)  # type: ignore[arg-type]
        draft = import_draft(app, house)
        with pytest.raises(NotAllowedError):
            dismiss_finding(dismissal(house.administrator, draft))
