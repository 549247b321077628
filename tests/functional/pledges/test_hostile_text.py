"""Hostile words in a pledge are words: on the page, in the print, in the comments, in the history."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

import pytest

from tests.factories.review_house import import_draft, make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words

HOSTILE = {
    "script": "<script>alert(1)</script> trong khoản.",
    "attribute": '"><img src=x onerror=alert(1)> trong khoản.',
    "jinja": "{{7*7}} và {% raw %} trong khoản.",
    "typst call": '#read("/etc/passwd") trong khoản.',
    "typst eval": '#eval("1+1") và $x^2$ trong khoản.',
    "entity": "&lt;b&gt; &amp; trong khoản.",
    "end of area": "</textarea><b>trong khoản.</b>",
}


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A draft."""
    return import_draft(desk.place.app, desk.house)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_clause_is_shown_literally_on_page_and_in_print(
    desk: Desk, pledge_id: uuid.UUID, kind: str, tmp_path: Path
) -> None:
    hostile, edit = HOSTILE[kind], page_of(pledge_id, "soan-thao")
    answer = open_form(desk.coordinator, edit, edit).send(clause=[hostile, "Khoản hai."], do="save")
    assert answer.status_code == 303
    page = desk.coordinator.get(page_of(pledge_id))
    clause = tree(page).find(id="khoan-1")
    assert clause is not None
    assert clause.get_text().strip() == f"1. {hostile}"
    assert not clause.select("script, img, b")
    editor = tree(desk.coordinator.get(edit)).select_one("#clause-1")
    assert editor is not None
    assert editor.get_text() == hostile
    assert (
        printed(desk.coordinator.get(page_of(pledge_id, "tep/du-thao.pdf")).data, tmp_path).count(squeezed(hostile))
        == 1
    )


def test_hostile_text_is_shown_literally_in_comparisons(desk: Desk, pledge_id: uuid.UUID) -> None:
    page, edit = page_of(pledge_id), page_of(pledge_id, "soan-thao")
    open_form(desk.coordinator, page, page_of(pledge_id, "gui-lay-y-kien")).send()
    open_form(desk.coordinator, page, page_of(pledge_id, "sua-lai")).send(reason="<b>Sửa</b> & gửi lại")
    stale = open_form(desk.coordinator, edit, edit)
    hostile = "<script>alert(1)</script> <b>khác</b>"
    open_form(desk.coordinator, edit, edit).send(clause=[hostile, "Khoản hai."], do="save")
    redline = desk.coordinator.get(page)
    conflict = stale.send(clause=[hostile, "Khoản hai.", "<img src=x onerror=alert(1)>"], do="save")
    for answer in (redline, conflict):
        assert tree(answer).select("ins")
        assert not tree(answer).select("main script, .sheet b b, .sheet img, .callout b b")
        assert "<script>alert(1)" not in answer.text
        assert "onerror=alert(1)>" not in answer.text
    assert "<b>Sửa</b> & gửi lại" in words(redline)


def test_hostile_comment_is_shown_literally_on_board_and_in_history(desk: Desk) -> None:
    pledge_id = make_review(desk.place.app, desk.house)
    comment = "<script>alert(1)</script>\n{{7*7}} <b>đậm</b>"
    page = page_of(pledge_id)
    open_form(desk.first, page, page_of(pledge_id, "y-kien")).send(kind="request_changes", comment=comment)
    for path in (page, page_of(pledge_id, "nhat-ky")):
        found = desk.coordinator.get(path)
        assert "<script>alert(1)" not in found.text
        assert "<script>alert(1)</script> {{7*7}} <b>đậm</b>" in words(found)


def test_hostile_title_stays_inside_the_title_and_the_file_name(desk: Desk, pledge_id: uuid.UUID) -> None:
    edit = page_of(pledge_id, "soan-thao")
    open_form(desk.coordinator, edit, edit).send(title='</title><script>x</script>"; a=b', do="save")
    page = desk.coordinator.get(page_of(pledge_id))
    assert "<script>" not in page.text
    disposition = desk.coordinator.get(page_of(pledge_id, "tep/du-thao.pdf")).headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=\"tep.pdf\"; filename*=UTF-8''")
    assert not set(disposition.split("''")[1]) & set('"<>/;= ')


def printed(pdf: bytes, folder: Path) -> str:
    """The words of a PDF as another program reads them, without white space."""
    file = folder / "draft.pdf"
    file.write_bytes(pdf)
    return squeezed(subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True, text=True).stdout)


def squeezed(text: str) -> str:
    """Without white space: line breaks of the print say nothing."""
    return "".join(text.split())
