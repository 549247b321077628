"""Two coordinators at one draft: both texts are kept, both people see what happened, and saving is a decision."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.test import TestResponse

from approval.domain.pledge_text import PledgeText
from tests.factories.draft_desk import draft_texts, second_coordinator
from tests.factories.review_house import draft_text, import_draft
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, form_on, notice, open_form, refusal, tree, value_of, words
from tests.functional.visitor import Visitor

FIRST, SECOND = "Nội dung thi đua thứ 1.", "Nội dung thi đua thứ 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    return import_draft(desk.place.app, desk.house)


@pytest.fixture
def colleague(desk: Desk) -> Visitor:
    """The second coordinator's browser."""
    return desk.place.visitor(second_coordinator(desk.place.app, desk.house, "Thư ký B"))


def editor(visitor: Visitor, pledge_id: uuid.UUID) -> OpenForm:
    page = page_of(pledge_id, "soan-thao")
    return open_form(visitor, page, page)


def clauses(answer: TestResponse) -> list[str]:
    return [area.get_text().removeprefix("\n") for area in tree(answer).select("textarea[name=clause]")]


def stored(desk: Desk, pledge_id: uuid.UUID) -> PledgeText:
    return draft_text(desk.place.app, pledge_id)


def conflict(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> tuple[OpenForm, TestResponse]:
    """Both edited the first clause; the colleague came second. Gives the merged form and the page it is on."""
    one, other = editor(desk.coordinator, pledge_id), editor(colleague, pledge_id)
    one.send(clause=["Bản của người một.", SECOND], do="save")
    answer = other.send(clause=["Bản của người hai.", SECOND], title="TÊN MỚI", do="save")
    return form_on(colleague, answer, page_of(pledge_id, "soan-thao")), answer


def test_edits_of_different_clauses_are_both_in_the_form(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> None:
    one, other = editor(desk.coordinator, pledge_id), editor(colleague, pledge_id)
    one.send(clause=["Bản của người một.", SECOND], do="save")
    answer = other.send(clause=[FIRST, "Bản của người hai."], do="save")
    assert answer.status_code == 409
    assert "đã thay đổi" in refusal(answer)
    assert clauses(answer) == ["Bản của người một.", "Bản của người hai."]
    assert stored(desk, pledge_id).clauses[1].paragraphs == (SECOND,)
    page = words(answer)
    assert "Thư ký Khối đã lưu lúc 09:00 15/5/2024" in page
    assert "không có chỗ nào hai người sửa khác nhau" in page
    saved = form_on(colleague, answer, page_of(pledge_id, "soan-thao")).send(do="save")
    assert saved.status_code == 303
    assert [clause.paragraphs[0] for clause in stored(desk, pledge_id).clauses] == clauses(answer)


def test_one_clause_edited_by_both_shows_all_three_texts(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> None:
    _, answer = conflict(desk, colleague, pledge_id)
    place = tree(answer).select_one(".merge")
    assert place
    shown = " ".join(place.get_text(" ").split())
    assert FIRST in shown
    assert "Thư ký Khối đã lưu" in shown
    assert "Bản của người một" in "".join(found.text for found in place.select("ins"))
    assert "Bản của người hai" in "".join(found.text for found in place.select("ins"))
    assert clauses(answer)[0] == "Bản của người hai."
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Bản của người một.",)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("theirs", ("Bản của người một.",)),
        ("mine", ("Bản của người hai.",)),
        ("both", ("Bản của người một.", "Bản của người hai.")),
        ("hand", ("Viết lại bằng tay.",)),
    ],
)
def test_what_was_chosen_is_saved_and_the_rest_of_both_edits_too(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID, choice: str, expected: tuple[str, ...]
) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    saved = tab.send(**{"choice-0": choice}, clause=["Viết lại bằng tay.", SECOND], do="save")
    assert "Đã lưu dự thảo." in notice(colleague, saved)
    text = stored(desk, pledge_id)
    assert text.clauses[0].paragraphs == expected
    assert text.title == "TÊN MỚI"


@pytest.mark.parametrize("do", ["save", "settle"])
def test_nothing_is_saved_or_settled_without_a_choice(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID, do: str
) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    answer = tab.send(clause=["Sửa thêm.", SECOND], do=do)
    assert answer.status_code == 422
    assert "Chưa chọn nội dung cho Khoản 1" in refusal(answer)
    link = tree(answer).select_one("[role=alert] a")
    assert link
    assert tree(answer).find(id=str(link["href"])[1:])
    assert clauses(answer)[0] == "Sửa thêm."
    assert len(tree(answer).select("[name=conflict_mine]")) == 1
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Bản của người một.",)


def test_settled_choices_give_the_plain_editor_back(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    answer = tab.send(**{"choice-0": "both"}, do="settle")
    assert answer.status_code == 200
    assert clauses(answer)[0] == "Bản của người một.\n\nBản của người hai."
    assert not tree(answer).select(".merge")
    assert tree(answer).select("[id^=khoan-len]")
    assert "Đã ghép" in words(answer)
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Bản của người một.",)


def test_while_choices_are_open_clauses_stay_where_they_are(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID
) -> None:
    tab, answer = conflict(desk, colleague, pledge_id)
    assert not tree(answer).select("[id^=khoan-len]")
    assert clauses(tab.send(do="down:0")) == clauses(answer)


def test_a_clause_one_removed_and_the_other_edited_can_go_or_stay(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID
) -> None:
    one, other = editor(desk.coordinator, pledge_id), editor(colleague, pledge_id)
    one.send(clause=[FIRST], do="save")
    answer = other.send(clause=[FIRST, f"{SECOND} Thêm."], do="save")
    assert clauses(answer) == [FIRST, f"{SECOND} Thêm."]
    assert "Đã bỏ phần này." in words(answer)
    tab = form_on(colleague, answer, page_of(pledge_id, "soan-thao"))
    assert clauses(tab.send(**{"choice-0": "theirs"}, do="settle")) == [FIRST]
    assert clauses(tab.send(**{"choice-0": "mine"}, do="settle")) == [FIRST, f"{SECOND} Thêm."]
    assert tab.send(**{"choice-0": "both"}, do="settle").status_code == 422


def test_two_orders_dates_titles_and_blocks_can_be_chosen(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> None:
    bodies = [
        "Đổi mới phong trào thi đua.",
        "Nâng cao chất lượng khám bệnh.",
        "Tổ chức hoạt động văn hóa tại cơ sở.",
        "Giải quyết việc làm cho người lao động.",
    ]
    a, b, c, d = bodies
    editor(desk.coordinator, pledge_id).send(clause=bodies, do="save")
    one, other = editor(desk.coordinator, pledge_id), editor(colleague, pledge_id)
    agencies = ["Sở Thử nghiệm 1", "Sở Thử nghiệm 2"]
    one.send(clause=[d, a, b, c], day="7", title="TÊN MỘT", party_heading=["MỘT", "CHUNG"], do="save")
    answer = other.send(
        clause=[b, a, c, d], day="", month="", title="TÊN HAI", party_heading=["HAI", "CHUNG"], do="save"
    )
    parts = [str(field.get_text()).strip() for field in tree(answer).select("[name=conflict_part]")]
    # The fields stand in the order of the page.
    assert parts == ["date", "title", "order", "parties"]
    tab = form_on(colleague, answer, page_of(pledge_id, "soan-thao"))
    theirs = tab.send(**{f"choice-{index}": "theirs" for index in range(4)}, do="settle")
    assert clauses(theirs) == [d, a, b, c]
    assert (value_of(theirs, "day"), value_of(theirs, "month"), value_of(theirs, "title")) == ("7", "5", "TÊN MỘT")
    assert value_of(theirs, "party_heading") == "MỘT"
    assert value_of(theirs, "party_agency") == agencies[0]
    mine = tab.send(**{f"choice-{index}": "mine" for index in range(4)}, do="settle")
    assert clauses(mine) == [b, a, c, d]
    assert (value_of(mine, "day"), value_of(mine, "month"), value_of(mine, "title")) == ("", "", "TÊN HAI")
    assert value_of(mine, "party_heading") == "HAI"


def test_the_first_coordinator_sees_who_saved_over_it_and_what_changed(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID
) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    tab.send(**{"choice-0": "mine"}, do="save")
    shown = desk.coordinator.get(page_of(pledge_id, "soan-thao"))
    assert "Thư ký B đã lưu lúc 09:00 15/5/2024" in words(shown)
    assert "Khác ở: Tên văn bản, Khoản 1." in words(shown)
    link = next(found for found in tree(shown).find_all("a") if found.get_text() == "Xem thay đổi")
    compared = words(desk.coordinator.get(str(link["href"])))
    assert "Từ bản Thư ký Khối lưu lúc" in compared
    assert "[bỏ: một ]" in compared
    assert "[thêm: hai ]" in compared
    assert "Khác ở" not in words(colleague.get(page_of(pledge_id, "soan-thao")))


def test_the_replaced_text_is_remembered_and_can_be_used_again(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID
) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    tab.send(**{"choice-0": "mine"}, do="save")
    version = draft_texts(desk.place.app, pledge_id)[1].version
    answer = desk.coordinator.get(page_of(pledge_id, f"soan-thao?ban={version}"))
    assert clauses(answer)[0] == "Bản của người một."
    assert "Chưa lưu" in words(answer)
    form_on(desk.coordinator, answer, page_of(pledge_id, "soan-thao")).send(do="save")
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Bản của người một.",)


def test_without_a_remembered_base_the_difference_is_shown(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID
) -> None:
    one, other = editor(desk.coordinator, pledge_id), editor(colleague, pledge_id)
    one.send(clause=["Bản của người một.", SECOND], do="save")
    answer = other.send(clause=["Bản của người hai.", SECOND], version="0", do="save")
    assert answer.status_code == 409
    assert "một" in "".join(found.text for found in tree(answer).select("del"))
    assert "hai" in "".join(found.text for found in tree(answer).select("ins"))
    assert clauses(answer)[0] == "Bản của người hai."
    saved = form_on(colleague, answer, page_of(pledge_id, "soan-thao")).send(do="save")
    assert saved.status_code == 303
    assert stored(desk, pledge_id).clauses[0].paragraphs == ("Bản của người hai.",)


def test_a_third_save_while_choosing_is_merged_again(desk: Desk, colleague: Visitor, pledge_id: uuid.UUID) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    editor(desk.coordinator, pledge_id).send(clause=["Bản của người một.", "Sửa lần nữa."], do="save")
    answer = tab.send(**{"choice-0": "mine"}, do="save")
    assert answer.status_code == 409
    assert clauses(answer) == ["Bản của người hai.", "Sửa lần nữa."]


@pytest.mark.parametrize(
    "damage",
    [
        {"conflict_part": ["rm -rf"]},
        {"conflict_part": ["clause-99"], "choice-0": "theirs"},
        {"conflict_part": ["order"], "conflict_theirs": ["9\tx"], "choice-0": "theirs"},
        {"conflict_part": ["date"], "conflict_theirs": ["hôm nay"], "choice-0": "theirs"},
        {"conflict_part": ["party-1"], "choice-0": "theirs"},
    ],
)
def test_a_damaged_merge_form_is_no_error(
    desk: Desk, colleague: Visitor, pledge_id: uuid.UUID, damage: dict[str, str | list[str]]
) -> None:
    tab, _ = conflict(desk, colleague, pledge_id)
    answer = tab.send(**{"choice-0": "mine", **damage}, do="settle")
    assert answer.status_code == 200
    assert clauses(answer) == ["Bản của người hai.", SECOND]
