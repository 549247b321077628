"""Two texts of one pledge, to be compared: any two of its revisions, or one and the working draft."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.errors import NotFoundError
from approval.domain.pledge_text import PledgeText
from approval.domain.states import Role, State
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.queries.last_agreement import last_agreed
from approval.queries.revision_text import parse_text
from approval.queries.visible_pledge import Viewer, load_visible_pledge

WORKING_DRAFT = 0
"""Stands for the working draft where a revision number is asked for; revisions count from 1."""

_LINES = (
    select(PledgeRevision.number, PledgeRevision.round, PledgeRevision.submitted_at)
    .where(PledgeRevision.pledge_id == bindparam("pledge_id"))
    .order_by(PledgeRevision.number)
)
_CONTENTS = select(PledgeRevision.number, PledgeRevision.content).where(
    PledgeRevision.pledge_id == bindparam("pledge_id"),
    PledgeRevision.number.in_(bindparam("numbers", expanding=True)),
)


class Basis(StrEnum):
    """Why these two texts stand side by side."""

    ASKED = "asked"
    MY_AGREEMENT = "my_agreement"
    PREVIOUS = "previous"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A text one can choose: its number (WORKING_DRAFT for the draft), round, and when it was sent out or saved."""

    number: int
    round: int
    at: datetime

    @property
    def is_draft(self) -> bool:
        """It can still change."""
        return self.number == WORKING_DRAFT


@dataclass(frozen=True, slots=True)
class ComparedTexts:
    """Both texts, each with the line that names it."""

    old: RevisionLine
    new: RevisionLine
    old_text: PledgeText
    new_text: PledgeText


@dataclass(frozen=True, slots=True)
class RevisionComparison:
    """What the page needs: every text this viewer may choose, oldest first, and the two compared.

    `texts` is None (and `basis` NOTHING) while there are not two texts. `agreed_number`: the revision the viewer's
    agency last agreed to.
    """

    pledge_id: uuid.UUID
    title: str
    subject: str
    bloc_name: str
    state: State
    lines: tuple[RevisionLine, ...]
    texts: ComparedTexts | None
    basis: Basis
    agreed_number: int | None


def load_revision_comparison(
    session: Session, viewer: Viewer, pledge_id: uuid.UUID, *, old: int | None, new: int | None
) -> RevisionComparison:
    """The comparison of two numbers, or of those that concern this viewer where one is None.

    A representative is shown what changed since the agency last agreed, everybody else what the newest text changed.
    Raises NotFoundError for a pledge or a revision that does not exist for this viewer.
    """
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    lines = _lines(session, viewer, pledge)
    agreed = last_agreed(session, pledge.id, viewer.agency_id) if viewer.role is Role.REPRESENTATIVE else None
    for number in (old, new):
        if number is not None and number not in lines:
            raise _no_such_revision(len(lines), drafting=WORKING_DRAFT in lines)
    pair, basis = _chosen(list(lines), old=old, new=new, agreed=agreed)
    return RevisionComparison(
        pledge_id=pledge.id,
        title=pledge.title,
        subject=pledge.subject,
        bloc_name=bloc.name,
        state=State(pledge.state),
        lines=tuple(lines.values()),
        texts=_texts(session, pledge, lines, *pair) if pair else None,
        basis=basis,
        agreed_number=agreed,
    )


def _lines(session: Session, viewer: Viewer, pledge: Pledge) -> dict[int, RevisionLine]:
    rows = session.execute(_LINES, {"pledge_id": pledge.id})
    lines = {row.number: RevisionLine(row.number, row.round, row.submitted_at) for row in rows}
    if pledge.state == State.DRAFT and viewer.role is Role.COORDINATOR:
        lines[WORKING_DRAFT] = RevisionLine(WORKING_DRAFT, pledge.round, pledge.draft_saved_at)
    return lines


def _chosen(
    numbers: list[int], *, old: int | None, new: int | None, agreed: int | None
) -> tuple[tuple[int, int] | None, Basis]:
    """`numbers` as they can be chosen, the newest last."""
    if old is not None and new is not None:
        return (old, new), Basis.ASKED
    if len(numbers) < 2:  # noqa: PLR2004 - a comparison takes two
        return None, Basis.NOTHING
    newest = numbers[-1] if new is None else new
    if old is not None:
        return (old, newest), Basis.ASKED
    if agreed is not None and agreed != newest:
        return (agreed, newest), Basis.MY_AGREEMENT
    return (numbers[max(numbers.index(newest) - 1, 0)], newest), Basis.PREVIOUS


def _texts(session: Session, pledge: Pledge, lines: Mapping[int, RevisionLine], old: int, new: int) -> ComparedTexts:
    rows = session.execute(_CONTENTS, {"pledge_id": pledge.id, "numbers": sorted({old, new})})
    contents = {WORKING_DRAFT: pledge.draft_content} | {row.number: row.content for row in rows}
    return ComparedTexts(lines[old], lines[new], parse_text(contents[old]), parse_text(contents[new]))


def _no_such_revision(count: int, *, drafting: bool) -> NotFoundError:
    sent = count - drafting
    known = f"Văn bản có các bản từ lần 1 đến lần {sent}" if sent else "Văn bản chưa có bản nào được gửi lấy ý kiến"
    return NotFoundError(
        "revision-not-found",
        f"Không có bản này, hoặc Ông/Bà chưa được xem bản này. {known}; hãy mở lại trang so sánh từ trang văn bản.",
        f"No such revision for you to see ({sent} were sent out). Open the comparison again from the pledge's page.",
    )
