"""Commands: one frozen record for each thing a person or the worker can ask of a service."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from approval.domain.pledge_text import DateLine, DatePolicy, PledgeText
from approval.domain.states import AuthorityKind, Role, VerdictKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, `agency_id` for representatives only; `ip` and `user_agent` go to the erasable audit part."""

    person_id: int | None
    role: Role
    agency_id: int | None = None
    ip: str = ""
    user_agent: str = ""


SYSTEM_ACTOR = Actor(person_id=None, role=Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class ImportPledge:
    """Make a draft from an uploaded file for the coordinator's bloc."""

    actor: Actor
    bloc_id: int
    content: bytes


@dataclass(frozen=True, slots=True)
class StartFromPledge:
    """Take an earlier pledge of the coordinator's bloc up again as a new draft for a later year."""

    actor: Actor
    pledge_id: uuid.UUID
    year: int


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Replace the working text. `expected_version` is `Pledge.version` as the editor saw it.

    `edit_number` is the number of the autosave this text grew out of, 0 for none: that working copy goes.
    """

    actor: Actor
    pledge_id: uuid.UUID
    expected_version: int
    text: PledgeText
    edit_number: int = 0


@dataclass(frozen=True, slots=True)
class SubmitForReview:
    """Freeze the draft as the next revision and ask every party for a verdict until `deadline` (aware)."""

    actor: Actor
    pledge_id: uuid.UUID
    expected_version: int
    deadline: datetime


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """A representative's answer, bound to a revision number and its SHA-256."""

    actor: Actor
    pledge_id: uuid.UUID
    revision_number: int
    revision_sha256: str
    kind: VerdictKind
    comment: str = ""


@dataclass(frozen=True, slots=True)
class RevisePledge:
    """Take the pledge back to draft; opens the next round."""

    actor: Actor
    pledge_id: uuid.UUID
    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpenSigning:
    """Freeze bytes and invite signatures.

    `date` is the date line to print (the coordinator may complete it or blank more parts); `date_policy` goes with it.
    """

    actor: Actor
    pledge_id: uuid.UUID
    revision_number: int
    revision_sha256: str
    date: DateLine
    date_policy: DatePolicy
    deadline: datetime


@dataclass(frozen=True, slots=True)
class SignPledge:
    """One representative's signature over the opened document `document_sha256` of this revision."""

    actor: Actor
    pledge_id: uuid.UUID
    revision_number: int
    revision_sha256: str
    document_sha256: str
    authority_id: int
    pin: str
    consent: bool


@dataclass(frozen=True, slots=True)
class DeclineToSign:
    """Refuse with a reason; voids the signing and sends the pledge back to draft."""

    actor: Actor
    pledge_id: uuid.UUID
    revision_number: int
    revision_sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class CancelPledge:
    """End the pledge before it is complete."""

    actor: Actor
    pledge_id: uuid.UUID
    expected_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class FinalisePledge:
    """Worker: fill the date, seal, validate, publish."""

    pledge_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class SignIn:
    """Check a password and start a session."""

    email: str
    password: str
    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """End one session at once."""

    actor: Actor
    session_token: str


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Replace the password and end every other session of the person."""

    actor: Actor
    session_token: str
    current_password: str
    new_password: str


@dataclass(frozen=True, slots=True)
class ChangePin:
    """Re-encrypt the person's signing key under a new PIN."""

    actor: Actor
    current_pin: str
    new_pin: str


@dataclass(frozen=True, slots=True)
class BlocAgency:
    """One member agency of a bloc; members are given in protocol order."""

    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class CreateBloc:
    """Administrator: a bloc under its superior body, and its agencies; the first one leads."""

    actor: Actor
    name: str
    short_name: str
    superior: str
    place: str
    agencies: tuple[BlocAgency, ...]


@dataclass(frozen=True, slots=True)
class CreatePerson:
    """Administrator: an account. A representative needs `agency_id`, a PIN and the authority they sign with."""

    actor: Actor
    display_name: str
    email: str
    password: str
    role: Role
    bloc_id: int | None = None
    agency_id: int | None = None
    pin: str | None = None
    authority: AuthorityKind = AuthorityKind.HEAD
    position_title: str = "GIÁM ĐỐC"
    document_reference: str = ""


@dataclass(frozen=True, slots=True)
class IssueSigningKey:
    """Administrator: give a representative a new signing key under this PIN; the old key is revoked."""

    actor: Actor
    person_id: int
    pin: str


@dataclass(frozen=True, slots=True)
class EditPerson:
    """Administrator: the name an account goes by, and the address it signs in with and gets mail at."""

    actor: Actor
    person_id: int
    display_name: str
    email: str


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Administrator: another person's password is replaced by this fresh one; all their sessions end."""

    actor: Actor
    person_id: int
    password: str


@dataclass(frozen=True, slots=True)
class LockAccount:
    """Administrator: the person can no longer sign in; their sessions end."""

    actor: Actor
    person_id: int


@dataclass(frozen=True, slots=True)
class UnlockAccount:
    """Administrator: the person can sign in again, with the password they had."""

    actor: Actor
    person_id: int


@dataclass(frozen=True, slots=True)
class SetSignaturePicture:
    """Replace the person's blue signature picture with an uploaded PNG."""

    actor: Actor
    content: bytes


@dataclass(frozen=True, slots=True)
class GrantAuthority:
    """Administrator: record that a person may sign for the head of an agency."""

    actor: Actor
    person_id: int
    kind: AuthorityKind
    position_title: str
    document_reference: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class RevokeAuthority:
    """Administrator: end a recorded authority now."""

    actor: Actor
    authority_id: int
