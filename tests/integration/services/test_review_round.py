"""From an imported file through rounds of review: what is stored, who is written to, what is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from approval.domain.errors import (
    AlreadyDoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleTextError,
)
from approval.domain.states import State, VerdictKind
from approval.extensions import db
from approval.models.pledge_revision import PledgeRevision
from approval.models.verdict import Verdict
from approval.services.give_verdict import give_verdict
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.history import events, require_sound_history
from tests.factories.review_house import (
    agree_by,
    answer_all,
    draft_text,
    mails,
    make_review,
    make_review_house,
    reminder_days,
    revise_command,
    reworded,
    save,
    state_of,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import MovingClock, SigningHouse, current_revision, stored_pledge

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


def test_submitting_freezes_the_text_and_writes_to_every_party(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    with app.app_context():
        pledge = stored_pledge(pledge_id)
        revision = current_revision(pledge_id)
        assert (pledge.state, pledge.revision_number, pledge.round) == ("in_review", 1, 1)
        assert (revision.number, revision.content, revision.sha256) == (1, pledge.draft_content, pledge.draft_sha256)
    people = [actor.person_id for actor in house.representatives]
    sent = mails(app, pledge_id, round_number=1)
    assert [row[1] for row in sent if row[0] == "review-invitation"] == people
    assert {row[2] for row in sent if row[0] == "review-invitation"} == {MONDAY}
    # The deadline is Monday a week later, 08:00: a notice on the Friday before, and from Tuesday on it is late.
    assert reminder_days(app, pledge_id, "day-before") == [datetime(2024, 5, 10, 1, 0, tzinfo=UTC)]
    assert reminder_days(app, pledge_id, "on-the-day") == []
    assert reminder_days(app, pledge_id, "late")[0] == datetime(2024, 5, 14, 1, 0, tzinfo=UTC)


def test_the_last_agreement_moves_the_pledge_and_says_so_in_the_same_event(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, third = house.representatives
    agree_by(app, pledge_id, first)
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, second, VerdictKind.AGREE_WITH_COMMENTS, "Nên ghi rõ khoản 2."))
    assert state_of(app, pledge_id) == State.IN_REVIEW
    agree_by(app, pledge_id, third)
    assert state_of(app, pledge_id) == State.AGREED
    with app.app_context():
        given = events("pledge:verdict:given")
        assert [event["data"]["fired"] for event in given] == [[], [], ["agreement_reached"]]
        assert given[-1]["obj"]["state_to"] == "agreed"
        assert given[1]["data"]["comment"] == "Nên ghi rõ khoản 2."
        require_sound_history()


def test_a_change_of_mind_replaces_the_answer_and_keeps_the_old_one(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES, "Sai chính tả."))
        assert stored_pledge(pledge_id).agreed_count == 0
        give_verdict(verdict_command(app, pledge_id, first))
        assert stored_pledge(pledge_id).agreed_count == 1
        rows = db.session.scalars(select(Verdict).order_by(Verdict.id)).all()
        assert [(row.kind, row.superseded_at is None) for row in rows] == [("request_changes", False), ("agree", True)]
        give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES, "Vẫn sai."))
        assert stored_pledge(pledge_id).agreed_count == 0


def test_the_same_answer_twice_is_told_when_it_was_given(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    agree_by(app, pledge_id, first)
    clock.forward(minutes=72)
    with app.app_context(), pytest.raises(AlreadyDoneError, match="08:00") as refusal:
        give_verdict(verdict_command(app, pledge_id, first))
    assert refusal.value.done_at == MONDAY
    assert "08:00" in refusal.value.vi
    with app.app_context():
        assert len(events("pledge:verdict:given")) == 1


def test_the_second_click_of_the_last_agreement_is_friendly_too(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    agree_by(app, pledge_id, *house.representatives)
    with app.app_context(), pytest.raises(AlreadyDoneError):
        give_verdict(verdict_command(app, pledge_id, house.representatives[-1]))


def test_a_verdict_on_a_text_that_changed_is_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    old = verdict_command(app, pledge_id, house.representatives[0])
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
    save(app, house, pledge_id, reworded(draft_text(app, pledge_id), "Nội dung mới."))
    with app.app_context():
        submit_for_review(submit_command(app, house, pledge_id))
        with pytest.raises(StaleTextError):
            give_verdict(old)
        with pytest.raises(StaleTextError):
            give_verdict(replace(old, revision_number=2))
        assert stored_pledge(pledge_id).agreed_count == 0
        require_sound_history()


def test_revising_voids_agreement_and_tells_those_who_agreed(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    agree_by(app, pledge_id, *house.representatives)
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id, "Sửa bốn lỗi chính tả."))
        pledge = stored_pledge(pledge_id)
        assert (pledge.state, pledge.round, pledge.agreed_count) == ("draft", 2, 0)
        assert pledge.round_reason == "Sửa bốn lỗi chính tả."
    save(app, house, pledge_id, reworded(draft_text(app, pledge_id), "Nội dung mới."))
    with app.app_context():
        submit_for_review(submit_command(app, house, pledge_id))
        assert db.session.scalars(select(PledgeRevision.round).order_by(PledgeRevision.number)).all() == [1, 2]
    assert [row[0] for row in mails(app, pledge_id, round_number=2) if "reminder" not in row[0]] == ["text-changed"] * 3


def test_who_asked_for_changes_gets_an_invitation_to_the_next_round(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first, second, _third = house.representatives
    agree_by(app, pledge_id, first)
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, second, VerdictKind.REQUEST_CHANGES, "đầy → đẩy"))
        revise_pledge(revise_command(app, house, pledge_id))
    answer_all(app, house, pledge_id)
    save(app, house, pledge_id, reworded(draft_text(app, pledge_id), "Nội dung mới."))
    with app.app_context():
        submit_for_review(submit_command(app, house, pledge_id))
    told = [row[0] for row in mails(app, pledge_id, round_number=2) if "reminder" not in row[0]]
    assert told == ["comment-answered", "text-changed", "review-invitation", "review-invitation"]


@pytest.mark.parametrize("kind", [VerdictKind.AGREE_WITH_COMMENTS, VerdictKind.REQUEST_CHANGES])
def test_a_comment_is_asked_for_in_words(app: Flask, house: SigningHouse, kind: VerdictKind) -> None:
    pledge_id = make_review(app, house)
    for empty in ("", "  \n\t "):
        with app.app_context(), pytest.raises(InvalidInputError) as refusal:
            give_verdict(verdict_command(app, pledge_id, house.representatives[0], kind, empty))
        assert refusal.value.field == "comment"


def test_a_decomposed_comment_is_composed_and_an_endless_one_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    with app.app_context():
        decomposed = unicodedata.normalize("NFD", "Đề nghị sửa: đẩy")
        give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES, decomposed))
        assert db.session.scalars(select(Verdict.comment)).one() == "Đề nghị sửa: đẩy"
        with pytest.raises(InvalidInputError):
            give_verdict(verdict_command(app, pledge_id, first, VerdictKind.REQUEST_CHANGES, "a" * 4001))


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u00ad", "\ue000", "\x07"])
def test_a_comment_with_a_character_nobody_sees_is_refused_by_its_name(
    app: Flask, house: SigningHouse, hidden: str
) -> None:
    pledge_id = make_review(app, house)
    comment = f"Đề nghị\nsửa{hidden} khoản 2."
    command = verdict_command(app, pledge_id, house.representatives[0], VerdictKind.REQUEST_CHANGES, comment)
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            give_verdict(command)
        assert refusal.value.field == "comment"
        assert f"U+{ord(hidden):04X}" in refusal.value.vi
        assert "phần ý kiến" in refusal.value.vi
        assert db.session.scalars(select(Verdict.comment)).all() == []


def test_a_comment_pasted_from_elsewhere_keeps_its_lines(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    pasted = "Một\r\nhai\u2028ba\tbốn"
    with app.app_context():
        give_verdict(verdict_command(app, pledge_id, house.representatives[0], VerdictKind.AGREE_WITH_COMMENTS, pasted))
        assert db.session.scalars(select(Verdict.comment)).one() == "Một\nhai\nba bốn"


def test_a_stranger_learns_nothing_and_an_onlooker_may_not_act(app: Flask, house: SigningHouse) -> None:
    other = make_review_house(app, 4, name="Khối Khác")
    pledge_id = make_review(app, house)
    for stranger in (other.coordinator, other.representatives[3], house.observer, other.observer):
        with app.app_context(), pytest.raises(NotFoundError):
            give_verdict(verdict_command(app, pledge_id, stranger))
    for onlooker in (house.coordinator, house.administrator):
        with app.app_context(), pytest.raises(NotAllowedError):
            give_verdict(verdict_command(app, pledge_id, onlooker))


def test_a_colleague_of_the_same_agency_does_not_answer_twice_for_it(app: Flask, house: SigningHouse) -> None:
    """A second account of the agency (from another bloc here) sees the pledge, but one person acts for one agency."""
    other = make_review_house(app, 3, name="Khối Khác")
    pledge_id = make_review(app, house)
    with app.app_context(), pytest.raises(NotAllowedError):
        give_verdict(verdict_command(app, pledge_id, other.representatives[0]))


def test_a_claimed_role_that_is_not_the_account_s_is_refused(app: Flask, house: SigningHouse) -> None:
    pledge_id = make_review(app, house)
    forged = replace(house.representatives[0], role=house.coordinator.role)
    with app.app_context(), pytest.raises(NotFoundError):
        revise_pledge(replace(revise_command(app, house, pledge_id), actor=forged))


def test_a_late_verdict_counts_while_the_round_is_open(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    clock.forward(days=30)
    agree_by(app, pledge_id, *house.representatives)
    assert state_of(app, pledge_id) == State.AGREED


def test_time_in_the_history_never_runs_backwards(app: Flask, house: SigningHouse, clock: MovingClock) -> None:
    pledge_id = make_review(app, house)
    clock.moment -= timedelta(hours=2)
    agree_by(app, pledge_id, house.representatives[0])
    with app.app_context():
        moments = [event["at"] for event in events()]
        assert moments == sorted(moments)
        require_sound_history()


def test_yesterday_s_agreement_sent_again_is_stale_not_already_done(app: Flask, house: SigningHouse) -> None:
    """The same words about another text are another act."""
    pledge_id = make_review(app, house)
    first = house.representatives[0]
    old = verdict_command(app, pledge_id, first)
    with app.app_context():
        revise_pledge(revise_command(app, house, pledge_id))
    save(app, house, pledge_id, reworded(draft_text(app, pledge_id), "Nội dung mới."))
    with app.app_context():
        submit_for_review(submit_command(app, house, pledge_id))
    agree_by(app, pledge_id, first)
    with app.app_context(), pytest.raises(StaleTextError):
        give_verdict(old)
