"""The texts a draft has had: who saved which when, and any of them to read. Ask who may see the pledge first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.pledge_text import PledgeText
from approval.models.draft_text import DraftText
from approval.models.person import Person
from approval.queries.revision_text import parse_text

MOST_LISTED = 200
_SAVES = (
    select(DraftText.version, DraftText.saved_by, Person.display_name, DraftText.saved_at, DraftText.sha256)
    .join(Person, Person.id == DraftText.saved_by)
    .where(DraftText.pledge_id == bindparam("pledge_id"))
    .order_by(DraftText.version.desc())
    .limit(MOST_LISTED)
)
_TEXT = (
    select(DraftText.version, DraftText.content)
    .where(DraftText.pledge_id == bindparam("pledge_id"), DraftText.version <= bindparam("version"))
    .order_by(DraftText.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DraftSave:
    """One text the draft has had: the pledge's version from which it stood, who saved it, when (aware), its hash."""

    version: int
    person_id: int
    person_name: str
    saved_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class SavedText:
    """A text and the version from which it stood."""

    version: int
    text: PledgeText


def list_saves(session: Session, pledge_id: uuid.UUID) -> tuple[DraftSave, ...]:
    """The newest texts, newest first."""
    rows = session.execute(_SAVES, {"pledge_id": pledge_id})
    return tuple(DraftSave(row.version, row.saved_by, row.display_name, row.saved_at, row.sha256) for row in rows)


def load_draft_text(session: Session, pledge_id: uuid.UUID, version: int) -> SavedText | None:
    """The draft as it stood at a version of the pledge; None when that is not known."""
    row = session.execute(_TEXT, {"pledge_id": pledge_id, "version": version}).one_or_none()
    return SavedText(row.version, parse_text(row.content)) if row else None
