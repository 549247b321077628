"""What one person sees of their own account: signing key, authorities, signature picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.domain.authority import authority_lines
from approval.domain.errors import NotFoundError
from approval.domain.states import AuthorityKind
from approval.models.agency import Agency
from approval.models.person import Person
from approval.models.signature_picture import SignaturePicture
from approval.models.signing_authority import SigningAuthority
from approval.models.signing_key import SigningKey
from approval.models.web_session import WebSession
from approval.queries.account_changes import AccountChangeLine, list_account_changes


@dataclass(frozen=True, slots=True)
class KeyCard:
    """The current signing key: certificate subject, serial (hex), period, and until when wrong PINs lock it."""

    subject: str
    serial: str
    not_before: datetime
    not_after: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """One recorded authority. `printed` are the lines above the signature; `is_current` at the moment asked."""

    id: int
    person_id: int
    person_name: str
    agency_name: str
    kind: AuthorityKind
    position_title: str
    printed: tuple[str, ...]
    document_reference: str
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None
    is_current: bool

    @property
    def last_moment(self) -> datetime | None:
        """The last moment in force: periods end at 00:00, people read "until the day before"."""
        return self.valid_to - timedelta(microseconds=1) if self.valid_to else None


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's account page. `picture_at` is None while there is no signature picture."""

    email: str
    password_changed_at: datetime
    session_count: int
    key: KeyCard | None
    picture_at: datetime | None
    picture_uploaded: bool
    authorities: tuple[AuthorityLine, ...]
    changes: tuple[AccountChangeLine, ...]


def load_profile(session: Session, person_id: int, *, now: datetime) -> Profile:
    """The account page of this person. Raises NotFoundError when there is no such person."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFoundError("person-not-found", "Không tìm thấy tài khoản này.", "No such account.")
    picture = session.get(SignaturePicture, person_id)
    return Profile(
        email=person.email,
        password_changed_at=person.password_changed_at,
        session_count=_living_sessions(session, person_id, now),
        key=_key(session, person_id, now),
        picture_at=picture.updated_at if picture else None,
        picture_uploaded=picture is not None and picture.origin == "uploaded",
        authorities=list_authorities(session, now=now, person_id=person_id),
        changes=list_account_changes(session, person_id),
    )


def own_picture(session: Session, person_id: int) -> bytes:
    """PNG bytes of this person's signature picture. Raises NotFoundError when there is none."""
    png = session.scalar(select(SignaturePicture.png).where(SignaturePicture.person_id == person_id))
    if png is None:
        raise NotFoundError(
            "picture-not-found", "Ông/Bà chưa có mẫu chữ ký. Tải ảnh lên ở mục Hồ sơ.", "No signature picture yet."
        )
    return png


def list_authorities(session: Session, *, now: datetime, person_id: int | None = None) -> tuple[AuthorityLine, ...]:
    """Recorded authorities of one person, or of everybody: those in force first."""
    query = (
        select(SigningAuthority, Person.display_name, Agency.name)
        .join(Person, Person.id == SigningAuthority.person_id)
        .join(Agency, Agency.id == SigningAuthority.agency_id)
        .order_by(Agency.id, Person.id, SigningAuthority.id)
    )
    if person_id is not None:
        query = query.where(SigningAuthority.person_id == person_id)
    lines = [_authority(row, person, agency, now) for row, person, agency in session.execute(query)]
    return tuple(sorted(lines, key=lambda line: not line.is_current))


def _authority(row: SigningAuthority, person_name: str, agency_name: str, now: datetime) -> AuthorityLine:
    kind = AuthorityKind(row.kind)
    in_period = row.valid_from <= now and (row.valid_to is None or now < row.valid_to)
    return AuthorityLine(
        id=row.id,
        person_id=row.person_id,
        person_name=person_name,
        agency_name=agency_name,
        kind=kind,
        position_title=row.position_title,
        printed=authority_lines(kind, row.position_title),
        document_reference=row.document_reference,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        revoked_at=row.revoked_at,
        is_current=row.revoked_at is None and in_period,
    )


def _key(session: Session, person_id: int, now: datetime) -> KeyCard | None:
    row = session.scalar(select(SigningKey).where(SigningKey.person_id == person_id, SigningKey.revoked_at.is_(None)))
    if row is None:
        return None
    locked = row.locked_until if row.locked_until and row.locked_until > now else None
    return KeyCard(row.certificate_subject, row.certificate_serial, row.not_before, row.not_after, locked)


def _living_sessions(session: Session, person_id: int, now: datetime) -> int:
    alive = (WebSession.person_id == person_id, WebSession.ended_at.is_(None), WebSession.expires_at > now)
    return session.scalar(select(func.count()).select_from(WebSession).where(*alive)) or 0
