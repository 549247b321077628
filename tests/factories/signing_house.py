"""A bloc with keys and authorities, and a pledge agreed by everybody: what signing starts from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from approval.adapters.clock import FixedClock
from approval.domain.commands import Actor, DeclineToSign, OpenSigning, SignPledge
from approval.domain.pledge_text import DateLine, DatePolicy, PledgeText
from approval.domain.states import AuthorityKind, Role, State, VerdictKind
from approval.extensions import db, parts
from approval.models.agency import Agency
from approval.models.bloc import Bloc, BlocMember
from approval.models.person import Person
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signing import Signing
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.models.verdict import Verdict
from approval.services.open_signing import open_signing
from approval.services.sign_pledge import sign_pledge
from tests.factories.pledge_texts import small_text

MAY_15 = datetime(2024, 5, 15, 2, 0, tzinfo=UTC)
PIN = "482915"
PASSWORD = "tre già măng mọc lũy tre xanh"


class MovingClock(FixedClock):
    """A fixed clock with a hand."""

    def forward(self, **by: float) -> None:
        """Move on by a timedelta's arguments."""
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class SigningHouse:
    """Ids of a bloc's people; `representatives[i]` acts for `agencies[i]`, the first agency leads."""

    bloc_id: int
    agencies: tuple[int, ...]
    coordinator: Actor
    observer: Actor
    administrator: Actor
    representatives: tuple[Actor, ...]


def make_house(app: Flask, agencies: int = 2) -> SigningHouse:
    """Rows for one bloc of `small_text(agencies)`; every representative has a key (PIN) and the head's authority."""
    with app.app_context():
        agency_ids = tuple(_add_agency(number) for number in range(1, agencies + 1))
        bloc = Bloc(
            name="Các cơ quan thử nghiệm",
            short_name="Khối thử nghiệm",
            superior="UBND tỉnh Bắc Giang",
            place="Bắc Giang",
            lead_agency_id=agency_ids[0],
        )
        db.session.add(bloc)
        db.session.flush()
        for position, agency_id in enumerate(agency_ids, start=1):
            db.session.add(BlocMember(bloc_id=bloc.id, agency_id=agency_id, position=position))
        house = SigningHouse(
            bloc_id=bloc.id,
            agencies=agency_ids,
            coordinator=add_person(Role.COORDINATOR, bloc.id, name="Thư ký Khối"),
            observer=add_person(Role.OBSERVER, bloc.id, name="Người theo dõi"),
            administrator=add_person(Role.ADMINISTRATOR, None, name="Quản trị"),
            representatives=tuple(
                add_signer(bloc.id, agency_id, name=f"Đại diện Sở Thử nghiệm {number}")
                for number, agency_id in enumerate(agency_ids, start=1)
            ),
        )
        db.session.commit()
        return house


def add_person(role: Role, bloc_id: int | None, *, name: str, agency_id: int | None = None) -> Actor:
    """An account (password PASSWORD); flushes into the current session."""
    now = parts().clock.now()
    person = Person(
        display_name=name,
        email=f"{role.value}-{uuid.uuid4().hex[:8]}@bacgiang.example",
        password_hash=parts().passwords.hash(PASSWORD),
        role=role.value,
        agency_id=agency_id,
        bloc_id=bloc_id,
        created_at=now,
        password_changed_at=now,
    )
    db.session.add(person)
    db.session.flush()
    return Actor(person.id, role, agency_id, ip="10.0.0.7", user_agent="test")


def add_signer(
    bloc_id: int, agency_id: int, *, name: str, kind: AuthorityKind = AuthorityKind.HEAD, title: str = "Giám đốc"
) -> Actor:
    """A representative with a key and one authority."""
    actor = add_person(Role.REPRESENTATIVE, bloc_id, name=name, agency_id=agency_id)
    container = parts().key_store.create(display_name=name, organisation=name, pin=PIN)
    now = parts().clock.now()
    db.session.add_all(
        [
            SigningKey(
                person_id=actor.person_id,
                container=container.blob,
                certificate_pem=container.certificate_pem,
                certificate_serial=container.serial,
                certificate_subject=container.subject,
                not_before=container.not_before,
                not_after=container.not_after,
                created_at=now,
            ),
            SigningAuthority(
                person_id=actor.person_id,
                agency_id=agency_id,
                kind=kind.value,
                position_title=title,
                valid_from=now - timedelta(days=1),
            ),
        ]
    )
    db.session.flush()
    return actor


def make_asked_pledge(app: Flask, house: SigningHouse, text: PledgeText | None = None, *, days: int = 7) -> uuid.UUID:
    """A pledge in state `in_review`, revision 1, nobody has answered; `days` may be negative. Returns its id."""
    with app.app_context():
        pledge_id = _add_asked_pledge(house, text or small_text(len(house.agencies)), days).id
        db.session.commit()
        return pledge_id


def make_agreed_pledge(app: Flask, house: SigningHouse, text: PledgeText | None = None) -> uuid.UUID:
    """A pledge in state `agreed` with one revision; returns its id."""
    with app.app_context():
        pledge = _add_asked_pledge(house, text or small_text(len(house.agencies)), 7)
        _agree_all(house, pledge)
        db.session.commit()
        return pledge.id


def open_command(app: Flask, house: SigningHouse, pledge_id: uuid.UUID, *, date: DateLine | None = None) -> OpenSigning:
    """Open signing of the current revision, three days to sign."""
    with app.app_context():
        revision = current_revision(pledge_id)
        return OpenSigning(
            actor=house.coordinator,
            pledge_id=pledge_id,
            revision_number=revision.number,
            revision_sha256=revision.sha256,
            date=date or DateLine(None, 5, 2024),
            date_policy=DatePolicy.FILLED_AT_FINALISATION,
            deadline=parts().clock.now() + timedelta(days=3),
        )


def make_open_pledge(app: Flask, house: SigningHouse, text: PledgeText | None = None) -> uuid.UUID:
    """A pledge in state `signing`."""
    pledge_id = make_agreed_pledge(app, house, text)
    command = open_command(app, house, pledge_id)
    with app.app_context():
        open_signing(command)
    return pledge_id


def sign_command(app: Flask, pledge_id: uuid.UUID, actor: Actor) -> SignPledge:
    """What this representative's page would send."""
    with app.app_context():
        revision = current_revision(pledge_id)
        signing = current_signing(pledge_id)
        authority = db.session.scalars(
            select(SigningAuthority.id).where(SigningAuthority.person_id == actor.person_id)
        ).first()
        return SignPledge(
            actor=actor,
            pledge_id=pledge_id,
            revision_number=revision.number,
            revision_sha256=revision.sha256,
            document_sha256=signing.base_sha256,
            authority_id=authority or 0,
            pin=PIN,
            consent=True,
        )


def decline_command(app: Flask, pledge_id: uuid.UUID, actor: Actor, reason: str = "Sai chỉ tiêu.") -> DeclineToSign:
    """What this representative's page would send."""
    with app.app_context():
        revision = current_revision(pledge_id)
        return DeclineToSign(actor, pledge_id, revision.number, revision.sha256, reason)


def sign_by(app: Flask, pledge_id: uuid.UUID, *actors: Actor) -> None:
    """These people sign, one after the other."""
    for actor in actors:
        command = sign_command(app, pledge_id, actor)
        with app.app_context():
            sign_pledge(command)


def current_revision(pledge_id: uuid.UUID) -> PledgeRevision:
    """The newest revision, inside an application context."""
    query = select(PledgeRevision).where(PledgeRevision.pledge_id == pledge_id).order_by(PledgeRevision.number.desc())
    return db.session.scalars(query).first() or _nothing()


def current_signing(pledge_id: uuid.UUID) -> Signing:
    """The signing that is not void, inside an application context."""
    query = select(Signing).where(Signing.pledge_id == pledge_id, Signing.voided_at.is_(None))
    return db.session.scalars(query).one()


def stored_pledge(pledge_id: uuid.UUID) -> Pledge:
    """The pledge as stored now, inside an application context."""
    return db.session.get_one(Pledge, pledge_id, populate_existing=True)


def other_pin(command: SignPledge, pin: str = "000000") -> SignPledge:
    """The same act with another PIN."""
    return replace(command, pin=pin)


def _add_agency(number: int) -> int:
    agency = Agency(name=f"Sở Thử nghiệm {number}", short_name=f"STN{number}")
    db.session.add(agency)
    db.session.flush()
    return agency.id


def _add_asked_pledge(house: SigningHouse, content: PledgeText, days: int) -> Pledge:
    """The rows in the order that the database's guards ask for."""
    now = parts().clock.now()
    pledge = Pledge(
        bloc_id=house.bloc_id,
        title=content.title,
        subject=content.subject,
        state=State.DRAFT.value,
        party_count=len(house.agencies),
        draft_content=content.canonical_bytes(),
        draft_sha256=content.sha256(),
        draft_saved_at=now,
        created_by=house.coordinator.person_id,
        created_at=now,
        updated_at=now,
    )
    db.session.add(pledge)
    db.session.flush()
    _add_parties_and_revision(house, pledge, content)
    db.session.flush()
    pledge.state, pledge.revision_number = State.IN_REVIEW.value, 1
    pledge.review_deadline = now + timedelta(days=days)
    db.session.flush()
    return pledge


def _add_parties_and_revision(house: SigningHouse, pledge: Pledge, content: PledgeText) -> None:
    for position, (actor, block) in enumerate(zip(house.representatives, content.parties, strict=True), start=1):
        row = {"pledge_id": pledge.id, "agency_id": actor.agency_id, "person_id": actor.person_id}
        db.session.add(PledgeParty(position=position, heading=block.heading, **row))
    revision = PledgeRevision(pledge_id=pledge.id, number=1, round=1, content=content.canonical_bytes())
    revision.sha256, revision.submitted_at = content.sha256(), pledge.created_at
    revision.submitted_by = pledge.created_by
    db.session.add(revision)


def _agree_all(house: SigningHouse, pledge: Pledge) -> None:
    revision = current_revision(pledge.id)
    said = {"revision_id": revision.id, "kind": VerdictKind.AGREE.value, "given_at": pledge.created_at}
    for party in db.session.scalars(select(PledgeParty).where(PledgeParty.pledge_id == pledge.id)):
        db.session.add(Verdict(party_id=party.id, person_id=party.person_id, **said))
    db.session.flush()
    pledge.state, pledge.agreed_count = State.AGREED.value, len(house.agencies)


def _nothing() -> PledgeRevision:
    raise LookupError("no revision")
