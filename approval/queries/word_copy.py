"""The texts of a pledge that a person may take away as a Word file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.pledge_text import PledgeText
from approval.domain.states import Role, State
from approval.models.bloc import Bloc
from approval.models.pledge_revision import PledgeRevision
from approval.queries.pledge_files import no_such_file
from approval.queries.revision_text import parse_text
from approval.queries.visible_pledge import Viewer, load_visible_pledge


@dataclass(frozen=True, slots=True)
class WordCopy:
    """One text, whom its heading names, the round it belongs to and when it was saved (aware UTC).

    `is_signed` says that this very text has been or is being signed, so that a copy of it must not pass for a draft.
    """

    text: PledgeText
    superior: str
    bloc_name: str
    round: int
    saved_at: datetime
    is_signed: bool


def load_revision_copy(session: Session, viewer: Viewer, pledge_id: uuid.UUID, number: int) -> WordCopy:
    """A revision that was sent out. An observer reads the finished text, not how people came to it.

    Raises NotFoundError.
    """
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    revision = session.scalar(
        select(PledgeRevision).where(PledgeRevision.pledge_id == pledge.id, PledgeRevision.number == number)
    )
    if revision is None or (viewer.role is Role.OBSERVER and number != pledge.revision_number):
        raise no_such_file()
    signed = State(pledge.state) in _SETTLED_STATES and number == pledge.revision_number
    return _copy(bloc, revision.content, revision.round, revision.submitted_at, is_signed=signed)


def load_draft_copy(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> WordCopy:
    """The working draft, for the bloc's coordinator while there is one. Raises NotFoundError."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    if viewer.role is not Role.COORDINATOR or State(pledge.state) is not State.DRAFT:
        raise no_such_file()
    return _copy(bloc, pledge.draft_content, pledge.round, pledge.draft_saved_at, is_signed=False)


_SETTLED_STATES = frozenset({State.SIGNING, State.FINALISING, State.FINALISED})


def _copy(bloc: Bloc, content: bytes, round_number: int, saved_at: datetime, *, is_signed: bool) -> WordCopy:
    return WordCopy(parse_text(content), bloc.superior, bloc.name, round_number, saved_at, is_signed)
