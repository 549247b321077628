"""The history page: every event in words, with who, when, which text and what moved."""

from __future__ import annotations

import uuid

import pytest

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR, FinalisePledge
from approval.domain.states import VerdictKind
from approval.extensions import db
from approval.models.audit_event import AuditHead
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.services.finalise_pledge import finalise_pledge
from approval.services.give_verdict import give_verdict
from approval.services.mail_closing import mail_event
from approval.services.unit_of_work import EventDraft, unit_of_work
from approval.web.pledges.words import EVENT_SENTENCES, MAIL_KINDS, SKIP_REASONS
from tests.factories.review_comments import comment_by
from tests.factories.review_house import answer_all, import_draft, make_review, verdict_command
from tests.factories.signing_house import make_open_pledge, sign_by
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.pledges.forms import open_form, tree, words


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge in review."""
    return make_review(desk.place.app, desk.house)


def history(desk: Desk, pledge_id: uuid.UUID) -> str:
    """What the coordinator reads."""
    return words(desk.coordinator.get(page_of(pledge_id, "nhat-ky")))


def events(desk: Desk, pledge_id: uuid.UUID, group: str = "chinh") -> list[str]:
    """The lines of the history, newest first."""
    page = tree(desk.coordinator.get(page_of(pledge_id, f"nhat-ky?loai={group}")))
    return [" ".join(found.get_text(" ").split()) for found in page.select(".event")]


def test_every_kind_of_event_has_its_sentence() -> None:
    assert set(EVENT_SENTENCES) == set(EventType)
    assert len(set(EVENT_SENTENCES.values())) == len(EventType)


@pytest.mark.parametrize("kind", EventType)
def test_event_of_any_kind_is_shown_in_words(desk: Desk, pledge_id: uuid.UUID, kind: EventType) -> None:
    with desk.place.app.app_context(), unit_of_work() as uow:
        pledge = uow.session.get_one(Pledge, pledge_id)
        uow.record(EventDraft(type=kind, actor=SYSTEM_ACTOR, pledge=pledge, data={}))
    newest = events(desk, pledge_id, "tat-ca")[0]
    assert f"Hệ thống {EVENT_SENTENCES[kind]}" in newest
    assert kind.value not in newest


def test_story_reads_from_the_newest_to_the_import(desk: Desk) -> None:
    pledge_id = import_draft(desk.place.app, desk.house)
    open_form(desk.coordinator, page_of(pledge_id), page_of(pledge_id, "gui-lay-y-kien")).send()
    desk.place.clock.forward(minutes=12)
    open_form(desk.first, page_of(pledge_id), page_of(pledge_id, "y-kien")).send(
        kind="request_changes", comment="Sửa “không chế”."
    )
    lines = events(desk, pledge_id)
    assert len(lines) == 3
    assert "09:12:00 +07:00" in lines[0]
    assert "Đại diện Sở Thử nghiệm 1 (Sở Thử nghiệm 1) cho ý kiến : Đề nghị sửa" in lines[0].replace("kiến:", "kiến :")
    assert "Sửa “không chế”." in lines[0]
    assert "Bản lần 1" in lines[0]
    assert "Thư ký Khối gửi lấy ý kiến" in lines[1]
    assert "Dự thảo" in lines[1]
    assert "Đang lấy ý kiến" in lines[1]
    assert "tạo dự thảo từ tệp" in lines[2]


def test_a_comment_and_its_answer_are_quoted_and_never_markup(desk: Desk, pledge_id: uuid.UUID) -> None:
    app, first = desk.place.app, desk.house.representatives[0]
    comment_by(app, pledge_id, first, "Nên nêu rõ <b>chỉ tiêu</b>.")
    answer_all(app, desk.house, pledge_id)
    lines = events(desk, pledge_id)
    assert "Thư ký Khối trả lời một góp ý" in lines[0]
    assert "Đã xem xét, giữ như dự thảo." in lines[0]
    assert "Đại diện Sở Thử nghiệm 1 (Sở Thử nghiệm 1) góp ý" in lines[1]
    assert "Nên nêu rõ <b>chỉ tiêu</b>." in lines[1]


def test_last_agreement_shows_the_move_of_the_state(desk: Desk, pledge_id: uuid.UUID) -> None:
    for actor in desk.house.representatives:
        command = verdict_command(desk.place.app, pledge_id, actor, VerdictKind.AGREE)
        with desk.place.app.app_context():
            give_verdict(command)
    assert "Trạng thái từ Đang lấy ý kiến sang Đã thống nhất" in events(desk, pledge_id)[0]


def test_signatures_and_sealing_are_named_with_their_evidence(desk: Desk) -> None:
    pledge_id = make_open_pledge(desk.place.app, desk.house)
    sign_by(desk.place.app, pledge_id, *desk.house.representatives)
    with desk.place.app.app_context():
        finalise_pledge(FinalisePledge(pledge_id))
    lines = events(desk, pledge_id)
    assert "Hệ thống kiểm tra các chữ ký, điền ngày, niêm phong và ban hành văn bản" in lines[0]
    assert "GIÁM ĐỐC, chứng thư số" in lines[1]
    assert "khóa nội dung và mở ký" in lines[3]


@pytest.mark.parametrize("kind", sorted(MAIL_KINDS))
def test_mails_are_named_with_their_reader_and_without_an_address(desk: Desk, pledge_id: uuid.UUID, kind: str) -> None:
    with desk.place.app.app_context(), unit_of_work() as uow:
        row = uow.session.query(OutboxMessage).order_by(OutboxMessage.id).limit(1).one()
        row.kind = kind
        uow.record(mail_event(EventType.MAIL_SENT, row, {"attempts": 1}))
    line = events(desk, pledge_id)[0]
    assert f"Hệ thống gửi thư : {MAIL_KINDS[kind]}" in line.replace("thư:", "thư :")
    assert "tới Đại diện Sở Thử nghiệm" in line
    assert "@" not in history(desk, pledge_id)


@pytest.mark.parametrize("reason", sorted(SKIP_REASONS))
def test_mail_not_sent_says_why(desk: Desk, pledge_id: uuid.UUID, reason: str) -> None:
    with desk.place.app.app_context(), unit_of_work() as uow:
        row = uow.session.query(OutboxMessage).order_by(OutboxMessage.id).limit(1).one()
        uow.record(mail_event(EventType.MAIL_SKIPPED, row, {"reason": reason}))
    assert f"Lý do: {SKIP_REASONS[reason]}." in events(desk, pledge_id)[0]


def test_head_of_the_log_can_be_written_down(desk: Desk, pledge_id: uuid.UUID) -> None:
    page = history(desk, pledge_id)
    with desk.place.app.app_context():
        head = db.session.get_one(AuditHead, 1)
        size, root = head.size, head.root.hex().upper()
    assert f"{size} (toàn hệ thống)" in page
    assert root in page.replace(" ", "")


def test_other_pledge_s_events_are_not_mixed_in(desk: Desk, pledge_id: uuid.UUID) -> None:
    before = len(events(desk, pledge_id))
    make_review(desk.place.app, desk.house)
    assert len(events(desk, pledge_id)) == before
