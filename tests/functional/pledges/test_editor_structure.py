"""Clauses split, joined, removed and brought back, blocks reordered, pasted text made plain: all without a script."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.test import TestResponse

from approval.domain.pledge_text import PledgeText
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_house import draft_text, import_draft, revise_command, submit_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, form_on, notice, open_form, refusal, text_of, tree, words

FIRST, SECOND = "Nội dung thi đua thứ 1.", "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return import_draft(desk.place.app, desk.house)


def editor(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    page = page_of(pledge_id, "soan-thao")
    return open_form(desk.coordinator, page, page)


def again(desk: Desk, answer: TestResponse, pledge_id: uuid.UUID) -> OpenForm:
    """The form as the answer shows it."""
    return form_on(desk.coordinator, answer, page_of(pledge_id, "soan-thao"))


def clauses(answer: TestResponse) -> list[str]:
    return [area.get_text().removeprefix("\n") for area in tree(answer).select("textarea[name=clause]")]


def focused(answer: TestResponse) -> str:
    """The id of the element the page begins at."""
    found = tree(answer).select("[autofocus]")
    assert len(found) <= 1
    return str(found[0]["id"]) if found else ""


def stored(desk: Desk, pledge_id: uuid.UUID) -> PledgeText:
    return draft_text(desk.place.app, pledge_id)


@pytest.mark.parametrize(
    ("order", "focus"),
    [
        ("down:0", "khoan-len-2"),
        ("up:1", "khoan-xuong-1"),
        ("add:0", "clause-2"),
        ("merge:0", "clause-1"),
        ("remove:1", "hoan-tac-0"),
        ("party-down:0", "khoi-len-2"),
        ("party-up:1", "khoi-xuong-1"),
    ],
)
def test_the_page_begins_where_the_work_goes_on(desk: Desk, pledge_id: uuid.UUID, order: str, focus: str) -> None:
    assert focused(editor(desk, pledge_id).send(do=order)) == focus


def test_a_clause_moves_on_at_the_same_button(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk, pledge_id)
    assert focused(tab.send(clause=["a", "b", "c", "d"], do="down:0")) == "khoan-xuong-2"
    assert focused(tab.send(clause=["a", "b", "c", "d"], do="up:3")) == "khoan-len-3"


def test_a_clause_is_split_at_lines_of_dashes(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Một.\r\n---\r\nHai.\n --- \nBa.", SECOND], do="split:0")
    assert clauses(answer) == ["Một.", "Hai.", "Ba.", SECOND]
    assert focused(answer) == "clause-2"


def test_without_such_a_line_the_page_says_how(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Vừa gõ.\n---", SECOND], do="split:0")
    assert clauses(answer) == ["Vừa gõ.\n---", SECOND]
    assert "gõ một dòng chỉ có “---”" in words(answer)


def test_a_forgotten_line_of_dashes_never_reaches_the_text(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Một.\n---\nHai.", SECOND], do="save")
    assert answer.status_code == 422
    assert "Khoản 1 còn dòng “---”" in refusal(answer)
    assert stored(desk, pledge_id).clauses[0].paragraphs == (FIRST,)


def test_a_clause_is_joined_with_the_next_as_paragraphs(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Một.", "Hai.", "Ba."], do="merge:1")
    assert clauses(answer) == ["Một.", "Hai.\n\nBa."]
    assert clauses(editor(desk, pledge_id).send(clause=["", "Hai."], do="merge:0")) == ["Hai."]


def test_a_removed_clause_stays_at_hand_until_saved(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Một.", "Dài dòng <b>.", "Ba."], do="remove:1")
    assert clauses(answer) == ["Một.", "Ba."]
    assert "Đã bỏ khoản 2: “ Dài dòng <b>. ”" in words(answer)
    answer = again(desk, answer, pledge_id).send(do="remove:0")
    answer = again(desk, answer, pledge_id).send(do="undo:1")
    assert clauses(answer) == ["Ba.", "Dài dòng <b>."]
    answer = again(desk, answer, pledge_id).send(do="undo:0")
    assert clauses(answer) == ["Một.", "Ba.", "Dài dòng <b>."]
    again(desk, answer, pledge_id).send(do="save")
    assert [clause.paragraphs for clause in stored(desk, pledge_id).clauses] == [
        ("Một.",),
        ("Ba.",),
        ("Dài dòng <b>.",),
    ]


def test_an_empty_clause_goes_without_ceremony(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Một.", ""], do="remove:1")
    assert clauses(answer) == ["Một."]
    assert "Hoàn tác" not in words(answer)


def test_a_damaged_place_of_a_removed_clause_loses_no_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(
        clause=["Một."], removed=["Cũ.", "Khác."], removed_from=["x", "9"], do="undo:0"
    )
    assert clauses(answer) == ["Một.", "Khác."]


def test_blocks_are_reordered_and_their_headings_edited(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(party_heading=["ĐẠI DIỆN SỞ MỘT", "ĐẠI DIỆN SỞ HAI"], do="party-down:0")
    again(desk, answer, pledge_id).send(do="save")
    parties = stored(desk, pledge_id).parties
    assert [(party.agency, party.heading) for party in parties] == [
        ("Sở Thử nghiệm 2", "ĐẠI DIỆN SỞ HAI"),
        ("Sở Thử nghiệm 1", "ĐẠI DIỆN SỞ MỘT"),
    ]
    assert "SỞ HAI" in words(desk.coordinator.get(page_of(pledge_id)))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"party_heading": ["", "ĐẠI DIỆN SỞ HAI"]}, "Khối ký 1 đang để trống"),
        ({"party_heading": ["X" * 301, "Y"]}, "300"),
        ({"party_agency": ["Sở Ngoài khối", "Sở Thử nghiệm 2"]}, "không phải là thành viên"),
        ({"party_agency": ["Sở Thử nghiệm 2", "Sở Thử nghiệm 2"]}, "hai lần"),
    ],
)
def test_blocks_of_others_or_without_words_are_refused(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, list[str]], says: str
) -> None:
    before = stored(desk, pledge_id)
    answer = editor(desk, pledge_id).send(clause=["Vừa gõ.", SECOND], **typed, do="save")
    assert answer.status_code == 422
    assert says in refusal(answer)
    assert clauses(answer)[0] == "Vừa gõ."
    assert stored(desk, pledge_id) == before


def test_once_asked_the_agencies_keep_their_order(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        submit_for_review(submit_command(desk.place.app, desk.house, pledge_id))
        revise_pledge(revise_command(desk.place.app, desk.house, pledge_id))
    shown = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert "thứ tự cơ quan giữ nguyên" in words(shown)
    assert not tree(shown).select("[id^=khoi-]")


def test_what_word_leaves_is_made_plain_and_told(desk: Desk, pledge_id: uuid.UUID) -> None:
    pasted = "Nhiệm\u00a0vụ:\r\n•\tMột\u00ad;\r\n•\tHai\u200b."
    tab = editor(desk, pledge_id)
    answer = tab.send(clause=[pasted, SECOND], do="check")
    assert clauses(answer)[0] == "Nhiệm vụ:\n\n- Một;\n\n- Hai."
    assert "2 ký tự ẩn, 2 dấu đầu dòng, 1 dấu cách cứng hoặc dấu tab. Không chữ nào bị đổi." in words(answer)
    saved = tab.send(clause=[pasted, SECOND], do="save")
    assert "Đã làm sạch" in notice(desk.coordinator, saved)
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Nhiệm vụ:", "- Một;", "- Hai.")


def test_decomposed_letters_in_any_field_are_composed(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(subject="Kho\u0302\u0301i mơ\u0301i", do="save")
    assert stored(desk, pledge_id).subject == "Khối mới"


@pytest.mark.parametrize("hostile", ["</textarea><script>alert(1)</script>", "{{ 7*7 }}", '#import "x"', "\\ $x$ 😀"])
def test_hostile_words_come_back_as_words(desk: Desk, pledge_id: uuid.UUID, hostile: str) -> None:
    answer = editor(desk, pledge_id).send(
        clause=[hostile, SECOND], closing=hostile, removed=[hostile], removed_from=["0"], do="up:0"
    )
    assert clauses(answer)[0] == hostile
    assert text_of(answer, "closing") == hostile
    assert text_of(answer, "removed") == hostile
    assert len(tree(answer).find_all("script")) == 1
