"""A form opened on a text that has since changed: refused, with what changed and with every word typed."""

from __future__ import annotations

import uuid

import pytest

from approval.domain.commands import SaveDraft
from approval.domain.states import State
from approval.models.verdict import Verdict
from approval.services.cancel_pledge import cancel_pledge
from approval.services.revise_pledge import revise_pledge
from approval.services.save_draft import save_draft
from approval.services.submit_for_review import submit_for_review
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    agree_by,
    cancel_command,
    import_draft,
    make_review,
    revise_command,
    reworded,
    submit_command,
)
from tests.factories.signing_house import stored_pledge
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import OpenForm, open_form, refusal, text_of, tree, words

COMMENT = "Đề nghị ghi rõ chỉ tiêu ở khoản 1.\nVà khoản 2."


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review."""
    return make_review(desk.place.app, desk.house)


def form(desk: Desk, pledge_id: uuid.UUID) -> OpenForm:
    """The verdict form of the first agency, in a tab that stays open."""
    return open_form(desk.first, page_of(pledge_id), page_of(pledge_id, "y-kien"))


def reopen(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The coordinator takes the pledge back."""
    command = revise_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        revise_pledge(command)


def send_again(desk: Desk, pledge_id: uuid.UUID, *, first_clause: str) -> None:
    """The coordinator rewords the first clause and sends the pledge out."""
    with desk.place.app.app_context():
        version = stored_pledge(pledge_id).version
        save_draft(SaveDraft(desk.house.coordinator, pledge_id, version, reworded(small_text(), first_clause)))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)


def marked(desk: Desk, path: str, mark: str) -> str:
    """The text inserted or deleted on a page as the first agency sees it."""
    return _marks(tree(desk.first.get(path)), mark)


def _marks(page: object, mark: str) -> str:
    return " ".join("".join(found.get_text() for found in page.select(mark)).split())  # type: ignore[attr-defined]


def test_stale_verdict_shows_what_changed_and_keeps_the_comment(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    reopen(desk, pledge_id)
    send_again(desk, pledge_id, first_clause="Nội dung thi đua thứ nhất.")
    answer = tab.send(kind="request_changes", comment=COMMENT)
    assert answer.status_code == 409
    assert "đã thay đổi" in refusal(answer)
    assert "nhất" in _marks(tree(answer), ".sheet ins")
    assert "1" in _marks(tree(answer), ".sheet del")
    assert "so với bản Ông/Bà đã mở (lần 1)" in words(answer)
    assert text_of(answer, "comment").replace("\r\n", "\n") == COMMENT
    assert desk.count(Verdict) == 0


def test_form_shown_again_is_bound_to_the_new_text(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    reopen(desk, pledge_id)
    send_again(desk, pledge_id, first_clause="Khác.")
    tab.send(kind="agree")
    again = form(desk, pledge_id)
    assert again.fields["revision_number"] == "2"
    assert again.send(kind="agree").status_code == 303


def test_comparison_is_with_what_was_opened_even_two_rounds_ago(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    for wording in ("Lần hai.", "Lần ba."):
        reopen(desk, pledge_id)
        send_again(desk, pledge_id, first_clause=wording)
    answer = tab.send(kind="agree")
    assert "(lần 1)" in words(answer)
    deleted = _marks(tree(answer), ".sheet del")
    assert "Nội dung thi đua" in deleted
    assert "hai" not in deleted


def test_verdict_on_a_reopened_pledge_shows_the_comment_to_copy(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    reopen(desk, pledge_id)
    answer = tab.send(kind="request_changes", comment=COMMENT)
    assert answer.status_code == 409
    assert refusal(answer)
    assert "chưa được ghi" in words(answer)
    assert " ".join(COMMENT.split()) in words(answer)
    assert desk.count(Verdict) == 0


def test_verdict_on_a_cancelled_pledge_says_so(desk: Desk, pledge_id: uuid.UUID) -> None:
    tab = form(desk, pledge_id)
    command = cancel_command(desk.place.app, desk.house.coordinator, pledge_id, "Dừng năm nay.")
    with desk.place.app.app_context():
        cancel_pledge(command)
    answer = tab.send(kind="agree")
    assert answer.status_code == 409
    assert "Dừng năm nay." in words(answer)
    assert desk.count(Verdict) == 0


@pytest.mark.parametrize("number", ["2", "999999", "0"])
def test_made_up_revision_is_stale_not_a_crash(desk: Desk, pledge_id: uuid.UUID, number: str) -> None:
    answer = form(desk, pledge_id).send(kind="agree", revision_number=number, revision_sha256="0" * 64)
    assert answer.status_code == 409
    assert desk.count(Verdict) == 0


def test_right_number_with_another_hash_is_stale(desk: Desk, pledge_id: uuid.UUID) -> None:
    answer = form(desk, pledge_id).send(kind="agree", revision_sha256="a" * 64, comment="Giữ.")
    assert answer.status_code == 409
    assert text_of(answer, "comment") == "Giữ."


def test_who_agreed_before_sees_the_difference_from_that_text(desk: Desk, pledge_id: uuid.UUID) -> None:
    agree_by(desk.place.app, pledge_id, desk.house.representatives[0])
    for wording in ("Lần hai.", "Lần ba."):
        reopen(desk, pledge_id)
        send_again(desk, pledge_id, first_clause=wording)
    page = words(desk.first.get(page_of(pledge_id)))
    assert "so với bản Quý cơ quan đã thống nhất (lần 1)" in page
    assert "so với lần 2" in words(desk.second.get(page_of(pledge_id)))


def test_clean_text_can_be_asked_for(desk: Desk, pledge_id: uuid.UUID) -> None:
    reopen(desk, pledge_id)
    send_again(desk, pledge_id, first_clause="Khác hẳn.")
    assert marked(desk, page_of(pledge_id), ".sheet ins")
    assert not marked(desk, page_of(pledge_id) + "?xem=ban-sach", ".sheet ins")


def test_removed_clause_is_shown_struck_out(desk: Desk) -> None:
    pledge_id = import_draft(desk.place.app, desk.house, small_text(clauses=3))
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)
    reopen(desk, pledge_id)
    send_again(desk, pledge_id, first_clause="Nội dung thi đua thứ 1.")
    assert desk.stored(pledge_id).state == State.IN_REVIEW
    assert "Nội dung thi đua thứ 3." in marked(desk, page_of(pledge_id), ".sheet del")
    assert "Đã bỏ khoản 3" in words(desk.first.get(page_of(pledge_id)))
