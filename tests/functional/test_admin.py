"""Quản trị: people, authorities, stuck work."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.signing_authority import SigningAuthority
from tests.factories.signing_house import make_open_pledge
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

GRANT = "/quan-tri/tham-quyen"


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


def fields(place: Place, **changed: str) -> dict[str, str]:
    """A form that records KT. for the first representative."""
    usual = {
        "person_id": str(place.house.representatives[0].person_id),
        "kind": "KT",
        "position_title": "Phó Giám đốc",
        "document_reference": "Quyết định phân công ngày 02/01/2024",
        "valid_from": "15/5/2024",
        "valid_to": "31/12/2024",
    }
    return {**usual, **changed}


def recorded(place: Place) -> list[SigningAuthority]:
    """Every KT. authority as stored."""
    with place.app.app_context():
        return list(db.session.scalars(select(SigningAuthority).where(SigningAuthority.kind == "KT")))


def test_everybody_is_listed_with_role_and_key(place: Place, administrator: Visitor) -> None:
    text = administrator.soup("/quan-tri").text
    for name in ("Thư ký Khối", "Người theo dõi", "Đại diện Sở Thử nghiệm 1", "Đại diện Sở Thử nghiệm 2"):
        assert name in text
    assert "05 tài khoản" in text
    assert "chưa đăng nhập" in text
    assert administrator.email_of(place.house.observer) in text


def test_recorded_authority_appears_as_it_will_be_printed(place: Place, administrator: Visitor) -> None:
    answer = administrator.post(GRANT, **fields(place))
    assert answer.status_code == 303
    text = administrator.soup("/quan-tri").find(id="tham-quyen").find_parent("section").text  # type: ignore[union-attr]
    assert "KT. GIÁM ĐỐC" in text
    assert "PHÓ GIÁM ĐỐC" in text
    assert "đến hết 31/12/2024" in " ".join(text.split())
    (row,) = recorded(place)
    assert row.valid_from.isoformat() == "2024-05-14T17:00:00+00:00"
    assert row.valid_to is not None
    assert row.valid_to.isoformat() == "2024-12-31T17:00:00+00:00"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"person_id": ""}, "Chọn người"),
        ({"person_id": "999999"}, ""),
        ({"kind": "GĐ"}, "Chọn hình thức"),
        ({"position_title": "  "}, "chức vụ"),
        ({"valid_from": "31/02/2024"}, "ngày/tháng/năm"),
        ({"valid_from": "2024-05-15"}, "ngày/tháng/năm"),
        ({"valid_to": "tháng sau"}, "ngày/tháng/năm"),
        ({"valid_to": "01/5/2024"}, ""),
        ({"kind": "TUQ", "document_reference": ""}, ""),
    ],
)
def test_unusable_form_stores_nothing(
    place: Place, administrator: Visitor, changed: dict[str, str], sentence: str
) -> None:
    answer = administrator.post(GRANT, **fields(place, **changed))
    assert answer.status_code in {404, 422}
    assert sentence in answer.text
    assert recorded(place) == []


def test_refused_form_keeps_what_was_typed(place: Place, administrator: Visitor) -> None:
    answer = administrator.post(GRANT, **fields(place, valid_from="hôm nay"))
    assert 'value="Phó Giám đốc"' in answer.text
    assert 'value="hôm nay"' in answer.text


def test_authority_is_ended_once(place: Place, administrator: Visitor) -> None:
    administrator.post(GRANT, **fields(place))
    path = f"/quan-tri/tham-quyen/{recorded(place)[0].id}/thu-hoi"
    assert administrator.post(path).status_code == 303
    assert "Đã thu hồi 15/5/2024" in administrator.get("/quan-tri").text
    place.clock.forward(minutes=12)
    again = administrator.post(path)
    assert again.status_code == 303
    assert "09:00" in administrator.get("/quan-tri").text
    assert administrator.post("/quan-tri/tham-quyen/999999/thu-hoi").status_code == 404


def test_work_that_hangs_is_counted_and_linked(place: Place, administrator: Visitor) -> None:
    make_open_pledge(place.app, place.house)
    assert "Không có việc nào bị tắc" in administrator.get("/quan-tri").text
    place.clock.forward(minutes=6)
    page = administrator.soup("/quan-tri")
    assert "02 việc" in page.text
    assert page.find("a", href="/quan-tri/viec-treo") is not None
