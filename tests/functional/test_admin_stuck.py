"""Việc treo: what hangs, why, and what an administrator can safely do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from approval.extensions import db, parts
from approval.models.delivery_event import DeliveryEvent, DeliveryStep
from approval.models.heartbeat import Heartbeat
from approval.models.outbox_message import OutboxMessage
from tests.factories.signing_house import make_open_pledge
from tests.functional.conftest import Place
from tests.functional.pledges.forms import notice, open_form, words
from tests.functional.visitor import Visitor

PAGE = "/quan-tri/viec-treo"


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


def spoil(place: Place, *, answer: str = "", **values: object) -> int:
    """Change the first mail of an opened pledge; returns its number."""
    make_open_pledge(place.app, place.house)
    with place.app.app_context():
        mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.topic == "mail")).first()
        assert mail is not None
        for name, value in values.items():
            setattr(mail, name, value)
        if answer:
            now = parts().clock.now()
            db.session.add(DeliveryEvent(outbox_id=mail.id, step=DeliveryStep.REFUSED, answer=answer, at=now))
        db.session.commit()
        return mail.id


def ended(place: Place, outcome: str, answer: str = "") -> int:
    """A mail that ended badly."""
    with place.app.app_context():
        now = parts().clock.now()
    return spoil(place, outcome=outcome, closed_at=now, answer=answer)


def stored(place: Place, mail: int) -> OutboxMessage:
    """The mail as it is now."""
    with place.app.app_context():
        return db.session.get_one(OutboxMessage, mail)


def test_nothing_hangs(administrator: Visitor) -> None:
    assert "Không có việc nào bị tắc" in words(administrator.get(PAGE))


def test_failed_mail_is_shown_with_its_cause(place: Place, administrator: Visitor) -> None:
    with place.app.app_context():
        later = parts().clock.now() + timedelta(minutes=4)
    spoil(place, attempts=3, lease_number=3, last_error="Máy chủ thư báo <hộp thư đầy>.", lease_until=later)
    page = administrator.get(PAGE).text
    assert "Máy chủ thư báo &lt;hộp thư đầy&gt;." in page
    assert "Đã thử 3 lần" in page
    assert "09:04 15/5/2024" in page


def test_failed_mail_is_tried_at_once(place: Place, administrator: Visitor) -> None:
    with place.app.app_context():
        later = parts().clock.now() + timedelta(minutes=4)
    mail = spoil(place, attempts=3, lease_number=3, last_error="Đầy.", lease_until=later)
    answer = open_form(administrator, PAGE, f"{PAGE}/{mail}/thu-lai").send()
    assert "Sẽ thử lại ngay" in notice(administrator, answer)
    assert stored(place, mail).lease_until is None


def test_mail_in_a_workers_hands_is_left_there(place: Place, administrator: Visitor) -> None:
    with place.app.app_context():
        later = parts().clock.now() + timedelta(seconds=60)
    mail = spoil(place, attempts=3, lease_number=4, last_error="Đầy.", lease_until=later)
    answer = open_form(administrator, PAGE, f"{PAGE}/{mail}/thu-lai").send()
    assert "có thể đang được xử lý" in notice(administrator, answer)
    assert stored(place, mail).lease_until == later


def test_work_that_nobody_takes_is_shown_with_the_worker(place: Place, administrator: Visitor) -> None:
    make_open_pledge(place.app, place.house)
    place.clock.forward(minutes=6)
    page = words(administrator.get(PAGE))
    assert "Chưa có tiến trình nào nhận việc này" in page
    assert "Có việc đến hạn chờ 6 phút; kiểm tra tiến trình worker." in page


def test_silent_background_asks_broker_and_mail_server(place: Place, administrator: Visitor) -> None:
    assert "Máy chủ thư. " not in words(administrator.get(PAGE))
    with place.app.app_context():
        db.session.add(Heartbeat(name="sweep", seen_at=parts().clock.now() - timedelta(minutes=7)))
        db.session.commit()
    page = words(administrator.get(PAGE))
    assert "Lượt quét thư nhắc gần nhất cách đây 7 phút" in page
    assert "Hàng đợi (broker)." in page
    # No mail server runs in this test, and the page says which one to look at.
    with place.app.app_context():
        assert f"Máy chủ thư {parts().settings.smtp_host}" in page
        assert "Khởi động máy chủ thư, hoặc sửa APPROVAL_SMTP_HOST" in page


@pytest.mark.parametrize(
    ("outcome", "warning"),
    [
        ("uncertain", "Thư trước có thể đã tới."),
        ("refused", "Thư trước không tới nơi. Địa chỉ vẫn sai thì thư lại bị từ chối"),
        ("bounced", "thì thư lại bị trả lại"),
    ],
)
def test_bad_end_is_sent_again_after_a_warning(
    place: Place, administrator: Visitor, outcome: str, warning: str
) -> None:
    mail = ended(place, outcome, answer="550 5.1.1 <ai> không có")
    before = stored(place, mail).message_id
    assert "550 5.1.1 <ai> không có" in words(administrator.get(PAGE))
    path = f"{PAGE}/{mail}/gui-lai"
    assert warning in words(administrator.get(path))
    answer = administrator.post(path)
    assert "cùng mã thư cũ" in notice(administrator, answer)
    assert (stored(place, mail).outcome, stored(place, mail).message_id) == (None, before)
    assert "Không có việc nào bị tắc" in words(administrator.get(PAGE))


def test_second_click_on_send_again_changes_nothing(place: Place, administrator: Visitor) -> None:
    mail = ended(place, "refused")
    path = f"{PAGE}/{mail}/gui-lai"
    administrator.post(path)
    assert administrator.post(path).status_code == 303
    assert "không còn ở mục việc treo" in notice(administrator, administrator.get(path))


def test_unknown_work_is_not_found(administrator: Visitor) -> None:
    assert administrator.post(f"{PAGE}/999999/thu-lai").status_code == 404
    assert administrator.post(f"{PAGE}/999999/gui-lai").status_code == 404
