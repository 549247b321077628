"""A later year's draft from an earlier pledge: what it takes over, what it says, who may, and twice is once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from approval.domain.commands import Actor, StartFromPledge
from approval.domain.errors import (
    DraftAlreadyStartedError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    TransitionRefusedError,
)
from approval.domain.pledge_text import DateLine, PledgeText
from approval.domain.states import Role
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.bloc import BlocMember
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.signing import Signing
from approval.services.cancel_pledge import cancel_pledge
from approval.services.open_signing import open_signing
from approval.services.revise_pledge import revise_pledge
from approval.services.start_from_pledge import start_from_pledge
from tests.factories.history import events, require_sound_history
from tests.factories.pledge_texts import small_text
from tests.factories.review_house import (
    cancel_command,
    draft_text,
    import_draft,
    make_review,
    make_review_house,
    revise_command,
    reworded,
    save,
)
from tests.factories.signing_house import (
    MAY_15,
    MovingClock,
    SigningHouse,
    add_person,
    make_agreed_pledge,
    make_house,
    open_command,
    stored_pledge,
)

SOURCE = replace(
    reworded(small_text(2), "Hoàn thành nhiệm vụ năm 2024."),
    preamble=("Sở Thử nghiệm 1; Sở Thử nghiệm 2 thống nhất ký giao ước thi đua:",),
)


@pytest.fixture
def app(app_factory: Callable[..., Flask], sqlite_url: str) -> Flask:
    return app_factory(clock=MovingClock(MAY_15), database_url=sqlite_url)


@pytest.fixture
def house(app: Flask) -> SigningHouse:
    return make_review_house(app)


@pytest.fixture
def source(app: Flask, house: SigningHouse) -> uuid.UUID:
    """A pledge of 2024 the agencies have seen."""
    return make_review(app, house, SOURCE)


def start(app: Flask, actor: Actor, source: uuid.UUID, year: int = 2025) -> uuid.UUID:
    """Start the draft."""
    with app.app_context():
        return start_from_pledge(StartFromPledge(actor, source, year))


def count(app: Flask) -> tuple[int, int]:
    """Pledges and events: a refusal adds neither."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Pledge)) or 0, len(events())


def join(app: Flask, house: SigningHouse, name: str, *, represented: bool = True) -> None:
    """Another agency becomes a member, in the last place."""
    with app.app_context():
        agency = Agency(name=name, short_name=name)
        db.session.add(agency)
        db.session.flush()
        db.session.add(BlocMember(bloc_id=house.bloc_id, agency_id=agency.id, position=9))
        if represented:
            add_person(Role.REPRESENTATIVE, house.bloc_id, name=f"Đại diện {name}", agency_id=agency.id)
        db.session.commit()


def leave(app: Flask, agency_id: int) -> None:
    """An agency leaves its bloc."""
    with app.app_context():
        db.session.execute(delete(BlocMember).where(BlocMember.agency_id == agency_id))
        db.session.commit()


def remarks(app: Flask, pledge_id: uuid.UUID) -> list[tuple[str, str, str | None]]:
    """Rule, place and suggestion of what is listed with a draft."""
    with app.app_context():
        kept = json.loads(stored_pledge(pledge_id).import_findings)
        return [(remark["code"], remark["place"], remark["suggestion"]) for remark in kept]


def test_draft_is_of_the_new_year_and_keeps_the_words(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    draft = start(app, house.coordinator, source)
    text = draft_text(app, draft)
    assert text.title == "BẢN GIAO ƯỚC THI ĐUA NĂM 2025"
    assert text.date == DateLine(None, 5, 2025)
    assert (text.clauses, text.preamble, text.closing) == (SOURCE.clauses, SOURCE.preamble, SOURCE.closing)
    with app.app_context():
        pledge = stored_pledge(draft)
        assert (pledge.state, pledge.round, pledge.version, pledge.revision_number) == ("draft", 1, 1, 0)
        assert (pledge.title, pledge.bloc_id) == (text.title, house.bloc_id)
        assert pledge.draft_sha256 == text.sha256()
    assert remarks(app, draft) == [("Y01", "Khoản 1", "năm 2025")]


def test_source_is_only_read(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    with app.app_context():
        pledge = stored_pledge(source)
        before = (pledge.version, pledge.draft_sha256, pledge.updated_at, pledge.title)
    start(app, house.coordinator, source)
    with app.app_context():
        pledge = stored_pledge(source)
        assert (pledge.version, pledge.draft_sha256, pledge.updated_at, pledge.title) == before


def test_one_event_names_source_hash_year_and_findings(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    draft = start(app, house.coordinator, source)
    with app.app_context():
        (event,) = events("pledge:draft:started")
        assert event["pledge"] == str(draft)
        assert event["pseq"] == 0
        assert event["actor"] == f"coordinator:{house.coordinator.person_id}"
        assert event["data"] == {
            "agencies": list(house.agencies),
            "findings": 1,
            "source": str(source),
            "source_sha256": SOURCE.sha256(),
            "year": 2025,
        }
        require_sound_history()


def test_text_comes_from_what_was_printed_for_signing(app: Flask) -> None:
    house = make_house(app)
    pledge_id = make_agreed_pledge(app, house)
    command = replace(open_command(app, house, pledge_id), date=DateLine())
    with app.app_context():
        open_signing(command)
        printed = PledgeText.from_dict(json.loads(db.session.scalars(select(Signing.printed_content)).one()))
    draft = start(app, house.coordinator, pledge_id)
    assert draft_text(app, draft).date == DateLine(None, None, 2025)
    with app.app_context():
        assert events("pledge:draft:started")[0]["data"]["source_sha256"] == printed.sha256()


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_any_pledge_the_agencies_have_seen_will_do(
    app: Flask, house: SigningHouse, source: uuid.UUID, state: str
) -> None:
    revise, cancel = revise_command(app, house, source), cancel_command(app, house.coordinator, source)
    with app.app_context():
        revise_pledge(revise) if state == "draft" else cancel_pledge(cancel)
    if state == "draft":
        save(app, house, source, reworded(SOURCE, "Chưa gửi ai."))
    draft = start(app, house.coordinator, source)
    assert draft_text(app, draft).clauses == SOURCE.clauses


def test_draft_nobody_has_seen_is_no_source(app: Flask, house: SigningHouse) -> None:
    pledge_id = import_draft(app, house)
    before = count(app)
    with pytest.raises(TransitionRefusedError, match="source-never-sent"):
        start(app, house.coordinator, pledge_id)
    assert count(app) == before


def test_year_of_a_source_that_names_none_is_the_year_it_was_made(app: Flask) -> None:
    house = make_house(app)
    text = replace(small_text(2), title="BẢN GIAO ƯỚC THI ĐUA", date=DateLine())
    pledge_id = make_agreed_pledge(app, house, text)
    with pytest.raises(InvalidInputError, match="2025 to 2029"):
        start(app, house.coordinator, pledge_id, 2024)
    assert draft_text(app, start(app, house.coordinator, pledge_id, 2025)).date.year == 2025


@pytest.mark.parametrize("year", [0, 2023, 2024, 2030])
def test_year_not_later_or_too_far_is_refused(app: Flask, house: SigningHouse, source: uuid.UUID, year: int) -> None:
    before = count(app)
    with pytest.raises(InvalidInputError, match="year-out-of-range"):
        start(app, house.coordinator, source, year)
    assert count(app) == before


def test_parties_are_the_blocs_members_of_today(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    join(app, house, "Sở Nội vụ")
    leave(app, house.agencies[1])
    draft = start(app, house.coordinator, source)
    with app.app_context():
        query = select(PledgeParty.heading).where(PledgeParty.pledge_id == draft).order_by(PledgeParty.position)
        assert db.session.scalars(query).all() == ["ĐẠI DIỆN SỞ THỬ NGHIỆM 1", "ĐẠI DIỆN SỞ NỘI VỤ"]
        assert stored_pledge(draft).party_count == 2
    assert [code for code, place, _ in remarks(app, draft) if place == "Phần mở đầu"] == ["Y05", "Y05"]
    assert "Sở Thử nghiệm 2" in draft_text(app, draft).preamble[0]


def test_member_nobody_acts_for_stops_the_start_with_its_name(
    app: Flask, house: SigningHouse, source: uuid.UUID
) -> None:
    join(app, house, "Sở Nội vụ", represented=False)
    before = count(app)
    with pytest.raises(InvalidInputError, match="agency-without-representative") as refused:
        start(app, house.coordinator, source)
    assert "“Sở Nội vụ”" in refused.value.vi
    assert count(app) == before


def test_bloc_of_one_is_refused(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    leave(app, house.agencies[1])
    with pytest.raises(InvalidInputError, match="party_count"):
        start(app, house.coordinator, source)


def test_second_click_leads_to_the_first_ones_draft(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    draft = start(app, house.coordinator, source)
    before = count(app)
    with pytest.raises(DraftAlreadyStartedError) as answer:
        start(app, house.coordinator, source)
    assert answer.value.pledge_id == draft
    assert "Ông/Bà đã soạn dự thảo năm 2025 từ văn bản này lúc 09:00" in answer.value.vi
    assert count(app) == before


def test_another_start_is_not_a_second_click(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    first = start(app, house.coordinator, source)
    other_year = start(app, house.coordinator, source, 2026)
    with app.app_context():
        colleague = add_person(Role.COORDINATOR, house.bloc_id, name="Thư ký thứ hai")
        db.session.commit()
    by_colleague = start(app, colleague, source)
    save(app, house, first, reworded(draft_text(app, first), "Đã sửa."))
    after_work = start(app, house.coordinator, source)
    assert len({first, other_year, by_colleague, after_work}) == 4


def test_cancelled_draft_can_be_started_again(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    first = start(app, house.coordinator, source)
    cancel = cancel_command(app, house.coordinator, first)
    with app.app_context():
        cancel_pledge(cancel)
    assert start(app, house.coordinator, source) != first


def test_only_the_blocs_own_coordinator_may(app: Flask, house: SigningHouse, source: uuid.UUID) -> None:
    with app.app_context():
        db.session.execute(update(Person).where(Person.id == house.observer.person_id).values(active=False))
        db.session.commit()
    other = make_review_house(app, name="Khối khác")
    before = count(app)
    for actor, refusal in (
        (house.representatives[0], NotAllowedError),
        (house.administrator, NotAllowedError),
        (other.coordinator, NotFoundError),
        (house.observer, NotFoundError),
        (replace(house.coordinator, person_id=None), NotFoundError),
    ):
        with pytest.raises(refusal):
            start(app, actor, source)
    with pytest.raises(NotFoundError):
        start(app, house.coordinator, uuid.uuid4())
    assert count(app) == before
