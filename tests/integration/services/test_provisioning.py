"""Blocs, people and the first start of an installation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from approval.domain.commands import SYSTEM_ACTOR, Actor, BlocAgency, CreateBloc, CreatePerson, SignIn
from approval.domain.errors import InvalidInputError, NotAllowedError
from approval.domain.pin_policy import WeakPinError
from approval.domain.states import AuthorityKind, Role
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.services.create_bloc import create_bloc
from approval.services.create_person import create_person
from approval.services.seed_embedded import draw_accounts, seed_embedded
from approval.services.sign_in import sign_in
from tests.factories.history import events, require_sound_history

BLOC = CreateBloc(
    actor=SYSTEM_ACTOR,
    name="Khối thi đua số 1",
    short_name="Khối 1",
    superior="UBND TỈNH BẮC GIANG",
    place="Bắc Giang",
    agencies=(BlocAgency("Sở Y tế", "SYT"), BlocAgency("Sở Nội vụ", "SNV")),
)


@pytest.fixture
def person(app: Flask) -> CreatePerson:
    with app.app_context():
        bloc_id = create_bloc(BLOC)
        agency_id = db.session.scalars(select(Agency.id).where(Agency.name == "Sở Y tế")).one()
        return CreatePerson(
            actor=SYSTEM_ACTOR,
            display_name="Đại diện Sở Y tế",
            email="Y.Te@BacGiang.example",
            password="mua rào đổ xuống sông sâu 71",
            role=Role.REPRESENTATIVE,
            bloc_id=bloc_id,
            agency_id=agency_id,
            pin="482915",
        )


def test_a_first_start_makes_the_real_bloc_its_people_and_the_draft(app: Flask) -> None:
    with app.app_context():
        made = seed_embedded()
        assert [account.role for account in made].count(Role.REPRESENTATIVE) == 5
        assert len({account.password for account in made}) == 8
        assert all((account.pin is not None) == (account.role is Role.REPRESENTATIVE) for account in made)
        pledge = db.session.scalars(select(Pledge)).one()
        assert (pledge.state, pledge.party_count) == ("draft", 5)
        names = db.session.scalars(
            select(Agency.name).join(PledgeParty, PledgeParty.agency_id == Agency.id).order_by(PledgeParty.position)
        ).all()
        assert names == [
            "Sở Ngoại vụ",
            "Bảo hiểm xã hội tỉnh",
            "Sở Văn hóa, Thể thao và Du lịch",
            "Sở Y tế",
            "Sở Lao động - Thương binh và Xã hội",
        ]
        kinds = db.session.scalars(select(SigningAuthority.kind)).all()
        assert sorted(kinds) == ["KT", "head", "head", "head", "head"]
        require_sound_history()


def test_everybody_of_the_first_start_can_sign_in_and_their_pin_opens_their_key(app: Flask) -> None:
    with app.app_context():
        for account in seed_embedded():
            assert sign_in(SignIn(account.email, account.password, "127.0.0.1", "test"))
            if account.pin is not None:
                person_id = db.session.scalars(select(Person.id).where(Person.email == account.email)).one()
                key = db.session.scalars(select(SigningKey).where(SigningKey.person_id == person_id)).one()
                assert account.display_name in key.certificate_subject.replace("\\", "")
                parts().key_store.unlock(key.container, account.pin)


def test_a_second_start_changes_nothing(app: Flask) -> None:
    with app.app_context():
        seed_embedded()
        before = len(events())
        assert seed_embedded() == ()
        assert len(events()) == before


def test_a_start_that_was_interrupted_is_finished_with_the_same_passwords(app: Flask) -> None:
    with app.app_context():
        accounts = draw_accounts()
        with pytest.raises(InvalidInputError, match="Sở Văn hóa, Thể thao và Du lịch"):
            seed_embedded(accounts[:4])
        rest = seed_embedded(accounts)
        assert {account.email for account in rest} == {account.email for account in accounts[4:]}
        for account in accounts:
            assert sign_in(SignIn(account.email, account.password, "127.0.0.1", "test"))


def test_people_are_named_by_their_role(app: Flask) -> None:
    for account in draw_accounts():
        assert account.display_name.startswith(("Đại diện ", "Thư ký", "Ban Thi đua", "Quản trị"))


def test_an_address_is_stored_in_the_spelling_sign_in_looks_for(app: Flask, person: CreatePerson) -> None:
    with app.app_context():
        create_person(person)
        assert db.session.scalars(select(Person.email)).one() == "y.te@bacgiang.example"
        assert sign_in(SignIn("Y.TE@bacgiang.EXAMPLE ", person.password, "127.0.0.1", "test"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "không phải thư"}, "email-invalid"),
        ({"email": "hai@dòng.example\r\nBcc: kẻ@xấu.example"}, "email-invalid"),
        ({"password": "ngắn"}, "password-short"),
        ({"display_name": "  "}, "name-length"),
        ({"display_name": "Đ" * 201}, "name-length"),
        ({"position_title": " "}, "title_missing"),
        ({"position_title": "G" * 201}, "words-too-long"),
        ({"document_reference": "Q" * 301}, "words-too-long"),
        ({"display_name": "Đại\u202e diện"}, "name-length"),
        ({"display_name": "Đại\x00diện"}, "name-length"),
        ({"position_title": "Giám\u200b đốc"}, "strange_characters"),
        ({"bloc_id": None}, "bloc-missing"),
        ({"bloc_id": 4711}, "bloc-missing"),
        ({"bloc_id": None, "agency_id": None, "role": Role.OBSERVER}, "bloc-missing"),
        ({"agency_id": 4711, "role": Role.COORDINATOR}, "agency-missing"),
        ({"authority": AuthorityKind.TUQ}, "mandate-document-missing"),
        ({"pin": None}, "role-incomplete"),
        ({"agency_id": None}, "role-incomplete"),
        ({"agency_id": 4711}, "agency-missing"),
        ({"role": Role.SYSTEM}, "role-incomplete"),
    ],
)
def test_an_account_that_could_not_work_is_refused(
    app: Flask, person: CreatePerson, changes: dict[str, object], code: str
) -> None:
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            create_person(replace(person, **changes))  # type: ignore[arg-type]
        assert refusal.value.code == code
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_weak_pin_makes_no_account(app: Flask, person: CreatePerson) -> None:
    with app.app_context():
        with pytest.raises(WeakPinError):
            create_person(replace(person, pin="123456"))
        assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_an_address_belongs_to_one_account(app: Flask, person: CreatePerson) -> None:
    with app.app_context():
        create_person(person)
        with pytest.raises(InvalidInputError, match="email-taken"):
            create_person(replace(person, email="y.te@bacgiang.example"))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REPRESENTATIVE, Role.OBSERVER])
def test_only_an_administrator_makes_people_and_blocs(app: Flask, person: CreatePerson, role: Role) -> None:
    somebody = Actor(1, role)
    with app.app_context():
        with pytest.raises(NotAllowedError):
            create_person(replace(person, actor=somebody))
        with pytest.raises(NotAllowedError):
            create_bloc(replace(BLOC, actor=somebody, name="Khối khác"))


def test_a_bloc_shares_agencies_with_others_and_the_first_leads(app: Flask) -> None:
    with app.app_context():
        first = create_bloc(BLOC)
        second = create_bloc(replace(BLOC, name="Khối thi đua số 2", agencies=tuple(reversed(BLOC.agencies))))
        assert db.session.scalar(select(func.count()).select_from(Agency)) == 2
        leads = [db.session.get_one(Bloc, bloc).lead_agency_id for bloc in (first, second)]
        assert leads[0] != leads[1]
        positions = db.session.scalars(select(BlocMember.position).where(BlocMember.bloc_id == second)).all()
        assert sorted(positions) == [1, 2]


def test_a_bloc_is_refused_without_agencies_with_twins_or_under_a_known_name(app: Flask) -> None:
    with app.app_context():
        create_bloc(BLOC)
        twins = (BlocAgency("Sở Y tế", "SYT"), BlocAgency("SỞ Y TẾ", "YT"))
        empty = (BlocAgency("Sở Y tế", " "),)
        for changes in ({"agencies": ()}, {"agencies": twins}, {"agencies": empty}, {"name": "K" * 301}, {"place": ""}):
            with pytest.raises(InvalidInputError):
                create_bloc(replace(BLOC, **{"name": "Khối 3", **changes}))  # type: ignore[arg-type]
        clash = (BlocAgency("Sở Xây dựng", "SYT"),)
        for wrong in (BLOC, replace(BLOC, name="Khối 3", agencies=clash)):
            with pytest.raises(InvalidInputError):
                create_bloc(wrong)
        assert db.session.scalar(select(func.count()).select_from(Bloc)) == 1


def test_an_agency_of_another_bloc_is_refused(app: Flask, person: CreatePerson) -> None:
    with app.app_context():
        other = create_bloc(replace(BLOC, name="Khối thi đua số 2", agencies=(BlocAgency("Sở Xây dựng", "SXD"),)))
        with pytest.raises(InvalidInputError) as refusal:
            create_person(replace(person, bloc_id=other))
        assert (refusal.value.code, refusal.value.field) == ("agency-missing", "agency_id")


def test_an_administrator_belongs_to_no_bloc(app: Flask) -> None:
    with app.app_context():
        create_person(
            CreatePerson(
                SYSTEM_ACTOR, "Quản trị", "quan-tri@giao-uoc.example", "mưa dầm thấm lâu 93", Role.ADMINISTRATOR
            )
        )
        assert db.session.scalars(select(Person.bloc_id)).one() is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"short_name": "K" * 61}, "short_name"),
        ({"superior": ""}, "superior"),
        ({"place": "Bắc\x00Giang"}, "place"),
        ({"agencies": (BlocAgency("Sở Y tế", "S" * 41),)}, "agencies"),
        ({"agencies": (BlocAgency("Sở\u202e Y tế", "SYT"),)}, "agencies"),
    ],
)
def test_a_refused_bloc_names_the_field_at_fault(app: Flask, changes: dict[str, object], field: str) -> None:
    with app.app_context():
        with pytest.raises(InvalidInputError) as refusal:
            create_bloc(replace(BLOC, **changes))  # type: ignore[arg-type]
        assert refusal.value.field == field
