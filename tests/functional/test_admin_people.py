"""Quản trị: blocs and accounts made on the page, and what can be done to one account."""

from __future__ import annotations

import json
import logging

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from approval.domain.commands import Actor
from approval.extensions import db, parts
from approval.models.bloc import Bloc, BlocMember
from approval.models.person import Person
from approval.models.signing_key import SigningKey
from tests.factories.account_acts import make_bloc
from tests.factories.history import events
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

NEW_BLOC, NEW_PERSON = "/quan-tri/khoi/moi", "/quan-tri/tai-khoan/moi"
BLOC = {
    "name": "Khối thi đua số 7",
    "short_name": "Khối 7",
    "superior": "UBND TỈNH BẮC GIANG",
    "place": "Bắc Giang",
    "agencies": "Sở Xây dựng | SXD\r\n\r\nSở Tư pháp|STP\r\n",
}


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


def account(place: Place, /, **changed: str) -> dict[str, str]:
    """A form that makes a second representative of the first agency."""
    usual = {
        "role": "representative",
        "display_name": "Đại diện Sở Thử nghiệm 1",
        "email": "Dai-Dien@bacgiang.example",
        "place": f"{place.house.bloc_id}:{place.house.agencies[0]}",
        "authority": "KT",
        "position_title": "Phó Giám đốc",
        "document_reference": "Quyết định số 12",
    }
    return {**usual, **changed}


def soup(answer: TestResponse) -> BeautifulSoup:
    """An answer as a tree."""
    return BeautifulSoup(answer.text, "html.parser")


def secret(answer: TestResponse, name: str) -> str:
    """A secret shown on the page, "" when there is none."""
    found = soup(answer).select_one(f"[data-secret={name}]")
    return found.text if found else ""


def field_at_fault(answer: TestResponse) -> str:
    """The field that is marked, with the sentence tied to it."""
    page = soup(answer)
    (marked,) = page.select("[aria-invalid=true]")
    hint = page.find(id=str(marked["aria-describedby"]))
    assert isinstance(hint, Tag)
    assert "field-error" in (hint.get("class") or [])
    assert hint.text.strip()
    return str(marked["name"])


def deed(actor: Actor, name: str) -> str:
    """Path of one act on an account."""
    return f"/quan-tri/tai-khoan/{actor.person_id}/{name}"


def count(place: Place, model: type) -> int:
    """How many rows are stored."""
    with place.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_new_bloc_appears_with_its_agencies_in_order(place: Place, administrator: Visitor) -> None:
    assert administrator.post(NEW_BLOC, **BLOC).status_code == 303
    page = administrator.soup("/quan-tri")
    assert "Khối 7" in page.text
    assert "SXD, STP" in page.text
    with place.app.app_context():
        bloc = db.session.scalars(select(Bloc).where(Bloc.short_name == "Khối 7")).one()
        first = select(BlocMember.agency_id).where(BlocMember.bloc_id == bloc.id, BlocMember.position == 1)
        assert bloc.lead_agency_id == db.session.scalars(first).one()
        assert len(events("bloc:record:created")) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Các cơ quan thử nghiệm"}, "name"),
        ({"short_name": "K" * 61}, "short_name"),
        ({"superior": ""}, "superior"),
        ({"place": ""}, "place"),
        ({"agencies": ""}, "agencies"),
        ({"agencies": "Sở Xây dựng"}, "agencies"),
        ({"agencies": "Sở Xây dựng | SXD\r\n| STP"}, "agencies"),
        ({"agencies": "Sở Xây dựng | S | XD"}, "agencies"),
        ({"agencies": "Sở Xây dựng | SXD\r\nSỞ XÂY DỰNG | SX"}, "agencies"),
        ({"agencies": "Sở Xây dựng | STN1"}, "agencies"),
    ],
)
def test_refused_bloc_stores_nothing_marks_the_field_and_keeps_the_words(
    place: Place, administrator: Visitor, changed: dict[str, str], field: str
) -> None:
    answer = administrator.post(NEW_BLOC, **{**BLOC, **changed})
    assert answer.status_code == 422
    assert field_at_fault(answer) == field
    assert count(place, Bloc) == 1
    page = soup(answer)
    for name, typed in {**BLOC, **changed}.items():
        box = page.select_one(f"[name={name}]")
        assert box is not None
        kept = box.text if box.name == "textarea" else str(box.get("value", ""))
        assert kept.split() == typed.split()


def test_a_line_of_agencies_that_cannot_be_read_is_named_by_its_number(administrator: Visitor) -> None:
    answer = administrator.post(NEW_BLOC, **{**BLOC, "agencies": "Sở Xây dựng | SXD\r\n\r\nSở Tư pháp"})
    assert "Dòng 3" in answer.text


def test_a_new_representative_signs_in_with_what_was_shown_and_the_pin_opens_the_key(
    place: Place, administrator: Visitor
) -> None:
    answer = administrator.post(NEW_PERSON, **account(place))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "không xem lại được" in answer.text
    assert "Cách bàn giao" in answer.text
    password, pin = secret(answer, "password"), secret(answer, "pin")

    newcomer = place.visitor()
    assert newcomer.sign_in("dai-dien@bacgiang.example", password).status_code == 303
    with place.app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "dai-dien@bacgiang.example")).one()
        assert (person.bloc_id, person.agency_id) == (place.house.bloc_id, place.house.agencies[0])
        key = db.session.scalars(select(SigningKey).where(SigningKey.person_id == person.id)).one()
        parts().key_store.unlock(key.container, pin)
        assert len(events("person:account:created")) == 1
    assert "PHÓ GIÁM ĐỐC" in administrator.get("/quan-tri").text


@pytest.mark.parametrize(("role", "has_agency"), [("coordinator", True), ("observer", False), ("administrator", False)])
def test_people_who_do_not_sign_get_a_password_and_no_pin(
    place: Place, administrator: Visitor, role: str, has_agency: bool
) -> None:
    answer = administrator.post(NEW_PERSON, **account(place, role=role, position_title=""))
    assert answer.status_code == 200, answer.text
    assert secret(answer, "pin") == ""
    assert place.visitor().sign_in("dai-dien@bacgiang.example", secret(answer, "password")).status_code == 303
    with place.app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "dai-dien@bacgiang.example")).one()
        assert (person.agency_id is not None) == has_agency
        assert (person.bloc_id is None) == (role == "administrator")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": "system"}, "role"),
        ({"role": "vua"}, "role"),
        ({"display_name": " "}, "display_name"),
        ({"email": "không phải thư"}, "email"),
        ({"place": ""}, "place"),
        ({"place": "4711:"}, "place"),
        ({"place": "một:hai"}, "place"),
        ({"place": "1:", "role": "representative"}, "place"),
        ({"place": "1:4711"}, "place"),
        ({"place": "4711:1"}, "place"),
        ({"authority": "GĐ"}, "authority"),
        ({"position_title": ""}, "position_title"),
        ({"position_title": "G" * 201}, "position_title"),
        ({"authority": "TUQ", "document_reference": ""}, "document_reference"),
        ({"document_reference": "Q" * 301}, "document_reference"),
    ],
)
def test_refused_account_stores_nothing_marks_the_field_and_keeps_the_words(
    place: Place, administrator: Visitor, changed: dict[str, str], field: str
) -> None:
    typed = account(place, **changed)
    answer = administrator.post(NEW_PERSON, **typed)
    assert answer.status_code == 422
    assert field_at_fault(answer) == field
    assert count(place, Person) == 5
    page = soup(answer)
    for name in ("display_name", "email", "position_title", "document_reference"):
        box = page.select_one(f"[name={name}]")
        assert box is not None
        assert str(box.get("value", "")) == typed[name].strip()
    assert secret(answer, "password") == ""


def test_an_agency_of_another_bloc_and_a_taken_address_are_refused(place: Place, administrator: Visitor) -> None:
    with place.app.app_context():
        other = make_bloc()
    foreign = administrator.post(NEW_PERSON, **account(place, place=f"{other}:{place.house.agencies[0]}"))
    assert field_at_fault(foreign) == "place"
    taken = administrator.post(NEW_PERSON, **account(place, email=administrator.email_of(place.house.observer)))
    assert field_at_fault(taken) == "email"
    assert count(place, Person) == 5


def test_names_are_shown_as_written_and_never_run(place: Place, administrator: Visitor) -> None:
    evil = '<script>alert("x")</script>'
    bloc = {**BLOC, "short_name": evil, "agencies": f"Sở {evil} | {evil}"}
    assert administrator.post(NEW_BLOC, **bloc).status_code == 303
    made = administrator.post(NEW_PERSON, **account(place, role="observer", display_name=evil))
    with place.app.app_context():
        person = db.session.scalars(select(Person).where(Person.display_name == evil)).one()
    paths = ["/quan-tri", NEW_PERSON, f"/quan-tri/tai-khoan/{person.id}/khoa"]
    for page in [made.text, *(administrator.get(path).text for path in paths)]:
        assert evil not in page
        assert "&lt;script&gt;alert(" in page


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


def test_ones_own_account_offers_the_profile_and_refuses_the_rest(place: Place, administrator: Visitor) -> None:
    own = place.house.administrator
    links = {str(link["href"]) for link in administrator.soup("/quan-tri").select(".row-links a")}
    assert not any(link.startswith(deed(own, "")) for link in links)
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
