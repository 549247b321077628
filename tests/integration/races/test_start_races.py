"""Two clicks on "Soạn cho năm sau" in the same instant leave one draft."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from approval.domain.commands import StartFromPledge
from approval.domain.errors import DraftAlreadyStartedError
from approval.extensions import db
from approval.models.pledge import Pledge
from approval.services.start_from_pledge import start_from_pledge
from tests.factories.at_once import all_at_once
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import make_review, make_review_house


def test_two_clicks_at_once_leave_one_draft_and_lead_to_it(app: Flask) -> None:
    house = make_review_house(app)
    command = StartFromPledge(house.coordinator, make_review(app, house), 2025)
    outcomes = all_at_once(app, [partial(start_from_pledge, command)] * 4)
    late = [outcome for outcome in outcomes if outcome is not None]
    assert [type(outcome) for outcome in late] == [DraftAlreadyStartedError] * 3
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Pledge)) == 2
        (started,) = events("pledge:draft:started")
        assert {str(outcome.pledge_id) for outcome in late if isinstance(outcome, DraftAlreadyStartedError)} == {
            started["pledge"]
        }
        require_sound_history()
