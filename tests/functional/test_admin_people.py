"""Quản trị: accounts made on the page, their secrets shown once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval.extensions import db, parts
from approval.models.person import Person
from approval.models.signing_key import SigningKey
from tests.factories.account_acts import make_bloc
from tests.factories.history import events
from tests.functional.admin_forms import BLOC, NEW_BLOC, NEW_PERSON, account, count, field_at_fault, secret, soup
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


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
