"""The verdict form as a bar on a phone: what it says before, after, and when an answer was refused."""

from __future__ import annotations

import uuid

import pytest

from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words

ARABIC = "مرحبا"


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review, nobody has answered."""
    return make_review(desk.place.app, desk.house)


def bar(desk: Desk, pledge_id: uuid.UUID) -> str:
    """What the bar says to the first agency."""
    found = tree(desk.first.get(page_of(pledge_id))).select_one(".verdict__bar")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_bar_says_that_the_answer_was_given(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert "Cho ý kiến" in bar(desk, pledge_id)
    open_form(desk.first, page_of(pledge_id), page_of(pledge_id, "y-kien")).send(kind="agree")
    answered = bar(desk, pledge_id)
    assert "Đã trả lời 09:00" in answered
    assert "Thay đổi" in answered
    assert "Cho ý kiến" not in answered


@pytest.mark.parametrize(
    ("typed", "field"), [({"kind": None}, "[name=kind]"), ({"kind": "request_changes"}, "[name=comment]")]
)
def test_refused_answer_comes_back_open_at_the_field(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str | None], field: str
) -> None:
    answer = open_form(desk.first, page_of(pledge_id), page_of(pledge_id, "y-kien")).send(**typed)
    sheet = tree(answer).select_one(".verdict--again")
    assert sheet is not None
    assert sheet.select_one(f"{field}[autofocus]")
    assert sheet.select_one(".field-error")
    assert not tree(desk.first.get(page_of(pledge_id))).select(".verdict--again")


def test_words_of_people_stand_apart_and_long_ones_are_folded(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment = f"{ARABIC} " + "dài " * 200 + "hết."
    open_form(desk.first, page_of(pledge_id), page_of(pledge_id, "y-kien")).send(
        kind="request_changes", comment=comment
    )
    for part in ("", "nhat-ky"):
        page = desk.coordinator.get(page_of(pledge_id, part))
        preview = tree(page).select_one("details > summary > bdi")
        assert preview is not None, part
        assert "hết." not in preview.get_text()
        assert words(page).count("hết.") == 1
        assert all(node.find_parent("bdi") for node in tree(page).find_all(string=lambda text: ARABIC in (text or "")))
