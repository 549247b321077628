"""Answering comments: each alone, many at once, in words back and forth; no refusal loses what was typed."""

from __future__ import annotations

import uuid

import pytest
from werkzeug.test import TestResponse

from approval.domain.review_commands import WithdrawComment
from approval.domain.states import AnswerKind
from approval.models.comment_reply import CommentReply
from approval.services.withdraw_comment import withdraw_comment
from tests.factories.review_house import make_review
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import notice, open_form, refusal, tree, words
from tests.functional.pledges.worklist_desk import (
    answer_form,
    answers,
    card,
    reopen,
    say,
    shown,
    work,
)


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge of two agencies in review: clause 1 says "Nội dung thi đua thứ 1."."""
    return make_review(desk.place.app, desk.house)


@pytest.mark.parametrize(
    ("kind", "said", "stored"),
    [
        (AnswerKind.ACCEPTED, "", ("accepted", "", "clause:1", False)),
        (
            AnswerKind.PARTLY_ACCEPTED,
            "Đã nêu chỉ tiêu chính.",
            ("partly_accepted", "Đã nêu chỉ tiêu chính.", "clause:1", False),
        ),
        (AnswerKind.EXPLAINED, "Chỉ tiêu ở kế hoạch.", ("explained", "Chỉ tiêu ở kế hoạch.", None, False)),
    ],
)
def test_answers_are_recorded_at_the_place_offered(
    desk: Desk, pledge_id: uuid.UUID, kind: str, said: str, stored: tuple[str, str, str | None, bool]
) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    answer = answer_form(desk, pledge_id, comment_id).send(kind=kind, words=said, place="clause:1")
    assert answer.location.endswith(f"#gop-y-{comment_id}")
    assert answers(desk, comment_id) == [stored]
    page = desk.coordinator.get(work(pledge_id))
    assert "Đã trả lời 1/1" in words(page)
    assert said in card(page, comment_id).get_text()


def test_the_place_is_preset_to_the_part_commented_on(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id, whole = say(desk, pledge_id, 0, "Nêu chỉ tiêu.", "clause:2"), say(desk, pledge_id, 0, "Được.", "whole")
    page = desk.coordinator.get(work(pledge_id))
    chosen = [card(page, one).select("select[name=place] option[selected]") for one in (comment_id, whole)]
    assert [[str(option["value"]) for option in options] for options in chosen] == [["clause:2"], []]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": "Giữ những chữ này."}, "Chưa chọn kết quả"),
        ({"kind": "explained", "words": ""}, "lý do giải trình"),
        ({"kind": "partly_accepted", "words": "Ẩn\u202echữ"}, "ký tự ẩn"),
        ({"kind": "accepted", "words": "x" * 4001}, "dài quá 4.000 ký tự"),
        ({"kind": "accepted", "words": "Được.", "place": "clause:9"}, "không có phần đã chọn"),
        ({"kind": "accepted", "words": "Được.", "place": "nowhere"}, "Chọn lại một phần"),
        ({"kind": "nonsense", "words": "Được."}, "Chưa chọn kết quả"),
    ],
)
def test_a_refused_answer_loses_no_typed_word(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str], sentence: str
) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    other = say(desk, pledge_id, 1, "Khác.")
    answer = answer_form(desk, pledge_id, comment_id).send(**typed)
    assert answer.status_code == 422
    assert sentence in refusal(answer)
    mine = card(answer, comment_id)
    area = mine.select_one("textarea[name=words]")
    assert area is not None
    assert area.get_text().removeprefix("\n") == typed["words"]
    assert mine.select_one("details[open] textarea[name=words]") is not None
    assert [str(found["value"]) for found in mine.select("input[name=kind][checked]")] == [
        kind for kind in AnswerKind if kind == typed.get("kind")
    ]
    assert "Giữ những" not in card(answer, other).get_text()
    assert answers(desk, comment_id) == []


def test_an_answer_can_be_replaced_and_the_same_again_is_friendly(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    answer_form(desk, pledge_id, comment_id).send(kind="explained", words="Không cần.")
    form = answer_form(desk, pledge_id, comment_id)
    assert form.fields["words"] == "Không cần."
    assert form.fields["kind"] == "explained"
    form.send(kind="accepted", words="Nhận.", place="closing")
    before = desk.events()
    again = answer_form(desk, pledge_id, comment_id).send(kind="accepted", words="Nhận.", place="closing")
    assert "đã trả lời góp ý này như vậy" in notice(desk.coordinator, again)
    assert (answers(desk, comment_id), desk.events()) == ([("accepted", "Nhận.", "closing", False)], before)


def test_a_withdrawn_comment_is_not_shown_and_its_open_form_is_refused(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    form = answer_form(desk, pledge_id, comment_id)
    with desk.place.app.app_context():
        withdraw_comment(WithdrawComment(desk.house.representatives[0], pledge_id, comment_id))
    answer = form.send(kind="accepted")
    assert (answer.status_code, shown(answer)) == (409, [])
    assert "đã rút góp ý" in refusal(answer)


def test_several_comments_get_one_answer(desk: Desk, pledge_id: uuid.UUID) -> None:
    ids = [say(desk, pledge_id, who, body) for who, body in ((0, "Gọn hơn."), (1, "Gọn hơn."), (1, "Khác."))]
    form = open_form(desk.coordinator, work(pledge_id), page_of(pledge_id, "tiep-thu/tra-loi-nhieu"))
    answer = form.send(comment=[str(one) for one in ids[:2]], kind="explained", words="Đã gọn.")
    assert "02 góp ý" in notice(desk.coordinator, answer)
    assert [answers(desk, one) for one in ids] == [[("explained", "Đã gọn.", None, False)]] * 2 + [[]]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"kind": "accepted"}, "Chưa đánh dấu góp ý nào"), ({"kind": "explained", "pick": "all"}, "lý do giải trình")],
)
def test_a_refused_common_answer_keeps_words_and_ticks(
    desk: Desk, pledge_id: uuid.UUID, typed: dict[str, str], sentence: str
) -> None:
    ids = [say(desk, pledge_id, who, "Gọn hơn.") for who in (0, 1)]
    form = open_form(desk.coordinator, work(pledge_id), page_of(pledge_id, "tiep-thu/tra-loi-nhieu"))
    picked = [str(one) for one in ids] if typed.get("pick") else None
    said = "" if picked else "Giữ."
    answer = form.send(comment=picked, kind=typed["kind"], words=said)
    assert answer.status_code == 422
    assert sentence in refusal(answer)
    ticked = [str(found["value"]) for found in tree(answer).select("input[name=comment][checked]")]
    assert sorted(ticked) == sorted(picked or [])
    assert text_of_bulk(answer) == said
    assert all(not answers(desk, one) for one in ids)


def text_of_bulk(answer: TestResponse) -> str:
    area = tree(answer).select_one("#tra-loi-nhieu textarea")
    assert area is not None
    return area.get_text().removeprefix("\n")


def test_writing_back_settles_nothing(desk: Desk, pledge_id: uuid.UUID) -> None:
    comment_id = say(desk, pledge_id, 0, "Nêu chỉ tiêu.")
    action = page_of(pledge_id, f"tiep-thu/{comment_id}/trao-doi")
    form = open_form(desk.coordinator, work(pledge_id), action)
    assert form.send(words="Chỉ tiêu nào?").location.endswith(f"#gop-y-{comment_id}")
    page = desk.coordinator.get(work(pledge_id))
    assert "Chỉ tiêu nào?" in card(page, comment_id).get_text()
    assert "Đã trả lời 0/1" in words(page)
    refused = form.send(words="x" * 4001)
    assert refused.status_code == 422
    area = card(refused, comment_id).select_one(f"#trao-doi-{comment_id}")
    assert area is not None
    assert len(area.get_text().strip()) == 4001
    assert desk.count(CommentReply) == 1


@pytest.mark.parametrize("number", [999_999, 2**31, 2**70])
@pytest.mark.parametrize("part", ["gop-y/{}/tra-loi", "gop-y/{}/tiep-thu", "tiep-thu/{}/trao-doi"])
def test_a_comment_that_never_was_is_not_found(desk: Desk, pledge_id: uuid.UUID, part: str, number: int) -> None:
    if part.endswith("tiep-thu"):
        reopen(desk, pledge_id)
    version = str(desk.stored(pledge_id).version)
    path = page_of(pledge_id, part.format(number))
    answer = desk.coordinator.post(path, kind="accepted", words="Được.", version=version)
    assert answer.status_code == 404
