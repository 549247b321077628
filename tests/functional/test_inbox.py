"""Việc cần xử lý: each person sees what waits for them, and nothing else."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import event

from approval.domain.commands import Actor, GiveVerdict
from approval.domain.states import Role, VerdictKind
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.services.give_verdict import give_verdict
from tests.factories.signing_house import (
    add_person,
    current_revision,
    make_agreed_pledge,
    make_asked_pledge,
    make_open_pledge,
    sign_by,
)
from tests.functional.conftest import Place
from tests.functional.visitor import Visitor

INBOX = "/viec-can-xu-ly"


def in_review(place: Place, *, days_left: int = 5) -> uuid.UUID:
    """A pledge sent out for review, nobody has answered."""
    return make_asked_pledge(place.app, place.house, days=days_left)


def answered(place: Place, pledge_id: uuid.UUID, actor: Actor, kind: VerdictKind, comment: str = "") -> None:
    """This agency's verdict on the current revision."""
    with place.app.app_context():
        revision = current_revision(pledge_id)
        give_verdict(GiveVerdict(actor, pledge_id, revision.number, revision.sha256, kind, comment))


def stats(visitor: Visitor) -> dict[str, int]:
    """The cards at the top: words to count."""
    cards = visitor.soup(INBOX).select(".stat")
    return {card.select(".stat__label")[0].text: int(card.select(".stat__value")[0].text) for card in cards}


def section(visitor: Visitor, heading: str) -> str:
    """Text of the section under a heading, one space between words."""
    found = visitor.soup(INBOX).find(id=heading)
    around = found.find_parent("section") if found else None
    return " ".join(around.text.split()) if around else ""


def test_representative_is_two_clicks_from_the_verdict(place: Place) -> None:
    pledge_id = in_review(place)
    visitor = place.visitor(place.house.representatives[0])
    assert stats(visitor) == {"Chờ tôi góp ý": 1, "Chờ tôi ký": 0, "Quá hạn": 0, "Đã hoàn thành": 0}
    button = visitor.soup(INBOX).select_one(".task a.btn-primary")
    assert button is not None
    assert button["href"] == f"/van-ban/{pledge_id}"
    assert visitor.soup(INBOX).select_one(".app-nav .count").text == "có 1 việc"  # type: ignore[union-attr]


def test_answered_review_moves_to_done(place: Place) -> None:
    pledge_id = in_review(place)
    answered(place, pledge_id, place.house.representatives[0], VerdictKind.AGREE)
    first, second = (place.visitor(actor) for actor in place.house.representatives)
    assert stats(first)["Chờ tôi góp ý"] == 0
    assert "Thống nhất" in section(first, "hoan-thanh")
    assert "1/2 cơ quan đã có ý kiến" in section(first, "theo-doi")
    assert stats(second)["Chờ tôi góp ý"] == 1
    assert stats(second)["Đã hoàn thành"] == 0


def test_signature_is_asked_for_until_it_is_given(place: Place) -> None:
    pledge_id = make_open_pledge(place.app, place.house)
    first, second = (place.visitor(actor) for actor in place.house.representatives)
    button = first.soup(INBOX).select_one(".task a.btn-primary")
    assert button is not None
    assert button["href"] == f"/van-ban/{pledge_id}/ky"
    sign_by(place.app, pledge_id, place.house.representatives[0])
    assert stats(first)["Chờ tôi ký"] == 0
    assert "Đã ký" in section(first, "hoan-thanh")
    assert stats(second)["Chờ tôi ký"] == 1
    assert "1/2 cơ quan đã ký" in section(second, "cho-ky")


def test_overdue_is_counted_and_comes_first(place: Place) -> None:
    in_review(place, days_left=9)
    late = in_review(place, days_left=-2)
    visitor = place.visitor(place.house.representatives[0])
    assert stats(visitor)["Quá hạn"] == 1
    first = visitor.soup(INBOX).select_one(".task")
    assert first is not None
    assert "task--late" in first["class"]
    assert str(late) in str(first)
    assert "Quá hạn 2 ngày làm việc" in first.text


def test_coordinator_sees_who_is_late(place: Place) -> None:
    pledge_id = in_review(place, days_left=-1)
    answered(place, pledge_id, place.house.representatives[1], VerdictKind.AGREE)
    visitor = place.visitor(place.house.coordinator)
    assert stats(visitor)["Lượt cơ quan quá hạn"] == 1
    followed = section(visitor, "theo-doi")
    assert "Chưa có ý kiến: STN1" in followed
    assert "STN2" not in followed.partition("Chưa có ý kiến: ")[2].partition(" ")[0]


def test_coordinator_is_called_when_somebody_asks_for_changes(place: Place) -> None:
    pledge_id = in_review(place)
    visitor = place.visitor(place.house.coordinator)
    assert stats(visitor)["Chờ Thư ký xử lý"] == 0
    answered(place, pledge_id, place.house.representatives[1], VerdictKind.REQUEST_CHANGES, "Sửa khoản 3.")
    assert stats(visitor)["Chờ Thư ký xử lý"] == 1
    assert "Trả lời góp ý" in section(visitor, "cho-xu-ly")


def test_coordinator_opens_signing_from_the_list(place: Place) -> None:
    pledge_id = make_agreed_pledge(place.app, place.house)
    visitor = place.visitor(place.house.coordinator)
    links = [link["href"] for link in visitor.soup(INBOX).select(".task a.btn-primary")]
    assert links == [f"/van-ban/{pledge_id}/mo-ky"]


def test_agency_that_is_no_party_sees_nothing(place: Place) -> None:
    """Also one of the same bloc: a pledge belongs to its parties."""
    in_review(place, days_left=-1)
    make_open_pledge(place.app, place.house)
    with place.app.app_context():
        agency = Agency(name="Sở Mới vào khối", short_name="SMV")
        db.session.add(agency)
        db.session.flush()
        newcomer = add_person(
            Role.REPRESENTATIVE, place.house.bloc_id, name="Đại diện Sở Mới vào khối", agency_id=agency.id
        )
        db.session.commit()
    visitor = place.visitor(newcomer)
    assert set(stats(visitor).values()) == {0}
    assert not visitor.soup(INBOX).select(".task")


def test_coordinator_of_another_bloc_sees_nothing(place: Place) -> None:
    in_review(place)
    with place.app.app_context():
        bloc = Bloc(name="Khối khác", short_name="Khối khác", superior="UBND tỉnh Bắc Giang", place="Bắc Giang")
        db.session.add(bloc)
        db.session.flush()
        other = add_person(Role.COORDINATOR, bloc.id, name="Thư ký Khối khác")
        db.session.commit()
    assert not place.visitor(other).soup(INBOX).select(".task")


def test_observer_sees_nothing_unfinished(place: Place) -> None:
    in_review(place)
    make_open_pledge(place.app, place.house)
    visitor = place.visitor(place.house.observer)
    assert stats(visitor) == {"Đã ban hành": 0}
    assert not visitor.soup(INBOX).select(".task")


def test_administrator_follows_every_pledge(place: Place) -> None:
    in_review(place)
    visitor = place.visitor(place.house.administrator)
    assert len(visitor.soup(INBOX).select(".task")) == 1
    assert not visitor.soup(INBOX).select(".task .btn-primary")


def test_list_of_done_is_cut_and_can_be_seen_whole(place: Place) -> None:
    for _ in range(5):
        answered(place, in_review(place), place.house.representatives[0], VerdictKind.AGREE)
        place.clock.forward(minutes=5)
    visitor = place.visitor(place.house.representatives[0])
    assert stats(visitor)["Đã hoàn thành"] == 5
    assert len(visitor.soup(INBOX).select(".done-list li")) == 3
    assert "03 việc gần nhất trong 05 việc" in section(visitor, "hoan-thanh")
    assert len(visitor.soup(f"{INBOX}?tat-ca=1").select(".done-list li")) == 5


def test_each_agency_mark_leads_to_its_row_on_the_board(place: Place) -> None:
    pledge_id = in_review(place)
    visitor = place.visitor(place.house.representatives[1])
    marks = visitor.soup(INBOX).select(".agency-dots a")
    assert [mark["href"] for mark in marks] == [f"/van-ban/{pledge_id}#cq-1", f"/van-ban/{pledge_id}#cq-2"]
    assert [mark.has_attr("data-mine") for mark in marks] == [False, True]
    board = visitor.soup(f"/van-ban/{pledge_id}")
    assert board.find(id="cq-1")
    assert board.find(id="cq-2")


@pytest.mark.parametrize("position", [0, 1])
def test_page_reads_few_statements_however_many_pledges(place: Place, position: int) -> None:
    """No statement a pledge: five pledges cost what one costs."""
    visitor = place.visitor(place.house.representatives[position])
    in_review(place)
    one = statements(place, visitor)
    for _ in range(4):
        in_review(place)
    assert statements(place, visitor) == one <= 12


def statements(place: Place, visitor: Visitor) -> int:
    """How many statements one look at the task list takes."""
    seen: list[str] = []
    with place.app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    visitor.get(INBOX)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
