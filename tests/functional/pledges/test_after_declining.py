"""After a refusal to sign: the next round begins with the reason, and what had been signed stays as evidence."""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from approval.domain.commands import FinalisePledge
from approval.extensions import db
from approval.models.signing import Signing
from approval.services.finalise_pledge import finalise_pledge
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.submit_for_review import submit_for_review
from tests.factories.review_house import agree_by, revise_command, submit_command
from tests.factories.signing_house import make_open_pledge, open_command, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words

REASON = "Khoản 2: chỉ tiêu chưa đúng.\nĐề nghị sửa thành 95%."
VOID_FILE = "tep/phien-ky-1-khong-hieu-luc.pdf"


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge open for signing that the first agency has signed."""
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    return pledge_id


def decline(desk: Desk, pledge_id: uuid.UUID, reason: str = REASON) -> None:
    """The second agency refuses, at its signing page."""
    answer = open_form(desk.second, page_of(pledge_id, "ky"), page_of(pledge_id, "tu-choi-ky")).send(reason=reason)
    assert answer.status_code == 303, words(answer)


def stopped_panel(answer: TestResponse) -> str:
    """The panel about the first stopped signing."""
    panel = tree(answer).find(id="phien-ky-1")
    return " ".join(panel.get_text(" ").split()) if panel else ""


def submit_again(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The coordinator sends the same text round once more."""
    command = submit_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        submit_for_review(command)


def sign_to_the_end(desk: Desk, pledge_id: uuid.UUID) -> None:
    """Everybody agrees and signs in the next round, and the worker finishes the document."""
    submit_again(desk, pledge_id)
    agree_by(desk.place.app, pledge_id, *desk.house.representatives)
    command = open_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        open_signing(command)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_next_round_starts_with_who_refused_when_and_why(desk: Desk, pledge_id: uuid.UUID, state: str) -> None:
    desk.place.clock.forward(minutes=7)
    decline(desk, pledge_id)
    desk.place.clock.forward(minutes=5)
    if state == "in_review":
        submit_again(desk, pledge_id)
    for visitor in (desk.coordinator, desk.first, desk.second):
        page = tree(visitor.get(page_of(pledge_id)))
        top = page.select_one("[aria-labelledby=ly-do-mo-lai]")
        assert top is not None
        told = " ".join(top.get_text(" ").split())
        assert told.startswith(
            "Sở Thử nghiệm 2 từ chối ký, văn bản mở lại lần 2 Đại diện Sở Thử nghiệm 2 từ chối lúc 09:07"
        )
        assert "“Khoản 2: chỉ tiêu chưa đúng. Đề nghị sửa thành 95%.”" in told
        # Before the text, so that a phone shows it first, and it leads to the void signatures.
        assert page.find(class_="sheet") in top.find_all_next()
        link = top.find("a", string="Xem 01 chữ ký không còn hiệu lực")
        assert link is not None
        assert page.find(id=str(link["href"]).removeprefix("#")) is not None


def test_board_says_that_its_answers_are_about_the_text_that_was_not_signed(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    board = tree(desk.coordinator.get(page_of(pledge_id))).find("section", {"aria-labelledby": "bang-co-quan"})
    assert board is not None
    assert "Đây là ý kiến về bản lần 1; các cơ quan được hỏi lại khi gửi bản mới." in board.get_text()


def test_round_reopened_by_the_coordinator_gives_the_coordinators_reason(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    submit_again(desk, pledge_id)
    command = revise_command(desk.place.app, desk.house, pledge_id, "Còn sót một chỗ.")
    with desk.place.app.app_context():
        revise_pledge(command)
    page = tree(desk.first.get(page_of(pledge_id)))
    top = page.select_one("[aria-labelledby=ly-do-mo-lai]")
    assert top is not None
    assert " ".join(top.get_text(" ").split()) == "Lý do mở lần 3 “Còn sót một chỗ.”"
    assert page.find(id="phien-ky-1") is not None


def test_refusal_before_anybody_signed_leads_to_the_stopped_signing(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    decline(desk, pledge_id)
    page = desk.coordinator.get(page_of(pledge_id))
    assert "Xem phiên ký đã dừng" in words(page)
    assert "Chưa có cơ quan nào ký trong phiên này." in stopped_panel(page)


def test_reason_with_markup_is_shown_as_text(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id, "<b>#import</b> {{ 7*7 }}")
    page = desk.coordinator.get(page_of(pledge_id))
    assert "<b>#import</b>" not in page.text
    assert "<b>#import</b> {{ 7*7 }}" in words(page)


def test_void_signatures_stay_in_sight_when_the_pledge_is_finished(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    sign_to_the_end(desk, pledge_id)
    observer = desk.place.visitor(desk.house.observer)
    for visitor in (desk.coordinator, desk.first, desk.second, observer):
        answer = visitor.get(page_of(pledge_id))
        assert "Văn bản đã ban hành" in words(answer)
        panel = stopped_panel(answer)
        assert "Sở Thử nghiệm 2 từ chối ký lúc 09:00 15/5/2024" in panel
        assert "Sở Thử nghiệm 1 Không còn hiệu lực" in panel
        assert "giữ làm chứng cứ" in panel
        assert tree(answer).select_one("[aria-labelledby=ly-do-mo-lai]") is None


def test_file_of_the_stopped_signing_is_evidence_named_as_void(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    with desk.place.app.app_context():
        kept = db.session.scalars(select(Signing.head_sha256)).one()
    sign_to_the_end(desk, pledge_id)
    for actor in (desk.house.coordinator, desk.house.administrator):
        visitor = desk.place.visitor(actor)
        link = tree(visitor.get(page_of(pledge_id))).find("a", href=page_of(pledge_id, VOID_FILE))
        assert link is not None
        assert "không còn hiệu lực" in link.get_text()
        answer = visitor.get(page_of(pledge_id, VOID_FILE))
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest() == kept
        name = unquote(answer.headers["Content-Disposition"])
        assert name.endswith("BẢN GIAO ƯỚC THI ĐUA NĂM 2024 (KHÔNG CÒN HIỆU LỰC, phiên ký lần 1 đã dừng).pdf")
        assert answer.headers["Content-Security-Policy"].endswith("; sandbox")


def test_evidence_is_handed_to_coordinator_and_administrator_only(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    for actor in desk.house.representatives:
        visitor = desk.place.visitor(actor)
        assert visitor.get(page_of(pledge_id, VOID_FILE)).status_code == 403
        assert "Tải tệp chứng cứ" not in words(visitor.get(page_of(pledge_id)))


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999", "-1", "x"])
def test_there_is_no_other_stopped_signing(desk: Desk, pledge_id: uuid.UUID, number: str) -> None:
    decline(desk, pledge_id)
    path = page_of(pledge_id, f"tep/phien-ky-{number}-khong-hieu-luc.pdf")
    assert desk.coordinator.get(path).status_code == 404


def test_open_signing_is_no_stopped_one(desk: Desk, pledge_id: uuid.UUID) -> None:
    assert desk.coordinator.get(page_of(pledge_id, VOID_FILE)).status_code == 404


def test_two_stopped_signings_keep_their_numbers_and_their_files(desk: Desk, pledge_id: uuid.UUID) -> None:
    decline(desk, pledge_id)
    submit_again(desk, pledge_id)
    agree_by(desk.place.app, pledge_id, *desk.house.representatives)
    command = open_command(desk.place.app, desk.house, pledge_id)
    with desk.place.app.app_context():
        open_signing(command)
    decline(desk, pledge_id, "Lần hai.")
    page = tree(desk.coordinator.get(page_of(pledge_id)))
    assert [panel["id"] for panel in page.select("section[id^=phien-ky-]")] == ["phien-ky-2", "phien-ky-1"]
    top = page.select_one("[aria-labelledby=ly-do-mo-lai]")
    assert top is not None
    assert "mở lại lần 3" in top.get_text()
    assert "Lần hai." in top.get_text()
    files = [desk.coordinator.get(page_of(pledge_id, f"tep/phien-ky-{n}-khong-hieu-luc.pdf")) for n in (1, 2)]
    assert [answer.status_code for answer in files] == [200, 200]
    assert files[0].data != files[1].data
