"""Cấp trên của cơ quan: whom to tell when an agency stays silent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval.extensions import db
from approval.models.agency_superior import AgencySuperior
from tests.functional.conftest import Place
from tests.functional.pledges.forms import notice, tree, words
from tests.functional.visitor import Visitor

PAGE = "/quan-tri/cap-tren"
LAN = {"name": "Nguyễn Thị Lan", "title": "Giám đốc Sở Thử nghiệm 1", "address": "Lan@Bacgiang.example"}


@pytest.fixture
def administrator(place: Place) -> Visitor:
    """The administrator's browser."""
    return place.visitor(place.house.administrator)


@pytest.fixture
def path(place: Place) -> str:
    """The form of the first agency."""
    return f"{PAGE}/{place.house.agencies[0]}"


def stored(place: Place) -> list[tuple[str, str]]:
    """Names and addresses."""
    with place.app.app_context():
        return [(row.name, row.address) for row in db.session.scalars(select(AgencySuperior))]


def test_superior_is_entered_listed_and_removed(place: Place, administrator: Visitor, path: str) -> None:
    assert "quá hạn sẽ không báo ai" in words(administrator.get(PAGE))
    answer = administrator.post(path, **LAN)
    assert "Đã ghi cấp trên của Sở Thử nghiệm 1." in notice(administrator, answer)
    assert stored(place) == [("Nguyễn Thị Lan", "lan@bacgiang.example")]
    assert "lan@bacgiang.example" in words(administrator.get(PAGE))
    name = tree(administrator.get(path)).select_one("#name")
    assert name is not None
    assert name["value"] == "Nguyễn Thị Lan"
    answer = administrator.post(path, **{**LAN, "address": ""})
    assert "Đã bỏ cấp trên của Sở Thử nghiệm 1." in notice(administrator, answer)
    assert stored(place) == []


@pytest.mark.parametrize("changed", [{"name": ""}, {"address": "không phải địa chỉ"}, {"title": "x" * 201}])
def test_unusable_form_keeps_what_was_typed(
    place: Place, administrator: Visitor, path: str, changed: dict[str, str]
) -> None:
    fields = {**LAN, **changed}
    answer = administrator.post(path, **fields)
    assert answer.status_code == 422
    assert stored(place) == []
    for name, value in fields.items():
        field = tree(answer).select_one(f"#{name}")
        assert field is not None
        assert field.get("value", "") == value
    assert tree(answer).select_one(".field-error") is not None


def test_unknown_agency_is_not_found(administrator: Visitor) -> None:
    assert administrator.get(f"{PAGE}/999999").status_code == 404
    assert administrator.post(f"{PAGE}/999999", **LAN).status_code == 404
