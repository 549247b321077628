"""“Soạn cho năm sau”: from a finished pledge to the next year's draft with its findings in sight."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from approval.domain.commands import FinalisePledge
from approval.models.pledge import Pledge
from approval.services.finalise_pledge import finalise_pledge
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import draft_text, import_draft, make_review, reworded, save
from tests.factories.signing_house import make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, tree, value_of, words

IMPORT = "/van-ban/nhap"
TEXT = replace(
    reworded(small_text(), "Hoàn thành nhiệm vụ năm 2024; kỷ niệm 70 năm Chiến thắng Điện Biên Phủ."),
    closing=("Trên đây là giao ước năm 2024 của Khối./.",),
)
HEADING = "03 chỗ cần xem lại khi soạn cho năm mới"


@pytest.fixture
def finished(desk: Desk) -> uuid.UUID:
    """A finished pledge of 2024."""
    pledge_id = make_open_pledge(desk.place.app, desk.house, TEXT)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    return pledge_id


def form(desk: Desk, source: uuid.UUID) -> OpenForm:
    """The form on the page of a finished pledge."""
    return open_form(desk.coordinator, page_of(source), page_of(source, "soan-nam-sau"))


def draft_of(answer: TestResponse) -> uuid.UUID:
    """The pledge a redirect leads to."""
    return uuid.UUID(answer.location.rsplit("/", 1)[1])


def findings(answer: TestResponse) -> list[str]:
    """The remarks listed with the draft."""
    return [" ".join(line.get_text(" ").split()) for line in tree(answer).select("details.panel.disclosure li")]


def test_finished_pledge_offers_the_next_year(desk: Desk, finished: uuid.UUID) -> None:
    page = desk.coordinator.get(page_of(finished))
    assert value_of(page, "year") == "2025"
    assert "Soạn cho năm sau" in words(page)


def test_draft_of_the_next_year_lists_what_still_speaks_of_the_old_one(desk: Desk, finished: uuid.UUID) -> None:
    answer = form(desk, finished).send()
    assert answer.status_code == 303
    page = desk.coordinator.get(answer.location)
    assert "Đã soạn dự thảo năm 2025; chữ của các khoản giữ nguyên." in words(page)
    assert tree(page).h1.get_text() == "Bản giao ước thi đua năm 2025"  # type: ignore[union-attr]
    assert "Bắc Giang, ngày tháng 5 năm 2025" in words(page)
    assert "Hoàn thành nhiệm vụ năm 2024; kỷ niệm 70 năm" in words(page)
    assert HEADING in words(page)
    assert findings(page) == [
        (
            "Khoản 1: “…thành nhiệm vụ năm 2024”: Dự thảo này lập cho năm 2025 mà chỗ này còn ghi năm 2024."
            " Gợi ý: năm 2025."
        ),
        (
            "Khoản 1: “kỷ niệm 70 năm Chiến thắng Điện Biên Phủ”: Năm 2025 là 71 năm, năm nay không phải năm tròn hay"
            " năm lẻ 5; bỏ, hoặc thay bằng ngày kỷ niệm của năm 2025."
        ),
        "Phần kết: “…là giao ước năm 2024”: Dự thảo này lập cho năm 2025 mà chỗ này còn ghi năm 2024. Gợi ý: năm 2025.",
    ]


def test_remark_goes_when_its_place_is_repaired(desk: Desk, finished: uuid.UUID) -> None:
    draft = draft_of(form(desk, finished).send())
    text = draft_text(desk.place.app, draft)
    save(desk.place.app, desk.house, draft, reworded(text, "Hoàn thành nhiệm vụ năm 2025."))
    left = findings(desk.coordinator.get(page_of(draft)))
    assert [line.split(":")[0] for line in left] == ["Phần kết"]
    text = replace(draft_text(desk.place.app, draft), closing=("Trên đây là giao ước của Khối./.",))
    save(desk.place.app, desk.house, draft, text)
    assert "cần xem lại khi soạn" not in words(desk.coordinator.get(page_of(draft)))


def test_agencies_asked_about_the_draft_do_not_see_the_desks_remarks(desk: Desk, finished: uuid.UUID) -> None:
    draft = draft_of(form(desk, finished).send())
    open_form(desk.coordinator, page_of(draft), page_of(draft, "gui-lay-y-kien")).send()
    assert "cần xem lại" not in words(desk.first.get(page_of(draft)))


def test_other_year_may_be_typed(desk: Desk, finished: uuid.UUID) -> None:
    draft = draft_of(form(desk, finished).send(year="2027"))
    assert desk.stored(draft).title == "Bản giao ước thi đua năm 2027"


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        ("2024", "phải từ 2025 đến 2029"),
        ("2030", "phải từ 2025 đến 2029"),
        ("hai lăm", "Năm của dự thảo mới phải là số"),
        ("20255", "Năm của dự thảo mới phải là số"),
        ("", "Chưa ghi năm của dự thảo mới"),
        ("<script>", "phải là số"),
    ],
)
def test_refused_year_is_explained_and_kept(desk: Desk, finished: uuid.UUID, year: str, sentence: str) -> None:
    before = desk.events()
    answer = form(desk, finished).send(year=year)
    assert answer.status_code == 422
    assert sentence in refusal(answer)
    assert value_of(answer, "year") == (year or "2025")
    assert desk.count(Pledge) == 1
    assert desk.events() == before


def test_second_click_leads_to_the_draft_that_is_there(desk: Desk, finished: uuid.UUID) -> None:
    tab = form(desk, finished)
    first = tab.send()
    events = desk.events()
    second = tab.send()
    assert second.location == first.location
    assert "Ông/Bà đã soạn dự thảo năm 2025 từ văn bản này lúc 09:00" in notice(desk.coordinator, second)
    assert desk.count(Pledge) == 2
    assert desk.events() == events


def test_list_leads_to_the_action(desk: Desk, finished: uuid.UUID) -> None:
    page = tree(desk.coordinator.get("/van-ban/"))
    link = page.find("a", string="Soạn cho năm sau")
    assert link is not None
    assert link["href"] == f"{page_of(finished)}#soan-nam-sau"
    assert tree(desk.coordinator.get(page_of(finished))).find(id="soan-nam-sau") is not None
    assert "Soạn cho năm sau" not in words(desk.first.get("/van-ban/"))


def test_import_page_offers_earlier_pledges_finished_ones_first(desk: Desk, finished: uuid.UUID) -> None:
    desk.place.clock.forward(days=1)
    in_review = make_review(desk.place.app, desk.house)
    never_sent = import_draft(desk.place.app, desk.house)
    page = desk.coordinator.get(IMPORT)
    assert "Hoặc soạn từ văn bản của năm trước" in words(page)
    actions = [str(found["action"]) for found in tree(page).select(".source-list form")]
    assert actions == [page_of(source, "soan-nam-sau") for source in (finished, in_review)]
    assert str(never_sent) not in page.text
    answer = open_form(desk.coordinator, IMPORT, page_of(in_review, "soan-nam-sau")).send()
    assert desk.stored(draft_of(answer)).title.endswith("năm 2025")


def test_import_page_still_offers_them_after_a_bad_file(desk: Desk, finished: uuid.UUID) -> None:
    answer = open_form(desk.coordinator, IMPORT, IMPORT).send(file=(b"khong", "a.md"))
    assert answer.status_code == 422
    assert page_of(finished, "soan-nam-sau") in answer.text


def test_import_page_of_a_new_bloc_offers_nothing_to_start_from(desk: Desk) -> None:
    assert "soạn từ văn bản của năm trước" not in words(desk.coordinator.get(IMPORT))


def test_year_refused_from_the_import_page_can_be_corrected_where_it_is_said(desk: Desk) -> None:
    source = make_review(desk.place.app, desk.house)
    answer = open_form(desk.coordinator, IMPORT, page_of(source, "soan-nam-sau")).send(year="1999")
    assert answer.status_code == 422
    assert value_of(answer, "year") == "1999"


def test_draft_never_sent_is_refused_in_words(desk: Desk) -> None:
    draft = import_draft(desk.place.app, desk.house)
    answer = desk.coordinator.post(page_of(draft, "soan-nam-sau"), year="2025")
    assert answer.status_code == 409
    assert "chưa gửi lấy ý kiến lần nào" in refusal(answer)


def test_history_of_the_draft_names_its_source(desk: Desk, finished: uuid.UUID) -> None:
    draft = draft_of(form(desk, finished).send())
    page = desk.coordinator.get(page_of(draft, "nhat-ky"))
    assert "soạn dự thảo từ văn bản của năm trước" in words(page)
    assert "Cho năm 2025, từ văn bản của năm trước ; 03 chỗ cần xem lại." in words(page)
    assert tree(page).find("a", href=page_of(finished), string="văn bản của năm trước") is not None


@pytest.mark.parametrize("who", ["first", "administrator", "observer"])
def test_nobody_else_is_offered_it_or_may(desk: Desk, finished: uuid.UUID, who: str) -> None:
    actors = {"first": desk.house.representatives[0], "administrator": desk.house.administrator}
    visitor = desk.place.visitor(actors.get(who, desk.house.observer))
    assert "Soạn cho năm sau" not in words(visitor.get(page_of(finished)))
    assert visitor.post(page_of(finished, "soan-nam-sau"), year="2025").status_code == 403
    assert desk.count(Pledge) == 1


def test_pledge_on_its_way_does_not_offer_it(desk: Desk) -> None:
    assert "Soạn cho năm sau" not in words(desk.coordinator.get(page_of(make_open_pledge(desk.place.app, desk.house))))
