"""Forty agencies with fifty comments each: the same number of statements, and a page a person can read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from approval.queries.worklist_window import MOST_ON_ONE_PAGE, PAGE_SIZE
from tests.factories.many_comments import fill_round
from tests.factories.review_house import make_review, make_review_house
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words
from tests.functional.pledges.test_size import MOST_STATEMENTS, desk_of, statements
from tests.functional.pledges.worklist_desk import answer_form, shown, work
from tests.functional.visitor import Visitor
from tests.servers.fixtures import AppFactory


@dataclass(frozen=True)
class Crowd:
    """A desk of forty agencies, and the pledge on which everybody has fifty things to say."""

    desk: Desk
    pledge_id: uuid.UUID
    ids: list[int]


@pytest.fixture
def crowd(app_factory: AppFactory, sqlite_url: str) -> Crowd:
    desk = desk_of(app_factory, sqlite_url, 40)
    pledge_id = make_review(desk.place.app, desk.house)
    return Crowd(desk, pledge_id, fill_round(desk.place.app, desk.house, pledge_id, each=50))


@pytest.mark.parametrize("part", ["tiep-thu", "tiep-thu?chua=1", "tong-hop-y-kien", ""])
def test_two_thousand_comments_cost_as_many_statements_as_ten(crowd: Crowd, part: str) -> None:
    desk, app = crowd.desk, crowd.desk.place.app
    house = make_review_house(app, 5, name="Khối nhỏ")
    small = make_review(app, house)
    fill_round(app, house, small, each=2)
    costs = [
        statements(desk, visitor, path)
        for visitor, path in (
            (desk.coordinator, page_of(crowd.pledge_id, part)),
            (desk.place.visitor(house.coordinator), page_of(small, part)),
        )
    ]
    assert costs[0] == costs[1] <= MOST_STATEMENTS


def test_the_task_list_costs_the_same_too(crowd: Crowd) -> None:
    many = statements(crowd.desk, crowd.desk.coordinator, "/viec-can-xu-ly")
    house = make_review_house(crowd.desk.place.app, 5, name="Khối nhỏ")
    fill_round(crowd.desk.place.app, house, make_review(crowd.desk.place.app, house), each=2)
    assert statements(crowd.desk, crowd.desk.place.visitor(house.coordinator), "/viec-can-xu-ly") == many
    assert "1333 góp ý chưa trả lời" in words(crowd.desk.coordinator.get("/viec-can-xu-ly"))


def test_a_large_round_is_shown_part_by_part_and_page_by_page(crowd: Crowd) -> None:
    page = crowd.desk.coordinator.get(work(crowd.pledge_id))
    assert "Đã trả lời 667/2000" in words(page)
    assert len(shown(page)) == PAGE_SIZE
    other = tree(page).find("a", href=work(crowd.pledge_id, "?phan=clause%3A2")) or tree(page).find(
        "a", href=work(crowd.pledge_id, "?phan=clause:2")
    )
    assert other is not None
    assert "Xem 1000 góp ý về khoản 2" in words(page)


def test_pages_together_hold_every_comment_once(app_factory: AppFactory, sqlite_url: str) -> None:
    desk = desk_of(app_factory, sqlite_url, 4)
    pledge_id = make_review(desk.place.app, desk.house)
    ids, seen = fill_round(desk.place.app, desk.house, pledge_id, each=12), []
    for part in ("clause:1", "clause:2"):
        first = desk.coordinator.get(work(pledge_id, f"?phan={part}"))
        seen += shown(first)
        for number in range(2, page_count(first) + 1):
            seen += shown(desk.coordinator.get(work(pledge_id, f"?phan={part}&trang={number}")))
    assert sorted(seen) == ids


def page_count(answer: TestResponse) -> int:
    found = tree(answer).select_one(".pager span")
    assert found is not None
    return int(found.get_text().rpartition("/")[2])


def test_a_page_beyond_the_last_is_the_last(crowd: Crowd) -> None:
    page = crowd.desk.coordinator.get(work(crowd.pledge_id, "?phan=clause:1&trang=999"))
    assert page_count(page) == 100
    assert "Trang 100/100" in words(page)


def test_an_answer_leads_back_to_the_same_page_and_on_to_the_next(crowd: Crowd) -> None:
    query = "?phan=clause:2&trang=3"
    visitor = crowd.desk.coordinator
    waiting = next(one for one in shown(visitor.get(work(crowd.pledge_id, query))) if one not in crowd.ids[::3])
    answer = answer_form(crowd.desk, crowd.pledge_id, waiting, query).send(kind="accepted")
    assert answer.location.endswith(f"#gop-y-{waiting}")
    page = visitor.get(answer.location)
    assert waiting in shown(page)
    assert follows(visitor, page)


def follows(visitor: Visitor, page: TestResponse) -> bool:
    """Whether the link to the next one leads to a page that shows it."""
    (link,) = [found for found in tree(page).select(".work-bar a.btn-primary") if "tiếp theo" in found.get_text()]
    path, _, fragment = str(link["href"]).partition("#gop-y-")
    return int(fragment) in shown(visitor.get(path))


def test_as_many_as_a_person_takes_in_stand_on_one_page(app_factory: AppFactory, sqlite_url: str) -> None:
    desk = desk_of(app_factory, sqlite_url, 5)
    pledge_id = make_review(desk.place.app, desk.house)
    fill_round(desk.place.app, desk.house, pledge_id, each=MOST_ON_ONE_PAGE // 5)
    page = desk.coordinator.get(work(pledge_id))
    assert len(shown(page)) == MOST_ON_ONE_PAGE
    assert tree(page).select_one(".pager") is None
