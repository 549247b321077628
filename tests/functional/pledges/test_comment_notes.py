"""Comments on the pledge page: who may do what with them, where they stand, what became of them."""

from __future__ import annotations

import uuid

import pytest
from bs4 import Tag
from werkzeug.test import TestResponse

from approval.domain.anchors import Anchor
from approval.domain.review_commands import AnswerComment
from approval.domain.states import AnswerKind, VerdictKind
from approval.models.comment import Comment
from approval.models.comment_reply import CommentReply
from approval.services.answer_comment import answer_comment
from approval.services.give_verdict import give_verdict
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_comments import comment_by, suggest_by
from tests.factories.review_house import (
    agree_by,
    draft_text,
    make_review,
    reworded,
    save,
    submit_command,
    verdict_command,
)
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, notice, open_form, refusal, text_of, tree, words
from tests.functional.visitor import Visitor


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review."""
    return make_review(desk.place.app, desk.house)


@pytest.fixture
def comment_id(desk: Desk, pledge_id: uuid.UUID) -> int:
    """A comment of the first agency on the first clause."""
    return comment_by(desk.place.app, pledge_id, desk.house.representatives[0])


def act(pledge_id: uuid.UUID, comment_id: int, what: str) -> str:
    """Address of a form below a comment."""
    return page_of(pledge_id, f"gop-y/{comment_id}/{what}")


def form(visitor: Visitor, pledge_id: uuid.UUID, comment_id: int, what: str) -> OpenForm:
    """A form on the comment's own page."""
    return open_form(visitor, page_of(pledge_id, f"gop-y/{comment_id}"), act(pledge_id, comment_id, what))


def offers(visitor: Visitor, pledge_id: uuid.UUID, comment_id: int) -> set[str]:
    """Which forms the comment's own page offers."""
    page = tree(visitor.get(page_of(pledge_id, f"gop-y/{comment_id}")))
    return {what for what in ("rut", "trao-doi") if page.find("form", action=act(pledge_id, comment_id, what))}


def answer(desk: Desk, pledge_id: uuid.UUID, comment_id: int, kind: AnswerKind, words: str = "") -> None:
    """The coordinator answers."""
    with desk.place.app.app_context():
        answer_comment(AnswerComment(desk.house.coordinator, pledge_id, comment_id, kind, words))


def next_round(desk: Desk, pledge_id: uuid.UUID, first_clause: str) -> None:
    """Reopened, reworded, sent out again."""
    open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "sua-lai")).send(reason="Sửa.")
    save(desk.place.app, desk.house, pledge_id, reworded(draft_text(desk.place.app, pledge_id), first_clause))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)


def note(page: TestResponse, comment_id: int) -> Tag:
    """The note of a comment on a page."""
    found = tree(page).find(id=f"gop-y-{comment_id}")
    assert isinstance(found, Tag)
    return found


def read(element: Tag) -> str:
    """What a person reads."""
    return " ".join(element.get_text(" ").split())


def test_each_person_is_offered_what_they_may_do(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    administrator = desk.place.visitor(desk.house.administrator)
    assert offers(desk.first, pledge_id, comment_id) == {"rut", "trao-doi"}
    assert offers(desk.second, pledge_id, comment_id) == {"trao-doi"}
    assert offers(desk.coordinator, pledge_id, comment_id) == {"trao-doi"}
    assert offers(administrator, pledge_id, comment_id) == set()
    assert not tree(desk.coordinator.get(page_of(pledge_id, "gop-y?phan=khoan-1"))).select("#viet")
    observer = desk.place.visitor(desk.house.observer)
    assert observer.get(page_of(pledge_id, f"gop-y/{comment_id}")).status_code == 403


@pytest.mark.parametrize("who", ["coordinator", "observer", "administrator"])
def test_only_representatives_comment(desk: Desk, pledge_id: uuid.UUID, who: str) -> None:
    borrowed = open_form(desk.first, page_of(pledge_id, "gop-y?phan=khoan-1"), page_of(pledge_id, "gop-y"))
    visitor = desk.place.visitor(getattr(desk.house, who))
    sent = OpenForm(visitor, borrowed.action, borrowed.fields).send(csrf_token=visitor.token(), body="Tôi cũng góp ý.")
    assert sent.status_code == 403
    assert desk.count(Comment) == 0


def test_exchange_is_read_by_everybody(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    assert "Đã gửi trao đổi" in notice(
        desk.coordinator, form(desk.coordinator, pledge_id, comment_id, "trao-doi").send(body="Chỉ tiêu nào?")
    )
    form(desk.first, pledge_id, comment_id, "trao-doi").send(body="Hồ sơ đúng hạn.")
    shown = read(note(desk.second.get(page_of(pledge_id)), comment_id))
    assert shown.index("Thư ký Khối · Thư ký Khối · 09:00") < shown.index("Chỉ tiêu nào?")
    assert shown.index("Chỉ tiêu nào?") < shown.index("Hồ sơ đúng hạn.")


def test_long_exchange_shows_its_end_beside_the_text(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    for number in range(4):
        form(desk.coordinator, pledge_id, comment_id, "trao-doi").send(body=f"Câu hỏi {number}.")
    beside = read(note(desk.first.get(page_of(pledge_id)), comment_id))
    assert "Xem 2 trao đổi trước" in beside
    assert "Câu hỏi 1." not in beside
    assert "Câu hỏi 3." in beside
    assert "Câu hỏi 0." in read(note(desk.first.get(page_of(pledge_id, f"gop-y/{comment_id}")), comment_id))


@pytest.mark.parametrize(
    ("body", "sentence"), [("", "Cần ghi rõ nội dung"), ("x" * 4001, "4.000 ký tự"), ("a\u202eb", "U+202E")]
)
def test_refused_reply_keeps_its_words(
    desk: Desk, pledge_id: uuid.UUID, comment_id: int, body: str, sentence: str
) -> None:
    sent = form(desk.second, pledge_id, comment_id, "trao-doi").send(body=body)
    assert sent.status_code == 422
    assert sentence in refusal(sent)
    assert text_of(sent, "body") == body
    assert desk.count(CommentReply) == 0


def test_same_reply_twice_is_friendly_and_one_row(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    tab = form(desk.second, pledge_id, comment_id, "trao-doi")
    tab.send(body="Đồng tình.")
    assert "Ông/Bà đã gửi nội dung này lúc 09:00" in notice(desk.second, tab.send(body="Đồng tình."))
    assert desk.count(CommentReply) == 1


def test_withdrawn_comment_is_gone_from_the_page(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    tab = form(desk.first, pledge_id, comment_id, "rut")
    assert "Đã rút góp ý" in notice(desk.first, tab.send())
    assert not tree(desk.second.get(page_of(pledge_id))).select(".note")
    gone = desk.second.get(page_of(pledge_id, f"gop-y/{comment_id}"))
    assert gone.status_code == 404
    assert "có thể cơ quan góp ý đã rút" in words(gone)
    assert "Ông/Bà đã rút góp ý này lúc 09:00" in notice(desk.first, tab.send())


def test_comment_of_another_agency_cannot_be_withdrawn(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    borrowed = form(desk.first, pledge_id, comment_id, "rut")
    sent = OpenForm(desk.second, borrowed.action, borrowed.fields).send(csrf_token=desk.second.token())
    assert sent.status_code == 403
    assert tree(desk.second.get(page_of(pledge_id))).find(id=f"gop-y-{comment_id}")


def test_answered_comment_stays(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    tab = form(desk.first, pledge_id, comment_id, "rut")
    answer(desk, pledge_id, comment_id, AnswerKind.EXPLAINED, "Đã có ở Bảng tiêu chí.")
    assert tab.send().status_code == 409
    shown = read(note(desk.first.get(page_of(pledge_id)), comment_id))
    assert "Đã giải trình" in shown
    assert "Đã có ở Bảng tiêu chí." in shown
    assert "Rút góp ý" not in shown
    assert offers(desk.first, pledge_id, comment_id) == {"trao-doi"}


def test_after_agreement_nobody_comments_but_all_read(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    tab = open_form(desk.first, page_of(pledge_id, "gop-y?phan=khoan-1"), page_of(pledge_id, "gop-y"))
    agree_by(desk.place.app, pledge_id, *desk.house.representatives)
    late = tab.send(body="Còn một ý.")
    assert late.status_code == 409
    assert "Còn một ý." in words(late)
    page = desk.first.get(page_of(pledge_id))
    assert "Nên nêu rõ chỉ tiêu." in read(note(page, comment_id))
    assert not tree(page).select(".note-add, .quote-offer")
    assert "script-src" not in page.headers["Content-Security-Policy"]


def test_comment_of_another_pledge_is_not_found_here(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    other = make_review(desk.place.app, desk.house)
    assert desk.first.get(page_of(other, f"gop-y/{comment_id}")).status_code == 404
    assert desk.first.get(page_of(pledge_id, "gop-y/999999")).status_code == 404


def test_returning_reviewer_reads_what_became_of_their_comments(desk: Desk, pledge_id: uuid.UUID) -> None:
    app, first = desk.place.app, desk.house.representatives[0]
    taken = suggest_by(app, pledge_id, first, quote="Nội dung", replacement="Phần việc")
    explained = comment_by(app, pledge_id, first)
    agreed = verdict_command(app, pledge_id, first, VerdictKind.AGREE_WITH_COMMENTS)
    with app.app_context():
        give_verdict(agreed)
    answer(desk, pledge_id, taken, AnswerKind.ACCEPTED)
    answer(desk, pledge_id, explained, AnswerKind.EXPLAINED, "Đã có ở Bảng tiêu chí.")
    next_round(desk, pledge_id, "Phần việc thi đua thứ 1.")

    news = tree(desk.first.get(page_of(pledge_id))).select_one(".returning")
    assert news is not None
    shown = read(news)
    assert (
        "Dự thảo lần 2: 1 thay đổi so với bản Quý cơ quan đã thống nhất (lần 1); "
        "góp ý của Quý cơ quan: 1 tiếp thu, 1 giải trình" in shown
    )
    assert "“Đã có ở Bảng tiêu chí.”" in shown
    links = [str(link["href"]) for link in news.select("a")]
    assert links == ["#khoan-1", *(page_of(pledge_id, f"gop-y/{one}") for one in (taken, explained))]
    settled = tree(desk.first.get(page_of(pledge_id))).select_one("#khoan-1 .notes--settled")
    assert settled is not None
    assert not settled.has_attr("open")
    assert offers(desk.first, pledge_id, explained) == set()


def test_comment_stands_beside_the_clause_it_has_become(desk: Desk, pledge_id: uuid.UUID) -> None:
    app, first = desk.place.app, desk.house.representatives[0]
    moved = suggest_by(app, pledge_id, first, quote="thứ 2", replacement="thứ hai", anchor=Anchor.parse("clause:2"))
    gone = comment_by(app, pledge_id, first, "Bỏ khoản này.")
    for one in (moved, gone):
        answer(desk, pledge_id, one, AnswerKind.ACCEPTED)
    open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "sua-lai")).send(reason="Sửa.")
    edit = page_of(pledge_id, "soan-thao")
    open_form(desk.coordinator, edit, edit).send(clause=["Nội dung thi đua thứ 2."], do="save")
    draft = tree(desk.coordinator.get(page_of(pledge_id)))
    assert draft.select_one(f"#khoan-1 #gop-y-{moved}")
    assert draft.select_one(f"#toan-van #gop-y-{gone}")
    assert "viết về khoản 2 của bản lần 1" in read(draft.find(id=f"gop-y-{moved}"))  # type: ignore[arg-type]
    assert "khoản 1 của bản lần 1, nay không còn" in read(draft.find(id=f"gop-y-{gone}"))  # type: ignore[arg-type]


def test_answer_leads_to_the_place_where_it_shows(desk: Desk, pledge_id: uuid.UUID, comment_id: int) -> None:
    with desk.place.app.app_context():
        answer_comment(
            AnswerComment(
                desk.house.coordinator,
                pledge_id,
                comment_id,
                AnswerKind.PARTLY_ACCEPTED,
                "Một nửa.",
                Anchor.parse("closing"),
            )
        )
    shown = note(desk.first.get(page_of(pledge_id)), comment_id)
    assert "Tiếp thu một phần" in read(shown)
    link = shown.find("a", string="Xem tại phần kết")
    assert isinstance(link, Tag)
    assert link["href"] == f"{page_of(pledge_id)}#ket"
