"""Whatever people write in comments is shown as words: beside the text, in lists, in links to it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.comment import Comment
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "jinja": "{{7*7}} {% raw %}",
    "typst": '#import "/etc/passwd" #read("x") $x^2$ \\ *đậm*',
    "entity": "&lt;b&gt; &amp;",
    "end of area": "</textarea></bdi></details><b>đậm</b>",
    "emoji": "👍🏽 Rất tốt 🇻🇳",
    "arabic": "مرحبا بكم",
    "endless": "x" * 3000,
    "newlines": "một\n\n\nhai",
}


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review."""
    return make_review(desk.place.app, desk.house)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_are_words(desk: Desk, pledge_id: uuid.UUID, kind: str) -> None:
    hostile = HOSTILE[kind]
    one_line = " ".join(hostile.split())
    action = page_of(pledge_id, "gop-y")
    form = open_form(desk.first, f"{action}?phan=khoan-1", action)
    assert form.send(body=hostile, wording=f"Nội dung {one_line} thi đua thứ 1.").status_code == 303
    with desk.place.app.app_context():
        comment = db.session.scalars(select(Comment)).one()
    below = page_of(pledge_id, f"gop-y/{comment.id}")
    open_form(desk.second, below, f"{below}/trao-doi").send(body=hostile)
    for path in (page_of(pledge_id), action, below):
        page = desk.first.get(path)
        assert page.status_code == 200
        note = tree(page).select_one(f"#gop-y-{comment.id}")
        assert note is not None
        words = [" ".join(place.get_text().split()) for place in note.select(".note__words bdi")]
        assert words == [one_line, one_line]
        assert one_line.replace(" ", "") in note.select(".suggestion bdi")[0].get_text().replace(" ", "")
        assert not note.select("script, img, b b, textarea")
        assert not tree(page).select("main script")
    gist = tree(desk.first.get(page_of(pledge_id))).select_one(".own-comments bdi")
    assert gist is not None
    assert len(gist.get_text()) < 120


def test_words_of_another_direction_cannot_turn_the_sentence(desk: Desk, pledge_id: uuid.UUID) -> None:
    action = page_of(pledge_id, "gop-y")
    open_form(desk.first, f"{action}?phan=khoan-1", action).send(body="مرحبا", quote="Nội dung")
    page = tree(desk.first.get(page_of(pledge_id)))
    for found in page.find_all(string=lambda words: words and "مرحبا" in words):
        assert found.find_parent("bdi") is not None
