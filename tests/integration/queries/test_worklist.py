"""The worklist and the table of opinions read the same on both databases."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from approval.domain.anchors import Anchor
from approval.domain.errors import NotFoundError, StaleTextError
from approval.domain.review_commands import AnswerComment, ReplyToComment
from approval.domain.states import AnswerKind, Role, VerdictKind
from approval.extensions import db
from approval.queries.comment_counts import CommentCounts, load_comment_counts
from approval.queries.opinion_table import OpinionsPage, load_opinions
from approval.queries.visible_pledge import Viewer
from approval.queries.worklist import Worklist, load_worklist
from approval.queries.worklist_window import PAGE_SIZE, WorkFilter
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.kept_opinions import keep_opinions, plan_opinions, require_same_opinions
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.many_comments import fill_round
from tests.factories.review_comments import comment_by, suggest_by
from tests.factories.review_house import (
    answer_all,
    make_review,
    make_review_house,
    revise_command,
    submit_command,
    verdict_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, stored_pledge
from tests.servers.fixtures import AppFactory


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def app(app_factory: AppFactory, database_url: str, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app, 3)


@pytest.fixture
def pledge_id(app: Flask, house: SigningHouse) -> uuid.UUID:
    return make_review(app, house)


def worklist(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, **asked: object) -> Worklist:
    viewer = Viewer(house.coordinator.person_id or 0, Role.COORDINATOR, None, house.bloc_id)
    with app.app_context():
        return load_worklist(db.session(), viewer, pledge_id, WorkFilter(**asked))  # type: ignore[arg-type] # by name


def opinions(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock) -> OpinionsPage:
    viewer = Viewer(house.coordinator.person_id or 0, Role.COORDINATOR, None, house.bloc_id)
    with app.app_context():
        return load_opinions(db.session(), viewer, pledge_id, chosen=None, now=clock.now())


def next_round(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    command = revise_command(app, house, pledge_id)
    with app.app_context():
        revise_pledge(command)
    submission = submit_command(app, house, pledge_id)
    with app.app_context():
        submit_for_review(submission)


def test_a_round_is_read_with_words_suggestions_and_exchange(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    one = suggest_by(app, pledge_id, house.representatives[0], quote="thi đua", replacement="giao ước")
    two = suggest_by(app, pledge_id, house.representatives[1], quote="Nội dung thi đua", replacement="Việc")
    with app.app_context():
        reply_to_comment(ReplyToComment(house.representatives[2], pledge_id, one, "Đồng ý."))
        answer_comment(AnswerComment(house.coordinator, pledge_id, two, AnswerKind.EXPLAINED, "Giữ."))
    work = worklist(app, house, pledge_id)
    (part,) = work.parts
    (group,) = part.groups
    assert ([item.thread.id for item in group.items], group.size) == ([two, one], 2)
    assert (work.total, work.waiting, work.answered, part.paragraphs) == (2, 1, 1, ("Nội dung thi đua thứ 1.",))
    assert [reply.body for item in work.items for reply in item.thread.replies] == ["Đồng ý."]
    assert work.next_waiting is not None
    assert work.next_waiting.comment_id == one
    with app.app_context():
        assert load_comment_counts(db.session(), pledge_id) == CommentCounts(2, 1)


def test_earlier_rounds_can_be_read_and_no_longer_answered(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID
) -> None:
    old = comment_by(app, pledge_id, house.representatives[0], "Cũ.")
    answer_all(app, house, pledge_id)
    next_round(app, house, pledge_id)
    new = comment_by(app, pledge_id, house.representatives[0], "Mới.")
    found = {asked: worklist(app, house, pledge_id, round=asked) for asked in (None, 1, 0)}
    assert {asked: sorted(item.thread.id for item in work.items) for asked, work in found.items()} == {
        None: [new],
        1: [old],
        0: [old, new],
    }
    assert {item.thread.id: item.answerable for item in found[0].items} == {old: False, new: True}
    with pytest.raises(NotFoundError):
        worklist(app, house, pledge_id, round=3)
    with app.app_context():
        assert load_comment_counts(db.session(), pledge_id) == CommentCounts(1, 1)


def test_a_large_round_is_cut_into_pages_of_one_part(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    fill_round(app, house, pledge_id, each=14)
    work = worklist(app, house, pledge_id, part="clause:2", page=2)
    assert (work.shown, work.page, work.page_count, len(work.items)) == ("clause:2", 2, 3, PAGE_SIZE)
    assert {item.thread.anchor for item in work.items} == {Anchor.parse("clause:2")}
    assert [(part.key, part.total) for part in work.parts] == [("clause:1", 21), ("clause:2", 21)]
    waiting = worklist(app, house, pledge_id, part="clause:1", only_waiting=True)
    assert waiting.page_count == 2
    assert all(item.waits for item in waiting.items)


def test_the_next_part_is_offered_when_one_is_done(app: Flask, house: SigningHouse, pledge_id: uuid.UUID) -> None:
    fill_round(app, house, pledge_id, each=14)
    pages = [worklist(app, house, pledge_id, part="clause:1", page=number) for number in (1, 2, 3)]
    for item in (item for page in pages for item in page.items if item.waits):
        with app.app_context():
            answer_comment(AnswerComment(house.coordinator, pledge_id, item.thread.id, AnswerKind.ACCEPTED, "Nhận."))
    work = worklist(app, house, pledge_id, part="clause:1", only_waiting=True)
    assert (work.shown, work.items) == ("clause:1", ())
    assert work.next_waiting is not None
    assert (work.next_waiting.part, work.next_waiting.comment_id) == ("clause:2", None)
    answer_all(app, house, pledge_id)
    assert worklist(app, house, pledge_id, only_waiting=True).next_waiting is None


def test_table_of_opinions_holds_rounds_answers_and_the_rest(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock
) -> None:
    suggest_by(app, pledge_id, house.representatives[0], quote="thi đua", replacement="giao ước")
    request = verdict_command(app, pledge_id, house.representatives[1], VerdictKind.REQUEST_CHANGES, "Sửa câu đầu.")
    with app.app_context():
        give_verdict(request)
    answer_all(app, house, pledge_id)
    clock.forward(days=8)
    next_round(app, house, pledge_id)
    first, second = opinions(app, house, pledge_id, clock).table.rounds
    assert [(one.agency, str(one.anchor), one.body) for one in first.opinions] == [
        ("Sở Thử nghiệm 2", "whole", "Sửa câu đầu."),
        ("Sở Thử nghiệm 1", "clause:1", ""),
    ]
    assert all(one.answer and one.answer.kind is AnswerKind.EXPLAINED for one in first.opinions)
    assert {kind.value: names for kind, names in first.rest().items()} == {
        "undecided": ("Sở Thử nghiệm 1",),
        "silent": ("Sở Thử nghiệm 3",),
    }
    assert [kind.value for kind in second.rest()] == ["waiting"]
    assert second.deadline == clock.now() + timedelta(days=7)


def test_what_is_kept_is_what_everybody_reads(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock
) -> None:
    comment_by(app, pledge_id, house.representatives[0], "Nêu chỉ tiêu 😀.")
    answer_all(app, house, pledge_id)
    page = opinions(app, house, pledge_id, clock)
    with app.app_context():
        kept = keep_opinions(plan_opinions(db.session(), stored_pledge(pledge_id), clock.now()))
    assert kept.json_sha256 == page.table.sha256()


def test_a_table_that_changed_meanwhile_is_noticed(
    app: Flask, house: SigningHouse, pledge_id: uuid.UUID, clock: MovingClock
) -> None:
    comment_id = comment_by(app, pledge_id, house.representatives[0])
    answer_all(app, house, pledge_id)
    with app.app_context():
        kept = keep_opinions(plan_opinions(db.session(), stored_pledge(pledge_id), clock.now()))
        clock.forward(minutes=3)
        require_same_opinions(db.session(), stored_pledge(pledge_id), kept, clock.now())
    with app.app_context():
        answer_comment(AnswerComment(house.coordinator, pledge_id, comment_id, AnswerKind.ACCEPTED, "Nay nhận."))
    with app.app_context(), pytest.raises(StaleTextError, match="opinions-changed"):
        require_same_opinions(db.session(), stored_pledge(pledge_id), kept, clock.now())
