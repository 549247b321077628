"""Pledges in motion as lines of a task list with every agency's progress: one statement, however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from approval.domain.states import State, VerdictKind
from approval.models.agency import Agency
from approval.models.comment import Comment
from approval.models.comment_answer import CommentAnswer
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict

_UNANSWERED = (
    select(Comment.pledge_id, func.count().label("count"))
    .outerjoin(CommentAnswer, and_(CommentAnswer.comment_id == Comment.id, CommentAnswer.superseded_at.is_(None)))
    .where(Comment.withdrawn_at.is_(None), CommentAnswer.id.is_(None))
    .group_by(Comment.pledge_id)
    .subquery()
)


@dataclass(frozen=True, slots=True)
class AgencyMark:
    """One agency's place in the current step. `code`: a verdict kind, signed, pending or overdue."""

    position: int
    agency_id: int
    agency_name: str
    short_name: str
    code: str
    is_mine: bool

    @property
    def is_waiting(self) -> bool:
        """Whether this agency still has to act."""
        return self.code in {"pending", "overdue"}


@dataclass(frozen=True, slots=True)
class InboxTask:
    """One pledge in a task list. `deadline` and `since` belong to the current step (review or signing).

    `unanswered` counts comments that wait for the coordinator.
    """

    pledge_id: uuid.UUID
    title: str
    subject: str
    state: State
    round: int
    party_count: int
    agreed_count: int
    signed_count: int
    deadline: datetime | None
    since: datetime
    is_late: bool
    unanswered: int
    marks: tuple[AgencyMark, ...]

    @property
    def answered_count(self) -> int:
        """How many agencies have acted in the current step."""
        return sum(1 for mark in self.marks if not mark.is_waiting)

    @property
    def late_agencies(self) -> tuple[str, ...]:
        """Short names of the agencies past the deadline, in protocol order."""
        return tuple(mark.short_name for mark in self.marks if mark.code == "overdue")

    @property
    def asks_changes(self) -> bool:
        """Whether somebody asked for changes in the current revision."""
        return any(mark.code == VerdictKind.REQUEST_CHANGES for mark in self.marks)

    def waits_for_me(self) -> bool:
        """Whether the viewer's agency still has to act."""
        return any(mark.is_mine and mark.is_waiting for mark in self.marks)


def tasks_statement(sees: ColumnElement[bool], states: Collection[State]) -> Select[*tuple[Any, ...]]:
    """One row an agency of every pledge that is seen and in one of the states. Build it once: building costs more than
    the database does.
    """
    return (
        select(
            *(Pledge.id, Pledge.title, Pledge.subject, Pledge.state, Pledge.round),
            *(Pledge.party_count, Pledge.agreed_count, Pledge.signed_count),
            *(Pledge.review_deadline, Pledge.signing_deadline, Pledge.updated_at),
            *(PledgeParty.position, Agency.id.label("agency_id"), Agency.name, Agency.short_name),
            *(Verdict.kind, Signature.id.label("signature_id"), PledgeRevision.submitted_at, Signing.opened_at),
            func.coalesce(_UNANSWERED.c.count, 0).label("unanswered"),
        )
        .join(PledgeParty, PledgeParty.pledge_id == Pledge.id)
        .join(Agency, Agency.id == PledgeParty.agency_id)
        .outerjoin(
            PledgeRevision, and_(PledgeRevision.pledge_id == Pledge.id, PledgeRevision.number == Pledge.revision_number)
        )
        .outerjoin(
            Verdict,
            and_(
                Verdict.revision_id == PledgeRevision.id,
                Verdict.party_id == PledgeParty.id,
                Verdict.superseded_at.is_(None),
            ),
        )
        .outerjoin(_UNANSWERED, _UNANSWERED.c.pledge_id == Pledge.id)
        .outerjoin(Signing, and_(Signing.pledge_id == Pledge.id, Signing.voided_at.is_(None)))
        .outerjoin(Signature, and_(Signature.signing_id == Signing.id, Signature.party_id == PledgeParty.id))
        .where(sees, Pledge.state.in_([state.value for state in states]))
        .order_by(Pledge.id, PledgeParty.position)
    )


def load_tasks(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    values: Mapping[str, object],
    *,
    agency_id: int | None,
    now: datetime,
) -> tuple[InboxTask, ...]:
    """The pledges of a `tasks_statement` as tasks: overdue first, then by deadline, then by age."""
    rows = session.execute(statement, values)
    tasks = [_task(list(group), agency_id, now) for _, group in groupby(rows, key=lambda row: row.id)]
    return tuple(sorted(tasks, key=lambda task: (not task.is_late, task.deadline or task.since, task.since)))


def _task(rows: list[Row[Any]], agency_id: int | None, now: datetime) -> InboxTask:
    pledge = rows[0]
    state = State(pledge.state)
    deadline, since = _step(pledge, state)
    is_late = deadline is not None and deadline < now
    return InboxTask(
        pledge_id=pledge.id,
        title=pledge.title,
        subject=pledge.subject,
        state=state,
        round=pledge.round,
        party_count=pledge.party_count,
        agreed_count=pledge.agreed_count,
        signed_count=pledge.signed_count,
        deadline=deadline,
        since=since,
        is_late=is_late,
        unanswered=pledge.unanswered,
        marks=tuple(_marks(rows, state, agency_id, waiting="overdue" if is_late else "pending")),
    )


def _step(pledge: Row[Any], state: State) -> tuple[datetime | None, datetime]:
    """Deadline and beginning of the step the pledge is in."""
    match state:
        case State.IN_REVIEW:
            return pledge.review_deadline, pledge.submitted_at
        case State.SIGNING:
            return pledge.signing_deadline, pledge.opened_at
        case _:
            return None, pledge.updated_at


def _marks(rows: list[Row[Any]], state: State, agency_id: int | None, *, waiting: str) -> Iterable[AgencyMark]:
    for row in rows:
        if state in {State.SIGNING, State.FINALISING}:
            done = "signed" if row.signature_id is not None else None
        else:
            # A draft may still carry the verdicts of the revision it grew out of; they say nothing about it.
            done = None if state is State.DRAFT else row.kind
        is_mine = row.agency_id == agency_id
        yield AgencyMark(row.position, row.agency_id, row.name, row.short_name, done or waiting, is_mine)
