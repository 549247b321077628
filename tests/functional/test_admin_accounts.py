"""Quản trị: what can be done to one account, each after its own question."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import select

from approval.extensions import db, parts
from approval.models.signing_key import SigningKey
from tests.factories.history import events
from tests.functional.admin_forms import NEW_PERSON, account, deed, field_at_fault, secret, soup
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


def test_a_new_key_comes_after_a_question_and_its_pin_is_shown_once(place: Place, administrator: Visitor) -> None:
    signer = place.house.representatives[0]
    asked = administrator.get(deed(signer, "khoa-ky"))
    assert "Chữ ký đã có bằng khóa cũ vẫn hợp lệ" in asked.text
    with place.app.app_context():
        assert events("person:key:issued") == [], "asking changes nothing"

    answer = administrator.post(deed(signer, "khoa-ky"))

    pin = secret(answer, "pin")
    assert secret(answer, "password") == ""
    with place.app.app_context():
        current = select(SigningKey).where(SigningKey.person_id == signer.person_id, SigningKey.revoked_at.is_(None))
        parts().key_store.unlock(db.session.scalars(current).one().container, pin)
        assert len(events("person:key:issued")) == 1
    assert pin not in administrator.get("/quan-tri").text


def test_a_reset_password_puts_the_person_out_and_lets_them_in_with_the_new_one(
    place: Place, administrator: Visitor
) -> None:
    person = place.house.representatives[0]
    visitor = place.visitor(person)
    assert "kết thúc ngay" in administrator.get(deed(person, "mat-khau")).text
    answer = administrator.post(deed(person, "mat-khau"))
    assert visitor.get("/ho-so").status_code == 302
    email = administrator.email_of(person)
    assert visitor.sign_in(email).status_code == 422
    assert visitor.sign_in(email, secret(answer, "password")).status_code == 303


def test_an_account_is_locked_and_opened_again(place: Place, administrator: Visitor) -> None:
    person = place.house.representatives[0]
    visitor = place.visitor(person)
    assert "một đại diện khác của cơ quan" in administrator.get(deed(person, "khoa")).text
    assert administrator.post(deed(person, "khoa")).status_code == 303
    assert visitor.get("/ho-so").status_code == 302
    page = administrator.get("/quan-tri").text
    assert "Đã khóa tài khoản của Đại diện Sở Thử nghiệm 1." in page
    assert "Mở lại tài khoản" in page
    assert administrator.post(deed(person, "khoa")).status_code == 303
    assert "đã khóa từ trước" in administrator.get("/quan-tri").text

    assert administrator.get(deed(person, "mo-lai")).status_code == 200
    assert administrator.post(deed(person, "mo-lai")).status_code == 303
    assert visitor.sign_in(administrator.email_of(person)).status_code == 303
    assert administrator.post(deed(person, "mo-lai")).status_code == 303
    assert "đang mở" in administrator.get("/quan-tri").text


def test_name_and_address_are_corrected_and_nothing_typed_is_lost(place: Place, administrator: Visitor) -> None:
    person = place.house.representatives[0]
    old = administrator.email_of(person)
    page = administrator.soup(deed(person, "sua"))
    assert [field["value"] for field in page.select("input.form-control")] == ["Đại diện Sở Thử nghiệm 1", old]

    typed = {"display_name": "Đại diện mới", "email": "thư@soyte.gov.vn"}
    refused = administrator.post(deed(person, "sua"), **typed)
    assert refused.status_code == 422
    assert field_at_fault(refused) == "email"
    assert "Địa chỉ thư không đúng" in refused.text
    assert [field["value"] for field in soup(refused).select("input.form-control")] == list(typed.values())

    assert administrator.post(deed(person, "sua"), **{**typed, "email": "thu@soyte.gov.vn"}).status_code == 303
    listed = administrator.get("/quan-tri").text
    assert "Đã lưu tài khoản của Đại diện mới" in listed
    assert "thu@soyte.gov.vn" in listed
    assert old not in listed
    assert administrator.post(deed(person, "sua"), **{**typed, "email": "thu@soyte.gov.vn"}).status_code == 303
    assert "vẫn như cũ" in administrator.get("/quan-tri").text
    assert "Quản trị đã làm" in place.visitor(person).get("/ho-so").text


def test_ones_own_account_offers_the_profile_and_refuses_the_rest(place: Place, administrator: Visitor) -> None:
    own = place.house.administrator
    links = {str(link["href"]) for link in administrator.soup("/quan-tri").select(".row-links a")}
    assert {link for link in links if link.startswith(deed(own, ""))} == {deed(own, "sua")}
    assert deed(place.house.observer, "khoa") in links
    assert deed(place.house.observer, "khoa-ky") not in links
    for act in ("khoa", "mat-khau"):
        assert administrator.post(deed(own, act)).status_code == 403
    assert administrator.get("/quan-tri").status_code == 200


def test_accounts_that_do_not_exist_or_do_not_sign_are_not_found(place: Place, administrator: Visitor) -> None:
    for act in ("khoa-ky", "mat-khau", "khoa", "mo-lai"):
        assert administrator.get(f"/quan-tri/tai-khoan/4711/{act}").status_code == 404
        assert administrator.post(f"/quan-tri/tai-khoan/4711/{act}").status_code == 404
    assert administrator.post(deed(place.house.observer, "khoa-ky")).status_code == 404


def test_secrets_reach_no_log_no_history_no_notice_and_no_address(
    place: Place, administrator: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    signer = place.house.representatives[0]
    answers = [
        administrator.post(NEW_PERSON, **account(place)),
        administrator.post(deed(signer, "khoa-ky")),
        administrator.post(deed(signer, "mat-khau")),
    ]
    secrets = {secret(answer, name) for answer in answers for name in ("password", "pin")} - {""}
    assert len(secrets) == 4
    with place.app.app_context():
        elsewhere = json.dumps(events(), ensure_ascii=False) + caplog.text
    elsewhere += administrator.get("/quan-tri").text + administrator.get("/ho-so").text
    elsewhere += "".join(value for answer in answers for _name, value in answer.headers)
    assert not [word for word in secrets if word in elsewhere]
