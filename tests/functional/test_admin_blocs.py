"""Quản trị: a new bloc and its agencies."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.bloc import Bloc, BlocMember
from tests.factories.history import events
from tests.functional.admin_forms import BLOC, NEW_BLOC, count, field_at_fault, soup
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


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
