"""From the last signature to the finished document, and what can be downloaded on the way."""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import unquote

import pytest
from sqlalchemy import update

from approval.domain.commands import FinalisePledge
from approval.extensions import db
from approval.models.outbox_message import OutboxMessage
from approval.services.finalise_pledge import finalise_pledge
from tests.factories.signing_house import current_signing, make_agreed_pledge, make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import tree, words

FINAL, OPENED, DRAFT = "tep/hoan-chinh.pdf", "tep/ban-mo-ky.pdf", "tep/du-thao.pdf"


@pytest.fixture
def signed(desk: Desk) -> uuid.UUID:
    """A pledge everybody signed; no worker has come yet."""
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    return pledge_id


def finish(desk: Desk, pledge_id: uuid.UUID) -> None:
    """The worker's act."""
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))


def test_whoever_signed_last_sees_work_going_on_and_the_page_asks_again(desk: Desk, signed: uuid.UUID) -> None:
    answer = desk.second.get(page_of(signed))
    assert answer.status_code == 200
    assert answer.headers["Refresh"] == "2"
    assert "Đang hoàn thiện" in words(answer)
    assert "Không cần làm gì thêm; chữ ký đã được lưu." in words(answer)


def test_other_steps_do_not_reload_by_themselves(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    assert "Refresh" not in desk.second.get(page_of(pledge_id)).headers


def test_stuck_pledge_shows_its_cause(desk: Desk, signed: uuid.UUID) -> None:
    cause = "Máy chủ dấu thời gian chưa trả lời."
    with desk.place.app.app_context():
        db.session.execute(
            update(OutboxMessage).where(OutboxMessage.topic == "finalise").values(attempts=3, last_error=cause)
        )
        db.session.commit()
    page = words(desk.first.get(page_of(signed)))
    assert f"Chưa xong sau 3 lần thử. {cause}" in page
    assert "không cần ký lại" in page


def test_unsealed_bytes_are_never_offered_as_the_document(desk: Desk, signed: uuid.UUID) -> None:
    page = desk.first.get(page_of(signed))
    assert "Tải văn bản hoàn chỉnh" not in words(page)
    answer = desk.first.get(page_of(signed, FINAL))
    assert answer.status_code == 404
    assert "Chưa có tệp này" in words(answer)


@pytest.mark.parametrize("part", [DRAFT, "du-thao/trang/1.png"])
def test_text_being_signed_has_no_draft_print_any_more(desk: Desk, signed: uuid.UUID, part: str) -> None:
    assert desk.first.get(page_of(signed, part)).status_code == 404


def test_opened_text_can_be_downloaded_while_signing_and_after(desk: Desk, signed: uuid.UUID) -> None:
    with desk.place.app.app_context():
        base = current_signing(signed).base_sha256
    answer = desk.first.get(page_of(signed, OPENED))
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert "bản mở ký, chưa hoàn thiện" in unquote(answer.headers["Content-Disposition"])
    assert hashlib.sha256(answer.data).hexdigest() == base


def test_finished_document_says_when_and_is_named_in_vietnamese(desk: Desk, signed: uuid.UUID) -> None:
    finish(desk, signed)
    page = desk.first.get(page_of(signed))
    assert "Refresh" not in page.headers
    assert "Đã đủ 02 chữ ký, ngày văn bản và niêm phong." in words(page)
    assert "ngày 15 tháng 5 năm 2024" in words(page)
    link = tree(page).find("a", href=page_of(signed, FINAL))
    assert link is not None
    answer = desk.first.get(page_of(signed, FINAL))
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=\"tep.pdf\"; filename*=UTF-8''")
    assert unquote(disposition).endswith("BẢN GIAO ƯỚC THI ĐUA NĂM 2024.pdf")


def test_finished_document_can_run_nothing_in_our_origin(desk: Desk, signed: uuid.UUID) -> None:
    finish(desk, signed)
    answer = desk.first.get(page_of(signed, FINAL))
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_downloaded_bytes_are_the_ones_whose_hash_is_shown(desk: Desk, signed: uuid.UUID) -> None:
    finish(desk, signed)
    shown = tree(desk.first.get(page_of(signed))).select_one(".first-things .fingerprint--full")
    assert shown is not None
    stored = desk.stored(signed).final_sha256 or ""
    assert shown.get_text().replace(" ", "").lower() == stored
    with desk.place.app.app_context():
        assert (
            desk.place.app.extensions["approval_parts"].file_store.get(stored)
            == desk.first.get(page_of(signed, FINAL)).data
        )


def test_observer_finds_the_pledge_only_when_it_is_finished(desk: Desk, signed: uuid.UUID) -> None:
    observer = desk.place.visitor(desk.house.observer)
    parts = ["", "nhat-ky", FINAL, OPENED]
    assert {observer.get(page_of(signed, part)).status_code for part in parts} == {404}
    finish(desk, signed)
    assert {observer.get(page_of(signed, part)).status_code for part in parts} == {200}


def test_finished_pledge_offers_no_act_but_the_next_years_draft_to_the_coordinator(
    desk: Desk, signed: uuid.UUID
) -> None:
    finish(desk, signed)
    for actor in (*desk.house.representatives, desk.house.coordinator, desk.house.administrator, desk.house.observer):
        page = tree(desk.place.visitor(actor).get(page_of(signed)))
        also = {page_of(signed, "soan-nam-sau")} if actor == desk.house.coordinator else set[str]()
        assert {str(found["action"]) for found in page.select("form[action]")} == {"/dang-xuat"} | also


def test_agreed_pledge_has_neither_opened_nor_final_file(desk: Desk) -> None:
    pledge_id = make_agreed_pledge(desk.place.app, desk.house)
    assert desk.first.get(page_of(pledge_id, OPENED)).status_code == 404
    assert desk.first.get(page_of(pledge_id, FINAL)).status_code == 404
    assert desk.first.get(page_of(pledge_id, DRAFT)).status_code == 200
