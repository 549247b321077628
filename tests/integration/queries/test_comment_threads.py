"""What is read about comments: in the order of the page, all at once, in as few statements for many as for few."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from approval.domain.anchors import Anchor
from approval.domain.review_commands import AnswerComment, ReplyToComment
from approval.domain.states import AnswerKind
from approval.extensions import db
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.comment_reply import CommentReply
from approval.models.pledge_party import PledgeParty
from approval.queries.comment_threads import AnswerView, load_comment_threads
from approval.services.add_comment import add_comment
from approval.services.answer_comment import answer_comment
from approval.services.reply_to_comment import reply_to_comment
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_comments import comment_by, comment_command
from tests.factories.review_house import (
    answer_all,
    make_review,
    make_review_house,
    revise_command,
    submit_command,
)
from tests.factories.signing_house import MAY_15, MovingClock, SigningHouse, current_revision
from tests.servers.fixtures import AppFactory


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(MAY_15)


@pytest.fixture
def bloc_app(app_factory: AppFactory, database_url: str, clock: MovingClock) -> Flask:
    return app_factory(database_url=database_url, clock=clock)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement the database is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def fill(house: SigningHouse, pledge_id: uuid.UUID, *, each: int) -> None:
    """`each` comments of every agency, all replied to and answered, straight into the tables."""
    parties = db.session.scalars(select(PledgeParty).where(PledgeParty.pledge_id == pledge_id)).all()
    rows = [
        {
            "pledge_id": pledge_id,
            "revision_id": current_revision(pledge_id).id,
            "party_id": party.id,
            "person_id": party.person_id,
            "anchor": f"clause:{number % 2 + 1}",
            "body": f"Ý {number}.",
            "created_at": MAY_15,
        }
        for party in parties
        for number in range(each)
    ]
    ids = db.session.scalars(insert(Comment).returning(Comment.id), rows).all()
    person = house.coordinator.person_id
    said = {"person_id": person, "body": "Vâng.", "written_at": MAY_15}
    db.session.execute(insert(CommentReply), [{"comment_id": comment, **said} for comment in ids])
    told = {"person_id": person, "kind": "explained", "words": "Đã nêu.", "answered_at": MAY_15}
    db.session.execute(insert(CommentAnswer), [{"comment_id": comment, **told} for comment in ids])
    db.session.commit()


def test_forty_agencies_cost_as_many_statements_as_five(bloc_app: Flask) -> None:
    counted = []
    for agencies, each in ((5, 2), (40, 50)):
        house = make_review_house(bloc_app, agencies, name=f"Khối {agencies}")
        pledge_id = make_review(bloc_app, house)
        with bloc_app.app_context():
            fill(house, pledge_id, each=each)
            session = db.session()
            session.connection()
            with statements() as sent:
                threads = load_comment_threads(session, pledge_id, revision_number=1)
            assert len(threads) == agencies * each
            assert all(len(thread.replies) == 1 and thread.answer for thread in threads)
            counted.append(len(sent))
    assert counted == [2, 2]


def test_threads_stand_in_the_order_of_the_page_then_of_time(bloc_app: Flask, clock: MovingClock) -> None:
    house = make_review_house(bloc_app, 3)
    pledge_id = make_review(bloc_app, house)
    first, second, _ = house.representatives
    with bloc_app.app_context():
        for part in ("party:2", "closing", "clause:2", "whole", "clause:1", "title"):
            add_comment(comment_command(bloc_app, pledge_id, first, anchor=Anchor.parse(part)))
            clock.forward(seconds=1)
        comment_by(bloc_app, pledge_id, second)
        threads = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert [str(thread.anchor) for thread in threads] == [
            "whole",
            "title",
            "clause:1",
            "clause:1",
            "clause:2",
            "closing",
            "party:2",
        ]
        assert [thread.short_name for thread in threads][2:4] == ["Sở Thử nghiệm 1", "Sở Thử nghiệm 2"]


def test_each_round_has_its_own_threads_and_all_are_read_together(bloc_app: Flask) -> None:
    house = make_review_house(bloc_app, 2)
    pledge_id, other_id = make_review(bloc_app, house), make_review(bloc_app, house)
    first = house.representatives[0]
    comment_by(bloc_app, other_id, first, "Văn bản khác.")
    old = comment_by(bloc_app, pledge_id, first, "Lần một.")
    with bloc_app.app_context():
        reply_to_comment(ReplyToComment(first, pledge_id, old, "Xin trả lời sớm."))
        answer_comment(AnswerComment(house.coordinator, pledge_id, old, AnswerKind.EXPLAINED, "Để xem."))
        place = Anchor.parse("clause:2")
        answer_comment(AnswerComment(house.coordinator, pledge_id, old, AnswerKind.ACCEPTED, "", place))
        revise_pledge(revise_command(bloc_app, house, pledge_id))
    answer_all(bloc_app, house, pledge_id)
    with bloc_app.app_context():
        submit_for_review(submit_command(bloc_app, house, pledge_id))
    new = comment_by(bloc_app, pledge_id, first, "Lần hai.")
    with bloc_app.app_context():
        session = db.session()
        one = load_comment_threads(session, pledge_id, revision_number=1)
        two = load_comment_threads(session, pledge_id, revision_number=2)
        both = load_comment_threads(session, pledge_id, revision_number=None)
        assert [(thread.id, thread.round, thread.revision_number) for thread in both] == [(old, 1, 1), (new, 2, 2)]
        assert (one, two) == (both[:1], both[1:])
        assert one[0].answer == AnswerView(AnswerKind.ACCEPTED, "", place, False, "Thư ký Khối", MAY_15)
        assert [reply.body for reply in one[0].replies] == ["Xin trả lời sớm."]
        assert (two[0].answer, two[0].replies) == (None, ())
        assert load_comment_threads(session, uuid.uuid4(), revision_number=None) == ()


def test_what_people_wrote_comes_back_as_they_wrote_it(bloc_app: Flask) -> None:
    house = make_review_house(bloc_app, 2)
    pledge_id = make_review(bloc_app, house)
    hostile = "<b>#import</b> \\ $x$ {{ 7*7 }} “ngoặc” 🙂\n\nđoạn hai"
    command = comment_command(bloc_app, pledge_id, house.representatives[0], hostile)
    with bloc_app.app_context():
        add_comment(replace(command, quote="Nội dung", quote_start=0, replacement=hostile))
        (thread,) = load_comment_threads(db.session(), pledge_id, revision_number=1)
        assert (thread.body, thread.replacement) == (hostile, hostile)
