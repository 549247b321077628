"""Fills an empty installation with the real bloc of 2024: people named by their role, and the pledge as a draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from approval.adapters.key_store import generate_pin
from approval.adapters.passwords import generate_password
from approval.domain.commands import SYSTEM_ACTOR, Actor, BlocAgency, CreateBloc, CreatePerson, ImportPledge
from approval.domain.states import AuthorityKind, Role
from approval.extensions import db
from approval.models.agency import Agency
from approval.models.bloc import Bloc
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.services.create_bloc import create_bloc
from approval.services.create_person import create_person
from approval.services.import_pledge import import_pledge

STARTER_FILE = Path(__file__).resolve().parents[2] / "templates" / "starter" / "ban-giao-uoc-2024.md"

_BLOC_NAME = "Khối thi đua Các cơ quan lĩnh vực văn hóa, xã hội 2"
_BLOC_SHORT_NAME = "Khối VH-XH 2"
_SUPERIOR = "UBND TỈNH BẮC GIANG"
_PLACE = "Bắc Giang"
_AGENCIES = (
    BlocAgency("Sở Ngoại vụ", "Sở Ngoại vụ"),
    BlocAgency("Bảo hiểm xã hội tỉnh", "BHXH tỉnh"),
    BlocAgency("Sở Lao động - Thương binh và Xã hội", "Sở LĐ-TB&XH"),
    BlocAgency("Sở Văn hóa, Thể thao và Du lịch", "Sở VH, TT&DL"),
    BlocAgency("Sở Y tế", "Sở Y tế"),
)


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """One account to make. `agency` is an agency's name; only representatives have a PIN and an authority."""

    role: Role
    display_name: str
    email: str
    password: str
    agency: str | None = None
    pin: str | None = None
    authority: AuthorityKind = AuthorityKind.HEAD
    position_title: str = "GIÁM ĐỐC"


def draw_accounts() -> tuple[SeedAccount, ...]:
    """The people of the installation with fresh passwords and PINs, not stored anywhere yet."""
    return (
        _account(Role.COORDINATOR, "Thư ký Khối thi đua", "thu-ky", agency="Sở Ngoại vụ"),
        _representative("Sở Ngoại vụ", "so-ngoai-vu"),
        _representative("Bảo hiểm xã hội tỉnh", "bhxh-tinh"),
        _deputy("Sở Lao động - Thương binh và Xã hội", "so-ldtbxh"),
        _representative("Sở Văn hóa, Thể thao và Du lịch", "so-vhttdl"),
        _representative("Sở Y tế", "so-y-te"),
        _account(Role.OBSERVER, "Ban Thi đua - Khen thưởng", "ban-tdkt"),
        _account(Role.ADMINISTRATOR, "Quản trị hệ thống", "quan-tri"),
    )


def seed_embedded(accounts: Sequence[SeedAccount] | None = None) -> tuple[SeedAccount, ...]:
    """Make what is missing of the bloc, the given people and the draft pledge; returns the accounts made by this call.

    May be run any number of times. A caller who must not lose passwords to a crash draws the accounts, writes them
    down, and only then passes them in; a second run with the same accounts finishes what a first one began.
    """
    bloc_id = _bloc()
    made = tuple(account for account in accounts or draw_accounts() if _make(account, bloc_id))
    _draft(bloc_id)
    return made


def _bloc() -> int:
    known = db.session.scalar(select(Bloc.id).where(Bloc.name == _BLOC_NAME))
    if known is not None:
        return known
    return create_bloc(
        CreateBloc(
            actor=SYSTEM_ACTOR,
            name=_BLOC_NAME,
            short_name=_BLOC_SHORT_NAME,
            superior=_SUPERIOR,
            place=_PLACE,
            agencies=_AGENCIES,
        )
    )


def _make(account: SeedAccount, bloc_id: int) -> bool:
    if db.session.scalar(select(Person.id).where(Person.email == account.email)) is not None:
        return False
    agency_id = db.session.scalar(select(Agency.id).where(Agency.name == account.agency))
    create_person(
        CreatePerson(
            actor=SYSTEM_ACTOR,
            display_name=account.display_name,
            email=account.email,
            password=account.password,
            role=account.role,
            bloc_id=bloc_id,
            agency_id=agency_id,
            pin=account.pin,
            authority=account.authority,
            position_title=account.position_title,
        )
    )
    return True


def _draft(bloc_id: int) -> None:
    if db.session.scalar(select(Pledge.id).where(Pledge.bloc_id == bloc_id).limit(1)) is not None:
        return
    coordinator = db.session.scalar(
        select(Person.id).where(Person.bloc_id == bloc_id, Person.role == Role.COORDINATOR, Person.active)
    )
    if coordinator is None:
        return
    actor = Actor(person_id=coordinator, role=Role.COORDINATOR)
    import_pledge(ImportPledge(actor=actor, bloc_id=bloc_id, content=STARTER_FILE.read_bytes()))


def _account(role: Role, display_name: str, mailbox: str, *, agency: str | None = None) -> SeedAccount:
    return SeedAccount(role, display_name, _address(mailbox), generate_password(), agency)


def _representative(agency: str, mailbox: str) -> SeedAccount:
    return SeedAccount(
        Role.REPRESENTATIVE, f"Đại diện {agency}", _address(mailbox), generate_password(), agency, generate_pin()
    )


def _deputy(agency: str, mailbox: str) -> SeedAccount:
    """One agency is represented by a deputy who signs for its head."""
    return SeedAccount(
        Role.REPRESENTATIVE,
        f"Đại diện {agency}",
        _address(mailbox),
        generate_password(),
        agency,
        generate_pin(),
        AuthorityKind.KT,
        "PHÓ GIÁM ĐỐC",
    )


def _address(mailbox: str) -> str:
    return f"{mailbox}@giao-uoc.example"
