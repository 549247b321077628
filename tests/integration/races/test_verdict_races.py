"""Five people answer in the same instant: every answer is kept, and the agreement fires exactly once."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.domain.errors import AlreadyDoneError, PledgeError, StaleTextError, TransitionRefusedError
from approval.domain.states import VerdictKind
from approval.extensions import db
from approval.models.verdict import Verdict
from approval.services.cancel_pledge import cancel_pledge
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import (
    agree_by,
    cancel_command,
    import_draft,
    make_review,
    make_review_house,
    revise_command,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import SigningHouse, stored_pledge

AGENCIES = 5


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, AGENCIES)


def fired(pledge_id: uuid.UUID) -> list[str]:
    return [
        action
        for event in events("pledge:verdict:given")
        if event["pledge"] == str(pledge_id)
        for action in event["data"]["fired"]
    ]


def five_agree(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    acts = [partial(give_verdict, verdict_command(app, pledge_id, actor)) for actor in house.representatives]

    outcomes = all_at_once(app, acts)

    assert outcomes == [None] * AGENCIES
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.agreed_count) == ("agreed", AGENCIES)
        assert fired(pledge_id) == ["agreement_reached"]
        db.session.rollback()


def test_five_agreements_at_once_fire_once(app: Flask, house: SigningHouse) -> None:
    for _ in range(4):
        five_agree(app, house)
    with app.app_context():
        require_sound_history()


@pytest.mark.campaign
def test_five_agreements_at_once_two_hundred_times(app: Flask, house: SigningHouse) -> None:
    for _ in range(200):
        five_agree(app, house)
    with app.app_context():
        require_sound_history()
        assert len(events("pledge:verdict:given")) == 200 * AGENCIES


def test_a_double_click_leaves_one_answer(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    command = verdict_command(app, pledge_id, house.representatives[0])

    outcomes = all_at_once(app, [partial(give_verdict, command)] * 4)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadyDoneError) for outcome in outcomes) == 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Verdict)) == 1
        require_sound_history()


def test_a_change_of_mind_against_the_last_agreement_ends_in_one_of_two_worlds(app: Flask, house: SigningHouse) -> None:
    """Either the last agreement came first (agreed, the change refused) or the change did (still in review)."""
    pledge_id = make_review(app, house)
    agree_by(app, pledge_id, *house.representatives[:-1])
    last = verdict_command(app, pledge_id, house.representatives[-1])
    doubt = verdict_command(app, pledge_id, house.representatives[0], VerdictKind.REQUEST_CHANGES, "Khoan đã.")

    agreed, changed = all_at_once(app, [partial(give_verdict, last), partial(give_verdict, doubt)])

    assert agreed is None
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        if changed is None:
            assert (pledge.state, pledge.agreed_count, fired(pledge_id)) == ("in_review", AGENCIES - 1, [])
        else:
            assert isinstance(changed, TransitionRefusedError)
            assert (pledge.state, fired(pledge_id)) == ("agreed", ["agreement_reached"])
        require_sound_history()


def test_reopening_against_the_last_agreement_leaves_no_agreement_behind(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    agree_by(app, pledge_id, *house.representatives[:-1])
    last = verdict_command(app, pledge_id, house.representatives[-1])
    reopen = revise_command(app, house, pledge_id)

    agreed, reopened = all_at_once(app, [partial(give_verdict, last), partial(revise_pledge, reopen)])

    with app.app_context():
        pledge = stored_pledge(pledge_id)
        if reopened is None:
            assert isinstance(agreed, TransitionRefusedError)
            assert (pledge.state, pledge.agreed_count, pledge.round) == ("draft", 0, 2)
        else:
            assert isinstance(reopened, StaleTextError)
            assert agreed is None
            assert pledge.state == "agreed"
        require_sound_history()


def test_submitting_from_two_tabs_freezes_one_revision(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    command = submit_command(app, house, pledge_id)

    outcomes = all_at_once(app, [partial(submit_for_review, command)] * 3)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, AlreadyDoneError) for outcome in outcomes) == 2
    with app.app_context():
        assert stored_pledge(pledge_id).revision_number == 1
        assert len(events("pledge:review:opened")) == 1


def test_pledges_side_by_side_share_one_gapless_history(app: Flask, house: SigningHouse) -> None:
    """Different pledges lock different rows and meet only at the head of the history."""
    pledges = [make_review(app, house) for _ in range(3)]
    acts = [
        partial(give_verdict, verdict_command(app, pledge_id, actor))
        for pledge_id in pledges
        for actor in house.representatives[:3]
    ]
    acts.append(partial(cancel_pledge, cancel_command(app, house.coordinator, pledges[0])))

    outcomes = all_at_once(app, acts)

    assert all(outcome is None or isinstance(outcome, PledgeError) for outcome in outcomes), outcomes
    assert outcomes[3:9] == [None] * 6
    with app.app_context():
        require_sound_history()
