"""From no pledge at all to forty agencies: the same pages, and the same number of questions to the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from approval.domain.commands import Actor
from approval.domain.states import VerdictKind
from approval.extensions import db
from approval.services.give_verdict import give_verdict
from tests.factories.many_comments import add_many_comments
from tests.factories.review_house import agree_by, make_review, make_review_house, verdict_command
from tests.factories.signing_house import MAY_15, MovingClock, make_house, make_open_pledge, sign_by
from tests.functional.conftest import Place
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words
from tests.functional.visitor import Visitor
from tests.servers.fixtures import AppFactory

MOST_STATEMENTS = 13


def desk_of(app_factory: AppFactory, url: str, agencies: int) -> Desk:
    """A bloc of this many agencies (without keys)."""
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=url, clock=clock)
    return Desk(Place(app, make_review_house(app, agencies), clock))


@contextmanager
def counted(desk: Desk) -> Iterator[list[str]]:
    """The statements sent to the database within the block."""
    seen: list[str] = []
    with desk.place.app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(desk: Desk, visitor: Visitor, path: str) -> int:
    """How many statements one look at a page takes."""
    assert visitor.get(path).status_code == 200
    with counted(desk) as seen:
        visitor.get(path)
    return len(seen)


@pytest.mark.parametrize("part", ["", "nhat-ky", "so-sanh"])
def test_forty_agencies_cost_as_many_statements_as_five(app_factory: AppFactory, sqlite_url: str, part: str) -> None:
    desk = desk_of(app_factory, sqlite_url, 40)
    costs = {}
    for count in (5, 40):
        house = desk.house if count == 40 else make_review_house(desk.place.app, 5, name="Khối nhỏ")
        pledge_id = make_review(desk.place.app, house)
        agree_by(desk.place.app, pledge_id, *house.representatives[:-1])
        for who in (house.representatives[0], house.coordinator):
            visitor = desk.place.visitor(who)
            costs[count, who.role] = statements(desk, visitor, page_of(pledge_id, part))
    assert {role: cost for (count, role), cost in costs.items() if count == 5} == {
        role: cost for (count, role), cost in costs.items() if count == 40
    }
    assert max(costs.values()) <= MOST_STATEMENTS


@pytest.mark.parametrize("part", ["", "gop-y", "gop-y?phan=khoan-2", "gop-y?cq=2"])
def test_two_thousand_comments_cost_as_many_statements_as_ten(
    app_factory: AppFactory, sqlite_url: str, part: str
) -> None:
    desk = desk_of(app_factory, sqlite_url, 40)
    costs, notes = {}, {}
    for count, each in ((5, 2), (40, 50)):
        house = desk.house if count == 40 else make_review_house(desk.place.app, 5, name="Khối nhỏ")
        pledge_id = make_review(desk.place.app, house)
        add_many_comments(desk.place.app, pledge_id, each=each)
        for who in (house.representatives[0], house.coordinator):
            visitor = desk.place.visitor(who)
            costs[count, who.role] = statements(desk, visitor, page_of(pledge_id, part))
            notes[count, who.role] = len(tree(visitor.get(page_of(pledge_id, part))).select(".note[id]"))
    assert {role: cost for (count, role), cost in costs.items() if count == 5} == {
        role: cost for (count, role), cost in costs.items() if count == 40
    }
    assert max(costs.values()) <= MOST_STATEMENTS
    assert max(notes.values()) <= 30


def test_no_step_of_a_pledge_costs_more_than_the_limit(app_factory: AppFactory, sqlite_url: str) -> None:
    clock = MovingClock(MAY_15)
    app = app_factory(database_url=sqlite_url, clock=clock)
    desk = Desk(Place(app, make_house(app), clock))
    pledge_id = make_open_pledge(app, desk.house)
    costs = [statements(desk, desk.first, page_of(pledge_id))]
    sign_by(app, pledge_id, desk.house.representatives[0])
    costs += [statements(desk, visitor, page_of(pledge_id)) for visitor in (desk.first, desk.second)]
    sign_by(app, pledge_id, desk.house.representatives[1])
    costs += [statements(desk, visitor, page_of(pledge_id)) for visitor in (desk.first, desk.coordinator)]
    assert max(costs) <= MOST_STATEMENTS


def test_forty_agencies_are_all_on_board_and_sheet(app_factory: AppFactory, sqlite_url: str) -> None:
    desk = desk_of(app_factory, sqlite_url, 40)
    pledge_id = make_review(desk.place.app, desk.house)
    agree_by(desk.place.app, pledge_id, *desk.house.representatives[:7])
    page = tree(desk.coordinator.get(page_of(pledge_id)))
    assert len(page.select(".board__row")) == 40
    assert len(page.select(".meter span")) == 40
    assert len(page.select(".sheet .signature")) == 40
    assert len(page.select('.meter [data-state="agree"]')) == 7
    assert "7/40 cơ quan thống nhất" in " ".join(page.get_text(" ").split())


def test_very_long_comment_is_shown_whole_with_its_line_ends(app_factory: AppFactory, sqlite_url: str) -> None:
    desk = desk_of(app_factory, sqlite_url, 2)
    pledge_id = make_review(desk.place.app, desk.house)
    comment = "\n".join(["Đề nghị sửa khoản 1. " * 9, "x" * 900, "Hết."])
    answered(desk, pledge_id, desk.house.representatives[0], comment)
    row = tree(desk.coordinator.get(page_of(pledge_id))).find(id="cq-1")
    assert row is not None
    shown = row.select_one("p.board__comment")
    assert shown is not None
    assert "breakable" in shown["class"]
    assert len(shown.select("br")) == 2
    assert shown.get_text().strip("“”").replace(" ", "") == "".join(comment.split())


def test_without_any_pledge_the_list_says_what_to_do(desk: Desk) -> None:
    assert "Chưa có văn bản nào. Bắt đầu bằng cách nhập dự thảo từ tệp." in words(desk.coordinator.get("/van-ban/"))
    page = words(desk.first.get("/van-ban/"))
    assert "Chưa có văn bản nào." in page
    assert "Nhập dự thảo" not in page


def test_list_shows_each_person_what_they_may_see(desk: Desk) -> None:
    shown = make_review(desk.place.app, desk.house)
    observer = desk.place.visitor(desk.house.observer)
    for visitor, visible in ((desk.first, True), (desk.coordinator, True), (observer, False)):
        page = tree(visitor.get("/van-ban/"))
        assert bool(page.find("a", href=page_of(shown))) is visible


def answered(desk: Desk, pledge_id: uuid.UUID, actor: Actor, comment: str) -> None:
    """This person asks for changes."""
    command = verdict_command(desk.place.app, pledge_id, actor, VerdictKind.REQUEST_CHANGES, comment)
    with desk.place.app.app_context():
        give_verdict(command)


def test_in_a_large_bloc_only_those_with_something_to_say_stand_in_the_open(
    app_factory: AppFactory, sqlite_url: str
) -> None:
    desk = desk_of(app_factory, sqlite_url, 40)
    pledge_id = make_review(desk.place.app, desk.house)
    agree_by(desk.place.app, pledge_id, *desk.house.representatives[:7])
    answered(desk, pledge_id, desk.house.representatives[20], "Sửa khoản 1.")
    page = tree(desk.first.get(page_of(pledge_id)))
    in_the_open = [str(row["id"]) for row in page.select(".board__row") if row.find_parent("details") is None]
    assert in_the_open == ["cq-1", "cq-21"]
    assert "8 cơ quan đã có ý kiến, 32 chưa có ý kiến." in " ".join(page.get_text(" ").split())
