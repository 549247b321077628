"""What the editor's script sends while somebody types, and what is offered when they come back."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from werkzeug.test import TestResponse, encode_multipart

from approval.services.submit_for_review import submit_for_review
from tests.factories.draft_desk import second_coordinator, working_copy
from tests.factories.review_house import draft_text, import_draft, submit_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, form_on, notice, open_form, tree, value_of, words
from tests.functional.visitor import Visitor

FIRST, SECOND = "Nội dung thi đua thứ 1.", "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return import_draft(desk.place.app, desk.house)


def editor(visitor: Visitor, pledge_id: uuid.UUID, more: str = "") -> OpenForm:
    action = page_of(pledge_id, "soan-thao")
    return open_form(visitor, action + more, action)


def kept(tab: OpenForm, pledge_id: uuid.UUID, **typed: Any) -> TestResponse:
    """The form as the script sends it."""
    return OpenForm(tab.visitor, page_of(pledge_id, "soan-thao/ban-nhap"), tab.fields).send(**typed)


def clauses(answer: TestResponse) -> list[str]:
    return [area.get_text().removeprefix("\n") for area in tree(answer).select("textarea[name=clause]")]


def test_typing_is_kept_and_offered_on_return(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk.coordinator, pledge_id)
    answer = kept(tab, pledge_id, clause=["Đang gõ", ""], day="x")
    assert answer.json == {"edit": 1, "at": "09:00", "behind": ""}
    page = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert "Có bản đang gõ dở lúc 09:00 15/5/2024 chưa lưu." in words(page)
    assert clauses(page) == [FIRST, SECOND]
    back = desk.coordinator.get(page_of(pledge_id, "soan-thao?ban=dang-go"))
    assert clauses(back) == ["Đang gõ", ""]
    assert (value_of(back, "day"), value_of(back, "edit"), value_of(back, "version")) == ("x", "1", "1")
    assert "Chưa lưu" in words(back)


def test_only_the_editors_own_fields_are_kept(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk.coordinator, pledge_id)
    kept(tab, pledge_id, **{"password": "bí mật", "choice-0": "mine", "choice-x": "?"})
    copy = working_copy(desk.place.app, pledge_id, desk.house.coordinator)
    assert copy
    names = set(json.loads(copy.fields))
    assert "choice-0" in names
    assert names.isdisjoint({"password", "csrf_token", "do", "version", "edit", "choice-x"})


def test_a_second_tab_is_told_and_overwrites_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    one, other = editor(desk.coordinator, pledge_id), editor(desk.coordinator, pledge_id)
    kept(one, pledge_id, title="TAB MỘT")
    answer = kept(other, pledge_id, title="TAB HAI")
    assert answer.status_code == 409
    assert answer.json
    assert "Thẻ khác đang soạn" in answer.json["vi"]
    assert kept(one, pledge_id, title="TAB MỘT NỮA", edit="1").status_code == 200


def test_somebody_else_s_save_is_told_while_typing(desk: Desk, pledge_id: uuid.UUID) -> None:
    colleague = desk.place.visitor(second_coordinator(desk.place.app, desk.house, "Thư ký B"))
    tab = editor(desk.coordinator, pledge_id)
    editor(colleague, pledge_id).send(clause=["Bản của B.", SECOND], do="save")
    answer = kept(tab, pledge_id, clause=[FIRST, "Đang gõ."])
    assert answer.json
    assert answer.json["behind"] == "Thư ký B đã lưu bản mới lúc 09:00; khi lưu sẽ thấy chỗ khác nhau."
    # What was kept goes on from the text both began with, so saving it merges.
    back = editor(desk.coordinator, pledge_id, "?ban=dang-go")
    merged = back.send(do="save")
    assert merged.status_code == 409
    assert clauses(merged) == ["Bản của B.", "Đang gõ."]


def test_saving_the_draft_ends_the_offer(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk.coordinator, pledge_id)
    kept(tab, pledge_id, title="TÊN MỚI")
    tab.send(title="TÊN MỚI", edit="1", do="save")
    page = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert "bản đang gõ dở" not in words(page)
    assert working_copy(desk.place.app, pledge_id, desk.house.coordinator) is None


def test_a_copy_that_says_what_was_saved_is_no_offer(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The last autosave outran the saving: the tab that goes on typing must not be told of itself."""
    tab = editor(desk.coordinator, pledge_id)
    kept(tab, pledge_id, title="TÊN MỚI")
    tab.send(title="TÊN MỚI", do="save")
    page = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert "bản đang gõ dở" not in words(page)
    assert value_of(page, "edit") == "1"
    assert kept(editor(desk.coordinator, pledge_id), pledge_id, title="GÕ TIẾP").status_code == 200


def test_what_another_tab_typed_survives_this_tab_s_save(desk: Desk, pledge_id: uuid.UUID) -> None:
    one, other = editor(desk.coordinator, pledge_id), editor(desk.coordinator, pledge_id)
    kept(one, pledge_id, clause=[FIRST, "Tab một đang gõ."])
    other.send(clause=["Tab hai đã lưu.", SECOND], do="save")
    assert "Có bản đang gõ dở" in words(desk.coordinator.get(page_of(pledge_id, "soan-thao")))
    merged = editor(desk.coordinator, pledge_id, "?ban=dang-go").send(do="save")
    assert clauses(merged) == ["Tab hai đã lưu.", "Tab một đang gõ."]


def test_the_copy_can_be_thrown_away(desk: Desk, pledge_id: uuid.UUID) -> None:
    kept(editor(desk.coordinator, pledge_id), pledge_id, title="TÊN ĐANG GÕ")
    page, action = page_of(pledge_id, "soan-thao"), page_of(pledge_id, "soan-thao/ban-nhap/bo")
    assert "Đã bỏ bản đang gõ dở" in notice(desk.coordinator, open_form(desk.coordinator, page, action).send())
    assert "bản đang gõ dở lúc" not in words(desk.coordinator.get(page))


def test_an_open_merge_is_kept_with_its_choices(desk: Desk, pledge_id: uuid.UUID) -> None:
    """Else going on with the copy would save over the other text without a word."""
    colleague = desk.place.visitor(second_coordinator(desk.place.app, desk.house))
    tab = editor(desk.coordinator, pledge_id)
    editor(colleague, pledge_id).send(clause=["Bản của B.", SECOND], do="save")
    conflict = tab.send(clause=["Bản của A.", SECOND], do="save")
    merging = form_on(desk.coordinator, conflict, page_of(pledge_id, "soan-thao"))
    kept(merging, pledge_id, **{"choice-0": "both"})
    back = desk.coordinator.get(page_of(pledge_id, "soan-thao?ban=dang-go"))
    assert tree(back).select_one("input[name=choice-0][value=both][checked]")
    form_on(desk.coordinator, back, page_of(pledge_id, "soan-thao")).send(**{"choice-0": "both"}, do="save")
    assert draft_text(desk.place.app, pledge_id).clauses[0].paragraphs == ("Bản của B.", "Bản của A.")


def test_a_form_too_large_or_too_late_is_refused_in_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = editor(desk.coordinator, pledge_id)
    large = kept(tab, pledge_id, title="x" * 2_000_001)
    assert large.status_code == 413 or (large.status_code == 422 and large.json and "2 triệu" in large.json["vi"])
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    late = kept(tab, pledge_id, title="MUỘN")
    assert late.status_code == 409
    assert late.json
    assert "không còn ở bước dự thảo" in late.json["vi"]


def test_the_longest_draft_is_kept_as_the_script_sends_it(desk: Desk, pledge_id: uuid.UUID) -> None:
    """In parts, as scripts send forms: the framework has limits of its own for those."""
    tab = editor(desk.coordinator, pledge_id)
    long = "Tiếp tục đẩy mạnh phong trào thi đua yêu nước. " * 300
    tab.fields.setlist("clause", [long] * 60)
    boundary, body = encode_multipart(tab.fields)
    answer = desk.coordinator.client.post(
        page_of(pledge_id, "soan-thao/ban-nhap"),
        data=body,
        content_type=f'multipart/form-data; boundary="{boundary}"',
    )
    assert answer.status_code == 200
    assert len(clauses(desk.coordinator.get(page_of(pledge_id, "soan-thao?ban=dang-go")))) == 60


def test_the_page_lets_its_own_script_talk_to_this_product_only(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("; script-src 'self'; connect-src 'self'")
    assert policy.startswith("default-src 'none'")
    [script] = tree(answer).find_all("script")
    assert str(script["src"]).startswith("/static/draft-editor.js")
