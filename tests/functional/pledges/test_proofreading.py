"""Findings beside the editor's parts: taken or let stand by one click, never applied by themselves."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from bs4 import Tag
from werkzeug.test import TestResponse

from approval.models.finding_dismissal import FindingDismissal
from approval.services.submit_for_review import submit_for_review
from tests.factories.draft_desk import second_coordinator
from tests.factories.history import events
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import draft_text, import_draft, submit_command
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, form_on, open_form, refusal, text_of, tree, value_of, words

SLIP = "Các cơ quan tiếp tục\nđầy mạnh phong trào thi đua yêu nước."
SECOND = "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return import_draft(desk.place.app, desk.house)


def editor(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    page = page_of(pledge_id, "soan-thao")
    return open_form(desk.coordinator, page, page)


def checked(desk: Desk, pledge_id: uuid.UUID, **typed: str | list[str]) -> tuple[OpenForm, TestResponse]:
    """The form as typed, and the page after "Soát lỗi"."""
    answer = editor(desk, pledge_id).send(**typed, do="check")
    return form_on(desk.coordinator, answer, page_of(pledge_id, "soan-thao")), answer


def beside(answer: TestResponse, part: str) -> Tag:
    """The findings of one part."""
    found = tree(answer).select_one(f"[data-proof={part}]")
    assert found
    return found


def order(answer: TestResponse, verb: str, part: str, rule: str) -> str:
    """What the button of this finding sends."""
    for item in beside(answer, part).select("li.finding"):
        if rule in item.get_text():
            button = item.select_one(f"button[value^={verb}]")
            assert button
            return str(button["value"])
    raise AssertionError(f"no {rule} beside {part}")


def clauses(answer: TestResponse) -> list[str]:
    return [area.get_text().removeprefix("\n") for area in tree(answer).select("textarea[name=clause]")]


def test_findings_stand_beside_their_clause_with_a_count(desk: Desk, pledge_id: uuid.UUID) -> None:
    _, answer = checked(desk, pledge_id, clause=[SECOND, SLIP])
    shown = " ".join(beside(answer, "clause-2").get_text(" ").split())
    assert "W01" in shown
    assert "đầy" in "".join(found.text for found in beside(answer, "clause-2").select("del"))
    assert "đẩy" in "".join(found.text for found in beside(answer, "clause-2").select("ins"))
    assert "Không có lưu ý" in beside(answer, "clause-1").get_text()
    heading = tree(answer).select_one("#tieu-de-khoan-2")
    assert heading
    assert "1 lưu ý" in heading.get_text()
    assert clauses(answer)[1] == SLIP


def test_one_click_puts_the_suggestion_in_and_keeps_everything_typed(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab, answer = checked(desk, pledge_id, clause=[SECOND, SLIP], title="TÊN VỪA GÕ", closing="Hết./.\n\n")
    taken = tab.send(do=order(answer, "take", "clause-2", "W01"))
    assert taken.status_code == 200
    assert clauses(taken) == [SECOND, SLIP.replace("tiếp tục\nđầy", "tiếp tục đẩy")]
    assert value_of(taken, "title") == "TÊN VỪA GÕ"
    assert "Chưa lưu" in words(taken)
    assert "W01" not in beside(taken, "clause-2").get_text()
    focus = tree(taken).select_one("[autofocus]")
    assert focus
    assert focus["id"] == "luu-y-clause-2"
    assert draft_text(desk.place.app, pledge_id).clauses == small_text().clauses


@pytest.mark.parametrize(
    ("beside_part", "rule", "typed", "expected"),
    [
        ("date", "L02", {"title": "BẢN GIAO ƯỚC , NĂM 2024"}, "BẢN GIAO ƯỚC, NĂM 2024"),
        ("date", "L02", {"subject": "Khối , một"}, "Khối, một"),
        ("closing", "L08", {"closing": "Trên đây là giao ước"}, "Trên đây là giao ước./."),
        ("parties", "L03", {"party_heading": ["ĐẠI DIỆN SỞ A–B", "SỞ HAI"]}, "ĐẠI DIỆN SỞ A - B"),
    ],
)
def test_every_part_takes_its_suggestion(  # noqa: PLR0917 - a row of the table above
    desk: Desk, pledge_id: uuid.UUID, beside_part: str, rule: str, typed: dict[str, str | list[str]], expected: str
) -> None:
    [field] = typed
    tab, answer = checked(desk, pledge_id, **typed)
    taken = tab.send(do=order(answer, "take", beside_part, rule))
    assert (text_of(taken, field) if field == "closing" else value_of(taken, field)) == expected


def test_blocks_are_put_in_the_order_of_the_preamble(desk: Desk) -> None:
    text = replace(
        small_text(),
        preamble=("Sở Thử nghiệm 2; Sở Thử nghiệm 1 thống nhất ký giao ước thi đua:",),
    )
    pledge_id = import_draft(desk.place.app, desk.house)
    tab, answer = checked(desk, pledge_id, preamble=text.preamble[0])
    taken = tab.send(do=order(answer, "take", "parties", "L06"))
    agencies = [str(field["value"]) for field in tree(taken).select("[name=party_agency]")]
    assert agencies == ["Sở Thử nghiệm 2", "Sở Thử nghiệm 1"]
    assert "L06" not in beside(taken, "parties").get_text()


def test_a_finding_let_stand_is_folded_for_everybody_and_can_come_back(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab, answer = checked(desk, pledge_id, clause=[SECOND, SLIP])
    dismissed = tab.send(do=order(answer, "dismiss", "clause-2", "W01"))
    assert clauses(dismissed) == [SECOND, SLIP]
    assert "W01" not in beside(dismissed, "clause-2").get_text()
    assert "1 lưu ý đã bỏ qua" in words(dismissed)
    again = tab.send(do=order(answer, "dismiss", "clause-2", "W01"))
    assert "đã bỏ qua lưu ý này lúc 09:00" in words(again)
    with desk.place.app.app_context():
        assert len(events("pledge:finding:dismissed")) == 1

    colleague = desk.place.visitor(second_coordinator(desk.place.app, desk.house))
    page = page_of(pledge_id, "soan-thao")
    # Moved and edited elsewhere, the finding is still the same one.
    moved = open_form(colleague, page, page).send(clause=[f"Câu mới. {SLIP}", SECOND], do="check")
    assert "W01" not in beside(moved, "clause-1").get_text()
    folded = tree(moved).select_one("[data-proof=tong] button[value^=restore]")
    assert folded
    back = form_on(colleague, moved, page).send(do=str(folded["value"]))
    assert "W01" in beside(back, "clause-1").get_text()
    with desk.place.app.app_context():
        assert len(events("pledge:finding:restored")) == 1
    assert desk.count(FindingDismissal) == 1


@pytest.mark.parametrize("verb", ["take", "dismiss"])
def test_a_finding_that_is_gone_changes_nothing(desk: Desk, pledge_id: uuid.UUID, verb: str) -> None:
    tab, answer = checked(desk, pledge_id, clause=[SECOND, SLIP])
    gone = tab.send(clause=[SECOND, "Viết lại."], do=order(answer, verb, "clause-2", "W01"))
    assert clauses(gone) == [SECOND, "Viết lại."]
    assert "không còn lưu ý đó; chưa sửa gì" in words(gone)
    assert desk.count(FindingDismissal) == 0


def test_restoring_what_was_never_let_stand_keeps_the_form(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = editor(desk, pledge_id).send(clause=["Vừa gõ.", SECOND], do=f"restore:{'0' * 64}")
    assert answer.status_code == 200
    assert clauses(answer)[0] == "Vừa gõ."
    assert "chưa được bỏ qua" in words(answer)


def test_a_form_that_makes_no_text_says_why_it_was_not_read(desk: Desk, pledge_id: uuid.UUID) -> None:
    _, answer = checked(desk, pledge_id, clause=[SLIP, ""])
    assert "Chưa soát được: Khoản 2 đang để trống" in words(answer)
    take = editor(desk, pledge_id).send(clause=[SLIP, ""], do=f"take:{'0' * 64}:clause-1")
    assert take.status_code == 422
    assert clauses(take) == [SLIP, ""]


def test_a_very_long_draft_is_saved_and_not_proofread_on_the_page(desk: Desk, pledge_id: uuid.UUID) -> None:
    long = "Tiếp tục đẩy mạnh phong trào thi đua yêu nước. " * 75
    assert editor(desk, pledge_id).send(clause=[f"{n}: {long}" for n in range(60)], do="save").status_code == 303
    assert len(draft_text(desk.place.app, pledge_id).clauses) == 60
    for page in (page_of(pledge_id, "soan-thao"), page_of(pledge_id)):
        assert "Chưa soát được: văn bản dài hơn 200000 ký tự" in words(desk.coordinator.get(page))


def test_the_live_panel_has_the_same_findings_and_nothing_else(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = page_of(pledge_id, "soan-thao")
    form = open_form(desk.coordinator, page, page)
    live = OpenForm(desk.coordinator, page_of(pledge_id, "soan-thao/soat-loi"), form.fields).send(clause=[SLIP, SECOND])
    assert live.status_code == 200
    assert "W01" in beside(live, "clause-1").get_text()
    parts = {str(found["data-proof"]) for found in tree(live).select("[data-proof]")}
    shown = {str(found["data-proof"]) for found in tree(desk.coordinator.get(page)).select("[data-proof]")}
    assert parts == shown
    assert not tree(live).find_all(["script", "style", "html", "textarea"])


def test_hostile_words_in_a_finding_are_words(desk: Desk, pledge_id: uuid.UUID) -> None:
    _, answer = checked(desk, pledge_id, clause=["<b>Và và</b> <script>x</script> , đầy mạnh phong trào.", SECOND])
    assert beside(answer, "clause-1").select("li")
    assert not beside(answer, "clause-1").select("b b, script")


def test_the_coordinator_is_told_on_the_pledge_page(desk: Desk, pledge_id: uuid.UUID) -> None:
    editor(desk, pledge_id).send(clause=[SLIP, SECOND], do="save")
    assert "lưu ý soát lỗi trong bản đang soạn" in words(desk.coordinator.get(page_of(pledge_id)))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    for visitor in (desk.coordinator, desk.first):
        assert "lưu ý soát lỗi" not in words(visitor.get(page_of(pledge_id)))


def test_findings_of_a_pledge_sent_out_are_no_longer_minded(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab, answer = checked(desk, pledge_id, clause=[SECOND, SLIP])
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    late = tab.send(do=order(answer, "dismiss", "clause-2", "W01"))
    assert late.status_code == 409
    assert "không còn ở bước dự thảo" in refusal(late)
    assert clauses(late) == [SECOND, SLIP]
