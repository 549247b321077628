"""Pictures of pages: only of files of this pledge, only for people who may see it."""

from __future__ import annotations

import uuid

import pytest

from approval.domain.states import Role
from approval.extensions import db
from approval.models.bloc import Bloc
from tests.factories.signing_house import (
    add_person,
    current_signing,
    make_agreed_pledge,
    make_open_pledge,
    sign_by,
)
from tests.functional.pledges.conftest import Desk, page_of
from tests.functional.visitor import Visitor


@pytest.fixture
def pledge_id(desk: Desk) -> uuid.UUID:
    """A pledge open for signing."""
    return make_open_pledge(desk.place.app, desk.house)


def head(desk: Desk, pledge_id: uuid.UUID) -> str:
    """Hash of the newest file."""
    with desk.place.app.app_context():
        return current_signing(pledge_id).head_sha256


def image(visitor: Visitor, pledge_id: uuid.UUID, sha256: str, number: int | str = 1) -> int:
    """Status of one page picture."""
    return visitor.get(page_of(pledge_id, f"trang/{number}.png"), query_string={"ban": sha256}).status_code


def test_every_file_of_the_chain_can_be_seen(desk: Desk, pledge_id: uuid.UUID) -> None:
    base = head(desk, pledge_id)
    sign_by(desk.place.app, pledge_id, desk.house.representatives[0])
    assert image(desk.second, pledge_id, base) == image(desk.second, pledge_id, head(desk, pledge_id)) == 200


def test_file_of_another_pledge_is_not_served_under_this_one(desk: Desk, pledge_id: uuid.UUID) -> None:
    desk.place.clock.forward(minutes=1)
    other = make_open_pledge(desk.place.app, desk.house)
    assert head(desk, other) != head(desk, pledge_id)
    assert image(desk.first, pledge_id, head(desk, other)) == 404


@pytest.mark.parametrize("sha256", ["", "0" * 64, "../../etc/passwd", "%", "\x00" * 64, "A" * 64, "é" * 64, "a" * 5000])
def test_made_up_hash_is_not_found(desk: Desk, pledge_id: uuid.UUID, sha256: str) -> None:
    assert image(desk.first, pledge_id, sha256) == 404


@pytest.mark.parametrize("number", [0, 99, "99999999999999999999", -1, "1.5"])
def test_page_that_does_not_exist_is_not_found(desk: Desk, pledge_id: uuid.UUID, number: int | str) -> None:
    assert image(desk.first, pledge_id, head(desk, pledge_id), number) == 404


def test_people_of_another_bloc_get_nothing_at_all(desk: Desk, pledge_id: uuid.UUID) -> None:
    with desk.place.app.app_context():
        bloc = Bloc(name="Khối khác", short_name="KK", superior="UBND tỉnh Bắc Giang", place="Bắc Giang")
        db.session.add(bloc)
        db.session.flush()
        stranger = add_person(Role.COORDINATOR, bloc.id, name="Thư ký Khối khác")
        db.session.commit()
    visitor = desk.place.visitor(stranger)
    assert image(visitor, pledge_id, head(desk, pledge_id)) == 404
    for part in ("", "soan-thao", "mo-ky", "nhat-ky", "tep/du-thao.pdf", "tep/ban-mo-ky.pdf", "tep/hoan-chinh.pdf"):
        assert visitor.get(page_of(pledge_id, part)).status_code == 404, part


def test_unknown_pledge_is_not_found_on_every_page(desk: Desk) -> None:
    for part in ("", "soan-thao", "mo-ky", "nhat-ky", "tep/du-thao.pdf", "tep/hoan-chinh.pdf", "du-thao/trang/1.png"):
        assert desk.coordinator.get(page_of(uuid.uuid4(), part)).status_code == 404, part


def test_draft_pictures_follow_the_same_sight(desk: Desk) -> None:
    pledge_id = make_agreed_pledge(desk.place.app, desk.house)
    path = page_of(pledge_id, "du-thao/trang/1.png")
    assert desk.coordinator.get(path).mimetype == "image/png"
    assert desk.place.visitor(desk.house.observer).get(path).status_code == 404
    assert desk.coordinator.get(page_of(pledge_id, "du-thao/trang/9.png")).status_code == 404
