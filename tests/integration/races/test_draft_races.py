"""Two tabs and two people at one draft in the same instant: one is first, the other is told, no text is lost."""

from __future__ import annotations

import json
from functools import partial

import pytest
from flask import Flask

from approval.domain.commands import SaveDraft
from approval.domain.errors import AlreadyDoneError, StaleTextError
from approval.extensions import db
from approval.queries.finding_dismissals import load_dismissals
from approval.services.dismiss_finding import dismiss_finding
from approval.services.save_draft import save_draft
from approval.services.save_working_copy import save_working_copy
from tests.factories.at_once import all_at_once
from tests.factories.draft_desk import autosave, dismissal, draft_texts, second_coordinator, working_copy
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import draft_text, import_draft, make_review_house, reworded
from tests.factories.signing_house import SigningHouse, stored_pledge

TABS = 4


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 2)


def test_of_several_first_autosaves_one_is_kept_and_the_others_are_told(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    acts = [
        partial(save_working_copy, autosave(house.coordinator, pledge_id, fields={"title": [f"TAB {tab}"]}))
        for tab in range(TABS)
    ]
    outcomes = all_at_once(app, acts)
    assert [type(outcome) for outcome in outcomes if outcome] == [StaleTextError] * (TABS - 1)
    copy = working_copy(app, pledge_id, house.coordinator)
    assert copy
    assert (copy.edit_number, json.loads(copy.fields)) == (1, {"title": [f"TAB {outcomes.index(None)}"]})


def test_two_people_save_at_once_and_both_texts_are_there_or_the_second_is_told(
    app: Flask, house: SigningHouse
) -> None:
    pledge_id = import_draft(app, house)
    people = (house.coordinator, second_coordinator(app, house))
    base = draft_text(app, pledge_id)
    texts = [reworded(base, f"Bản của người {number}.") for number in (1, 2)]
    acts = [
        partial(save_draft, SaveDraft(person, pledge_id, 1, text)) for person, text in zip(people, texts, strict=True)
    ]
    outcomes = all_at_once(app, acts)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "StaleTextError"]
    first = outcomes.index(None)
    assert draft_text(app, pledge_id) == texts[first]
    # The one who was told saves on top of what is there now: the first text stays remembered.
    other = 1 - first
    with app.app_context():
        save_draft(SaveDraft(people[other], pledge_id, 2, texts[other]))
    kept = draft_texts(app, pledge_id)
    assert [row.sha256 for row in kept] == [base.sha256(), texts[first].sha256(), texts[other].sha256()]
    assert [row.saved_by for row in kept[1:]] == [people[first].person_id, people[other].person_id]
    with app.app_context():
        require_sound_history()


def test_saving_and_autosaving_at_once_lose_neither(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    text = reworded(draft_text(app, pledge_id), "Đã lưu.")
    with app.app_context():
        save_working_copy(autosave(house.coordinator, pledge_id))
    outcomes = all_at_once(
        app,
        [
            partial(save_draft, SaveDraft(house.coordinator, pledge_id, 1, text, edit_number=1)),
            partial(save_working_copy, autosave(house.coordinator, pledge_id, 1, {"title": ["MỚI GÕ"]})),
        ],
    )
    assert outcomes == [None, None]
    copy = working_copy(app, pledge_id, house.coordinator)
    assert copy
    assert json.loads(copy.fields) == {"title": ["MỚI GÕ"]}
    with app.app_context():
        assert stored_pledge(pledge_id).draft_sha256 == text.sha256()


def test_a_finding_dismissed_by_two_people_at_once_is_one_dismissal(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    people = (house.coordinator, second_coordinator(app, house))
    outcomes = all_at_once(app, [partial(dismiss_finding, dismissal(person, pledge_id)) for person in people])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [AlreadyDoneError.__name__, "NoneType"]
    with app.app_context():
        assert len(load_dismissals(db.session(), pledge_id)) == 1
        assert len(events("pledge:finding:dismissed")) == 1
