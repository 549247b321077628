"""Comparing two revisions: who may see which, what each view shows, and that words stay words."""

from __future__ import annotations

import uuid
from dataclasses import replace
from random import Random

import pytest
from bs4 import Tag

from approval.domain.commands import SaveDraft
from approval.domain.pledge_text import Clause, PledgeText
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.factories.edited_pledges import Bodies, bodies_of, long_pledge, reworded_body, with_bodies
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    draft_text,
    import_draft,
    make_review,
    revise_command,
    save,
    submit_command,
)
from tests.factories.signing_house import stored_pledge
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words
from tests.functional.pledges.test_size import statements

SENTENCES = (
    "Quán triệt, thực hiện nghiêm chủ trương của Đảng, chính sách, pháp luật của Nhà nước.",
    "Đổi mới nội dung, hình thức tổ chức các phong trào thi đua gắn với nhiệm vụ chính trị.",
    "Nâng cao chất lượng khám bệnh, chữa bệnh cho nhân dân trên địa bàn tỉnh.",
    "Tổ chức các hoạt động văn hóa, thể thao thiết thực, tiết kiệm tại cơ sở.",
)
A, B, C, D = ((sentence,) for sentence in SENTENCES)
MENDED = (SENTENCES[2].replace("nhân dân", "Nhân dân"),)
VIEWS = ("trong-dong", "hai-cot", "khoan-thay-doi")


def written(*bodies: tuple[str, ...]) -> PledgeText:
    """The small pledge with these clauses."""
    return with_bodies(small_text(), list(bodies))


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """Sent round with four clauses; the second time the last came first, one was mended and one replaced by two new."""
    pledge_id = make_review(desk.place.app, desk.house, written(A, B, C, D))
    next_revision(desk, pledge_id, written(D, A, MENDED, ("Một khoản hoàn toàn mới.",)))
    return pledge_id


def reopen(desk: Desk, pledge_id: uuid.UUID) -> None:
    """Back to the coordinator's table."""
    command = revise_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        revise_pledge(command)


def next_revision(desk: Desk, pledge_id: uuid.UUID, text: PledgeText) -> None:
    """Reopened, written anew but for the preamble, sent round again."""
    reopen(desk, pledge_id)
    text = replace(text, preamble=draft_text(desk.place.app, pledge_id).preamble)
    with desk.place.app.app_context():
        save_draft(SaveDraft(desk.house.coordinator, pledge_id, stored_pledge(pledge_id).version, text))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)


def address(pledge_id: uuid.UUID, **query: object) -> str:
    """The comparison page."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{page_of(pledge_id, 'so-sanh')}?{asked}"


def part(desk: Desk, path: str, anchor: str) -> Tag:
    """One part of the comparison as the first agency sees it."""
    found = tree(desk.first.get(path)).find(id=anchor)
    assert isinstance(found, Tag), anchor
    return found


def said(element: Tag) -> str:
    """What a screen reader says."""
    return " ".join(element.get_text().split())


def test_newest_text_is_compared_with_the_one_before(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = desk.first.get(page_of(pledge_id, "so-sanh"))
    assert answer.status_code == 200
    assert "lần 2 so với lần 1" in words(answer)
    assert "4 thay đổi so với lần 1 : 1 khoản mới, 1 khoản bỏ, 1 khoản chuyển chỗ, 1 khoản đổi số" in words(answer)


@pytest.mark.parametrize("view", VIEWS)
def test_moved_clause_is_told_and_its_words_are_not_marked(desk: Desk, pledge_id: uuid.UUID, view: str) -> None:
    moved = part(desk, address(pledge_id, kieu=view), "khoan-1")
    assert "Chuyển đến đây từ khoản 4" in said(moved)
    assert SENTENCES[3] in said(moved)
    assert not moved.select("ins, del")


@pytest.mark.parametrize("view", VIEWS)
def test_changed_words_are_marked_and_said(desk: Desk, pledge_id: uuid.UUID, view: str) -> None:
    path = address(pledge_id, kieu=view)
    mended = part(desk, path, "khoan-3")
    assert [said(mark) for mark in mended.select("ins, del")] == ["[bỏ: nhân]", "[thêm: Nhân]"]
    assert said(part(desk, path, "khoan-4").select("ins")[0]) == "[thêm: Một khoản hoàn toàn mới.]"
    assert said(part(desk, path, "khoan-cu-2").select("del")[0]) == f"[bỏ: {SENTENCES[1]}]"


def test_two_columns_hold_one_text_each(desk: Desk, pledge_id: uuid.UUID) -> None:
    path = address(pledge_id, kieu="hai-cot")
    old, new = part(desk, path, "khoan-3").select("td")
    assert (said(old), said(new)) == (
        f"3. {SENTENCES[2]}".replace("nhân dân", "[bỏ: nhân] dân"),
        f"3. {SENTENCES[2]}".replace("nhân dân", "[thêm: Nhân] dân"),
    )
    old, new = part(desk, path, "khoan-2").select("td")
    assert (said(old), said(new)) == (f"1. {SENTENCES[0]}", f"2. {SENTENCES[0]}")
    old, _ = part(desk, path, "khoan-4").select("td")
    _, new = part(desk, path, "khoan-cu-2").select("td")
    assert (said(old), said(new)) == ("Chưa có", "Không còn")
    heads = tree(desk.first.get(path)).select("thead th")
    assert [said(head) for head in heads] == ["Phần", "Lần 1", "Lần 2"]


def test_only_changed_parts_leaves_the_rest_out_and_whole_text_does_not(desk: Desk, pledge_id: uuid.UUID) -> None:
    changed = tree(desk.first.get(address(pledge_id, kieu="khoan-thay-doi"))).select("article section")
    assert [found["id"] for found in changed] == ["khoan-1", "khoan-cu-2", "khoan-3", "khoan-4"]
    whole = tree(desk.first.get(address(pledge_id))).select("article section")
    assert {found["id"] for found in whole} >= {"ten-van-ban", "mo-dau", "khoan-2", "ket"}


def test_index_leads_to_every_changed_part(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = tree(desk.first.get(address(pledge_id)))
    links = [str(link["href"]) for link in page.select(".compare__index a")]
    assert links == ["#khoan-1", "#khoan-cu-2", "#khoan-3", "#khoan-4"]
    assert all(page.find(id=link[1:]) for link in links)


@pytest.mark.parametrize("view", VIEWS)
def test_split_and_merged_clauses_are_told(desk: Desk, view: str) -> None:
    pledge_id = make_review(desk.place.app, desk.house, written((f"{SENTENCES[0]} {SENTENCES[1]}",), C, D))
    next_revision(desk, pledge_id, written(A, B, (f"{SENTENCES[2]} {SENTENCES[3]}",)))
    path = address(pledge_id, kieu=view)
    assert "Đã tách thành khoản 1 và 2" in said(part(desk, path, "khoan-1"))
    assert "Tách từ khoản 1" in said(part(desk, path, "khoan-2"))
    assert not part(desk, path, "khoan-2").select("ins, del")
    assert "Gộp từ khoản 2 và 3" in said(part(desk, path, "khoan-3"))


def test_form_offers_every_revision_and_keeps_the_view(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = tree(desk.first.get(address(pledge_id, tu=2, den=1, kieu="hai-cot")))
    for name, chosen in (("tu", "2"), ("den", "1")):
        assert [str(option["value"]) for option in page.select(f"select[name={name}] option")] == ["1", "2"]
        assert [str(option["value"]) for option in page.select(f"select[name={name}] option[selected]")] == [chosen]
    kept = page.select_one("input[name=kieu]")
    assert kept is not None
    assert kept["value"] == "hai-cot"
    links = [str(link["href"]) for link in page.select(".segmented--links a")]
    assert [desk.first.get(link).status_code for link in links] == [200, 200, 200]
    assert all("tu=2&den=1" in link for link in links)


def test_the_other_way_round_takes_back_what_was_added(desk: Desk, pledge_id: uuid.UUID) -> None:
    marks = part(desk, address(pledge_id, tu=2, den=1), "khoan-3").select("ins, del")
    assert [said(mark) for mark in marks] == ["[bỏ: Nhân]", "[thêm: nhân]"]


def test_returning_representative_sees_what_changed_since_the_own_agreement(desk: Desk) -> None:
    pledge_id = make_review(desk.place.app, desk.house, written(A, B, C))
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    for text in (written(A, B, MENDED), written(A, B, MENDED, D)):
        next_revision(desk, pledge_id, text)
    mine = words(desk.first.get(page_of(pledge_id, "so-sanh")))
    assert "lần 3 so với lần 1" in mine
    assert "Lần 1 là bản Quý cơ quan đã thống nhất gần nhất." in mine
    for visitor in (desk.second, desk.coordinator):
        others = words(visitor.get(page_of(pledge_id, "so-sanh")))
        assert "lần 3 so với lần 2" in others
        assert "đã thống nhất" not in others
    asked = words(desk.first.get(address(pledge_id, tu=2, den=3)))
    assert "lần 3 so với lần 2" in asked


def test_one_end_alone_is_completed(desk: Desk, pledge_id: uuid.UUID) -> None:
    next_revision(desk, pledge_id, written(A, B))
    assert "lần 3 so với lần 1" in words(desk.first.get(address(pledge_id, tu=1)))
    assert "lần 2 so với lần 1" in words(desk.first.get(address(pledge_id, den=2)))
    assert "hai bản khác nhau" in words(desk.first.get(address(pledge_id, den=1)))


def test_working_draft_is_the_coordinators_alone(desk: Desk, pledge_id: uuid.UUID) -> None:
    reopen(desk, pledge_id)
    save(desk.place.app, desk.house, pledge_id, written(D, A, C, ("Chưa ai được đọc.",)))
    own = words(desk.coordinator.get(page_of(pledge_id, "so-sanh")))
    assert "bản đang soạn so với lần 2" in own
    assert "Chưa ai được đọc" in own
    for query in ({"tu": 2, "den": "du-thao"}, {"tu": "du-thao", "den": 1}):
        assert desk.coordinator.get(address(pledge_id, **query)).status_code == 200
        answer = desk.first.get(address(pledge_id, **query))
        assert answer.status_code == 404
        assert "Chưa ai được đọc" not in answer.text
    assert "lần 2 so với lần 1" in words(desk.first.get(page_of(pledge_id, "so-sanh")))


def test_there_is_no_draft_once_it_is_sent(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.coordinator.get(address(pledge_id, tu=1, den="du-thao")).status_code == 404


@pytest.mark.parametrize("number", ["3", "0", "-1", "999999999999999999999", "abc", "1%00", "01"])
def test_unknown_revision_is_not_found_with_a_sentence(desk: Desk, pledge_id: uuid.UUID, number: str) -> None:
    for query in ({"tu": number, "den": 2}, {"tu": 1, "den": number}):
        answer = desk.first.get(address(pledge_id, **query))
        assert answer.status_code == 404
        assert "từ lần 1 đến lần 2" in words(answer)


def test_unknown_view_is_the_plain_one(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = desk.first.get(address(pledge_id, kieu="<script>"))
    assert answer.status_code == 200
    assert tree(answer).select("article.sheet")
    assert "<script>" not in answer.text


def test_one_text_alone_cannot_be_compared(desk: Desk) -> None:
    pledge_id = make_review(desk.place.app, desk.house)
    answer = desk.first.get(page_of(pledge_id, "so-sanh"))
    assert answer.status_code == 200
    assert "chưa có hai bản để so sánh" in words(answer)
    draft = import_draft(desk.place.app, desk.house)
    assert "chưa có hai bản để so sánh" in words(desk.coordinator.get(page_of(draft, "so-sanh")))
    answer = desk.coordinator.get(address(draft, tu=1))
    assert answer.status_code == 404
    assert "chưa có bản nào được gửi" in words(answer)


def test_who_may_not_see_the_pledge_may_not_compare_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    observer = desk.place.visitor(desk.house.observer)
    assert observer.get(address(pledge_id, tu=1, den=2)).status_code == 404
    assert desk.place.visitor().get(address(pledge_id, tu=1, den=2)).status_code == 302


def test_pledge_page_and_history_lead_here(desk: Desk, pledge_id: uuid.UUID) -> None:
    for part_name in ("", "nhat-ky"):
        links = tree(desk.first.get(page_of(pledge_id, part_name))).select(
            f'a[href^="{page_of(pledge_id, "so-sanh")}"]'
        )
        assert links
        assert all(desk.first.get(str(link["href"])).status_code == 200 for link in links)
    reopen(desk, pledge_id)
    (link,) = tree(desk.coordinator.get(page_of(pledge_id))).select(f'a[href^="{page_of(pledge_id, "so-sanh")}"]')
    assert "tu=2&den=du-thao" in str(link["href"])


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "</td></ins><b>đậm</b>"]
)
def test_hostile_words_are_words_in_every_view(desk: Desk, view: str, hostile: str) -> None:
    text = written(A, B)
    pledge_id = make_review(desk.place.app, desk.house, text)
    hostile_text = replace(
        text, subject=f"Khối {hostile}", clauses=(Clause(1, A), Clause(2, (f"Khoản {hostile} đây.",)))
    )
    next_revision(desk, pledge_id, hostile_text)
    answer = desk.first.get(address(pledge_id, kieu=view))
    found = tree(answer).select_one(".compare")
    assert found is not None
    assert not found.select("script, img, b b, td b")
    assert "".join(hostile.split()) in "".join(part(desk, address(pledge_id, kieu=view), "khoan-2").get_text().split())


def test_forty_revisions_of_a_long_pledge_cost_as_many_statements_as_two(desk: Desk) -> None:
    dice = Random(11)
    text = long_pledge(dice, 12, words=30)
    text = replace(text, parties=small_text().parties)
    pledge_id = make_review(desk.place.app, desk.house, small_text())
    next_revision(desk, pledge_id, text)
    two = statements(desk, desk.first, page_of(pledge_id, "so-sanh"))
    bodies: Bodies = bodies_of(text)
    for _ in range(10):
        bodies = [reworded_body(dice, body) for body in bodies]
        next_revision(desk, pledge_id, with_bodies(text, bodies))
    assert statements(desk, desk.first, page_of(pledge_id, "so-sanh")) == two
    assert statements(desk, desk.first, address(pledge_id, tu=1, den=12)) <= two
