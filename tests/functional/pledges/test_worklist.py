"""The coordinator's worklist: what is shown where, and one click that takes a suggestion into the draft."""

from __future__ import annotations

import uuid

import pytest
from bs4 import Tag

from tests.factories.review_comments import comment_by
from tests.factories.review_house import draft_text, make_review, reworded, save
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import notice, open_form, refusal, tree, words
from tests.functional.pledges.worklist_desk import (
    answer_form,
    answers,
    card,
    reopen,
    say,
    shown,
    suggest,
    take_form,
    work,
)

HOSTILE = '<script>alert(1)</script> #import "x" $a$ \\ "><img src=x onerror=alert(1)>'


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge of two agencies in review: clause 1 says "Nội dung thi đua thứ 1."."""
    return make_review(desk.place.app, desk.house)


def test_comments_stand_by_part_with_the_words_of_the_draft(desk: Desk, pledge_id: uuid.UUID) -> None:
    last = say(desk, pledge_id, 0, "Gọn hơn.", "closing")
    first = say(desk, pledge_id, 1, "Nêu chỉ tiêu.", "clause:1")
    whole = say(desk, pledge_id, 1, "Thống nhất.", "whole")
    page = desk.coordinator.get(work(pledge_id))
    assert shown(page) == [whole, first, last]
    headings = [" ".join(found.get_text().split()) for found in tree(page).select(".work-part > .panel__head h2")]
    assert headings == ["Toàn văn", "Khoản 1", "Phần kết"]
    part = card(page, first).find_parent(class_="work-part")
    assert part is not None
    assert "Nội dung thi đua thứ 1." in part.get_text()
    assert "Đã trả lời 0/3" in words(page)


def test_draft_words_are_those_of_now(desk: Desk, pledge_id: uuid.UUID) -> None:
    say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    reopen(desk, pledge_id)
    save(desk.place.app, desk.house, pledge_id, reworded(draft_text(desk.place.app, pledge_id), "Chữ mới của khoản."))
    assert "Chữ mới của khoản." in words(desk.coordinator.get(work(pledge_id)))


def test_comments_on_a_clause_that_is_gone_are_not_lost(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, "Bỏ khoản này.", "clause:2")
    reopen(desk, pledge_id)
    edit = page_of(pledge_id, "soan-thao")
    assert (
        open_form(desk.coordinator, edit, edit).send(clause=["Nội dung thi đua thứ 1."], do="save").status_code == 303
    )
    page = desk.coordinator.get(work(pledge_id))
    assert "Phần không còn trong dự thảo" in words(page)
    assert "viết về Khoản 2 của bản lần 1" in " ".join(card(page, comment_id).get_text().split())


def test_overlapping_suggestions_stand_side_by_side(desk: Desk, pledge_id: uuid.UUID) -> None:
    one = suggest(desk, pledge_id, 0, quote="Nội dung thi đua", replacement="Nội dung giao ước")
    other = suggest(desk, pledge_id, 1, quote="thi đua thứ", replacement="phong trào thứ")
    alone = suggest(desk, pledge_id, 1, quote="1.", replacement="một.")
    page = tree(desk.coordinator.get(work(pledge_id)))
    (group,) = page.select(".work-group")
    assert [str(found["id"]) for found in group.select(".work-item")] == [f"gop-y-{one}", f"gop-y-{other}"]
    assert "2 đề nghị cho cùng một chỗ" in group.get_text()
    redline = group.select_one(f"#gop-y-{one} .suggestion")
    assert redline is not None
    assert [found.name for found in redline.select("del, ins")] == ["del", "ins"]
    assert "Sở Thử nghiệm 1" in group.get_text()
    assert page.find(id=f"gop-y-{alone}") is not None


def test_one_click_takes_the_suggestion_and_rules_the_other_out(desk: Desk, pledge_id: uuid.UUID) -> None:
    one = suggest(desk, pledge_id, 0, quote="thi đua", replacement="giao ước")
    other = suggest(desk, pledge_id, 1, quote="Nội dung thi đua", replacement="Việc thi đua")
    reopen(desk, pledge_id)
    back = take_form(desk, pledge_id, one).send()
    assert back.status_code == 303
    assert back.location == f"{work(pledge_id)}?vua={one}#gop-y-{one}"
    assert draft_text(desk.place.app, pledge_id).clauses[0].paragraphs == ("Nội dung giao ước thứ 1.",)
    assert answers(desk, one) == [("accepted", "", "clause:1", True)]
    page = desk.coordinator.get(work(pledge_id))
    assert "chỗ này đã sửa theo đề nghị của Sở Thử nghiệm 1" in " ".join(card(page, other).get_text().split())
    assert card(page, other).find("form", action=page_of(pledge_id, f"gop-y/{other}/tiep-thu")) is None


def test_taking_needs_a_draft_and_the_page_offers_the_way_there(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = suggest(desk, pledge_id, 0, quote="thi đua", replacement="giao ước")
    action = page_of(pledge_id, f"gop-y/{comment_id}/tiep-thu")
    page = desk.coordinator.get(work(pledge_id))
    assert tree(page).find("form", action=action) is None
    assert tree(page).find("form", action=page_of(pledge_id, "sua-lai")) is not None
    answer = desk.coordinator.post(action, version="2")
    assert answer.status_code == 409
    assert shown(answer) == [comment_id]
    assert answers(desk, comment_id) == []


def test_taking_twice_is_friendly_and_changes_once(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = suggest(desk, pledge_id, 0, quote="thi đua", replacement="thi đua thi đua")
    reopen(desk, pledge_id)
    form = take_form(desk, pledge_id, comment_id)
    form.send()
    before = desk.events()
    assert "đã" in notice(desk.coordinator, form.send())
    assert draft_text(desk.place.app, pledge_id).clauses[0].paragraphs == ("Nội dung thi đua thi đua thứ 1.",)
    assert desk.events() == before


def test_taking_from_a_stale_page_is_refused_and_the_page_is_fresh(desk: Desk, pledge_id: uuid.UUID) -> None:
    one = suggest(desk, pledge_id, 0, quote="thi đua", replacement="giao ước")
    reopen(desk, pledge_id)
    form = take_form(desk, pledge_id, one)
    text = draft_text(desk.place.app, pledge_id)
    save(desk.place.app, desk.house, pledge_id, reworded(text, "Nội dung thi đua thứ nhất."))
    answer = form.send()
    assert answer.status_code == 409
    assert refusal(answer)
    assert draft_text(desk.place.app, pledge_id).clauses[0].paragraphs == ("Nội dung thi đua thứ nhất.",)
    again = tree(answer).find("form", action=page_of(pledge_id, f"gop-y/{one}/tiep-thu"))
    assert isinstance(again, Tag)
    version = again.select_one("input[name=version]")
    assert version is not None
    assert version["value"] == str(desk.stored(pledge_id).version)


def test_words_that_are_gone_cannot_be_taken(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = suggest(desk, pledge_id, 0, quote="thi đua", replacement="giao ước")
    reopen(desk, pledge_id)
    save(desk.place.app, desk.house, pledge_id, reworded(draft_text(desk.place.app, pledge_id), "Viết lại hẳn."))
    page = desk.coordinator.get(work(pledge_id))
    assert "không còn nguyên trong dự thảo" in card(page, comment_id).get_text()
    action = page_of(pledge_id, f"gop-y/{comment_id}/tiep-thu")
    answer = desk.coordinator.post(action, version=str(desk.stored(pledge_id).version))
    assert answer.status_code == 409
    assert answers(desk, comment_id) == []


def test_only_unanswered_ones_and_the_one_just_answered(desk: Desk, pledge_id: uuid.UUID) -> None:
    one, two = say(desk, pledge_id, 0, "Một."), say(desk, pledge_id, 0, "Hai.", "closing")
    answer = answer_form(desk, pledge_id, one, "?chua=1").send(kind="accepted")
    assert answer.location == f"{work(pledge_id)}?chua=1&vua={one}#gop-y-{one}"
    page = desk.coordinator.get(answer.location)
    assert shown(page) == [one, two]
    (following,) = [link for link in card(page, one).select("a") if "tiếp theo" in link.get_text()]
    assert str(following["href"]) == f"{work(pledge_id)}?chua=1&vua={two}#gop-y-{two}"
    assert shown(desk.coordinator.get(work(pledge_id, "?chua=1"))) == [two]


def test_administrators_read_and_nobody_else_does(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    administrator = desk.place.visitor(desk.house.administrator)
    page = administrator.get(work(pledge_id))
    assert shown(page) == [comment_id]
    assert not tree(page).select("main form[method=post]")
    assert desk.first.get(work(pledge_id)).status_code == 403
    assert desk.first.post(page_of(pledge_id, f"gop-y/{comment_id}/tra-loi"), kind="accepted").status_code == 403
    assert administrator.post(page_of(pledge_id, f"gop-y/{comment_id}/tra-loi"), kind="accepted").status_code == 403


def test_a_comment_of_another_pledge_is_not_found(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = comment_by(desk.place.app, make_review(desk.place.app, desk.house), desk.house.representatives[0])
    reopen(desk, pledge_id)
    for part in ("tra-loi", "tiep-thu"):
        answer = desk.coordinator.post(page_of(pledge_id, f"gop-y/{comment_id}/{part}"), kind="accepted", version="2")
        assert answer.status_code == 404
    assert answers(desk, comment_id) == []


@pytest.mark.parametrize("query", ["?vong=7", "?vong=2"])
def test_a_round_that_never_was_is_not_found(desk: Desk, pledge_id: uuid.UUID, query: str) -> None:
    assert desk.coordinator.get(work(pledge_id, query)).status_code == 404


@pytest.mark.parametrize("query", ["?vong=abc", "?trang=-3", "?phan=%00", "?vua=x", "?vong=99999999999999", "?chua=2"])
def test_a_damaged_address_shows_the_plain_page(desk: Desk, pledge_id: uuid.UUID, query: str) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    page = desk.coordinator.get(work(pledge_id, query))
    assert (page.status_code, shown(page)) == (200, [comment_id])


def test_hostile_words_are_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, HOSTILE)
    answer_form(desk, pledge_id, comment_id).send(kind="explained", words=HOSTILE)
    suggest(desk, pledge_id, 1, quote="thi đua", replacement=HOSTILE)
    page = desk.coordinator.get(work(pledge_id))
    assert "<script>alert" not in page.text
    assert not tree(page).select("main script, main img")
    assert card(page, comment_id).get_text().count(HOSTILE) == 3, "comment, answer, and the answer in its form"
