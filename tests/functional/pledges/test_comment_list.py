"""Reading many comments: by part, by agency, those that wait, a page at a time."""

from __future__ import annotations

import uuid

import pytest

from tests.factories.many_comments import add_many_comments
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """Two agencies with forty comments each, on six parts."""
    pledge_id = make_review(desk.place.app, desk.house)
    add_many_comments(desk.place.app, pledge_id, each=40)
    return pledge_id


def listed(desk: Desk, pledge_id: uuid.UUID, query: str = "") -> list[str]:
    """Ids of the notes on a page of the list."""
    return [str(note["id"]) for note in tree(desk.second.get(page_of(pledge_id, f"gop-y{query}"))).select(".note")]


def test_all_pages_together_hold_every_comment_once(desk: Desk, pledge_id: uuid.UUID) -> None:
    pages = [listed(desk, pledge_id, f"?trang={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [30, 30, 20]
    assert len({note for page in pages for note in page}) == 80


@pytest.mark.parametrize("number", ["0", "4", "99999", "x", "-1"])
def test_a_page_that_is_not_there_is_the_nearest(desk: Desk, pledge_id: uuid.UUID, number: str) -> None:
    expected = "?trang=3" if number in {"4", "99999"} else ""
    assert listed(desk, pledge_id, f"?trang={number}") == listed(desk, pledge_id, expected)


def test_parts_come_in_the_order_of_the_text(desk: Desk, pledge_id: uuid.UUID) -> None:
    heads: list[str] = []
    for number in (1, 2, 3):
        page = tree(desk.second.get(page_of(pledge_id, f"gop-y?trang={number}")))
        heads += [head.get_text() for head in page.select(".notes__part")]
    assert list(dict.fromkeys(heads)) == ["Toàn văn", "Tên văn bản", "Phần mở đầu", "Khoản 1", "Khoản 2", "Phần kết"]


def test_choices_narrow_the_list_and_survive_turning_the_page(desk: Desk, pledge_id: uuid.UUID) -> None:
    of_clause = listed(desk, pledge_id, "?phan=khoan-2")
    of_agency = tree(desk.second.get(page_of(pledge_id, "gop-y?cq=2&xem=cho")))
    assert len(of_clause) == 12
    assert "40 góp ý, chờ xử lý" in of_agency.get_text()
    assert {head.get_text() for head in of_agency.select(".note__head b")} == {"Sở Thử nghiệm 2"}
    following = of_agency.select_one("a[rel=next]")
    assert following is not None
    rest = tree(desk.second.get(str(following["href"])))
    assert len(rest.select(".note")) == 10
    assert {head.get_text() for head in rest.select(".note__head b")} == {"Sở Thử nghiệm 2"}
    both = set(listed(desk, pledge_id, "?phan=khoan-2&cq=2"))
    assert both < set(of_clause)
    assert len(both) == 6


def test_nothing_chosen_is_said_in_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    other = make_review(desk.place.app, desk.house)
    assert "Chưa có góp ý nào." in words(desk.second.get(page_of(other, "gop-y")))
    assert "Chưa có góp ý nào như đã chọn." in words(desk.second.get(page_of(pledge_id, "gop-y?cq=39")))


def test_a_crowded_part_shows_the_first_and_ones_own_and_leads_to_the_rest(desk: Desk, pledge_id: uuid.UUID) -> None:
    clause = tree(desk.coordinator.get(page_of(pledge_id))).select_one("#khoan-2 details.notes")
    assert clause is not None
    assert not clause.has_attr("open")
    assert len(clause.select(".note[id]")) == 1
    more = clause.find("a", string="Xem tất cả 12 góp ý về khoản 2")
    assert more is not None
    assert len(tree(desk.coordinator.get(str(more["href"]))).select(".note")) == 12
    own = tree(desk.first.get(page_of(pledge_id))).select("#khoan-2 .note--mine")
    assert own
