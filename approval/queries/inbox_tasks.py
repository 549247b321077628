"""Pledges in motion as lines of a task list with every agency's progress: three statements, however many there are."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from approval.domain.states import State, VerdictKind
from approval.models.agency import Agency
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict


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
    """One pledge in a task list. `deadline` and `since` belong to the current step (review or signing)."""

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


def load_tasks(
    session: Session, pledges: Iterable[Pledge], *, agency_id: int | None, now: datetime
) -> tuple[InboxTask, ...]:
    """The pledges as tasks: overdue first, then by deadline, then by age."""
    found = list(pledges)
    marks = _marks(session, found, agency_id=agency_id, now=now)
    starts = _starts(session, found)
    tasks = [_task(pledge, marks[pledge.id], starts.get(pledge.id), now) for pledge in found]
    return tuple(sorted(tasks, key=lambda task: (not task.is_late, task.deadline or task.since, task.since)))


def deadline_of(pledge: Pledge) -> datetime | None:
    """The deadline of the step the pledge is in, None outside review and signing."""
    match State(pledge.state):
        case State.IN_REVIEW:
            return pledge.review_deadline
        case State.SIGNING:
            return pledge.signing_deadline
        case _:
            return None


def _task(pledge: Pledge, marks: list[AgencyMark], since: datetime | None, now: datetime) -> InboxTask:
    deadline = deadline_of(pledge)
    return InboxTask(
        pledge_id=pledge.id,
        title=pledge.title,
        subject=pledge.subject,
        state=State(pledge.state),
        round=pledge.round,
        party_count=pledge.party_count,
        agreed_count=pledge.agreed_count,
        signed_count=pledge.signed_count,
        deadline=deadline,
        since=since or pledge.updated_at,
        is_late=deadline is not None and deadline < now,
        marks=tuple(marks),
    )


def _marks(
    session: Session, pledges: list[Pledge], *, agency_id: int | None, now: datetime
) -> dict[uuid.UUID, list[AgencyMark]]:
    by_id = {pledge.id: pledge for pledge in pledges}
    rows = session.execute(
        select(PledgeParty, Agency, Verdict.kind, Signature.id)
        .join(Pledge, Pledge.id == PledgeParty.pledge_id)
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
        .outerjoin(Signing, and_(Signing.pledge_id == Pledge.id, Signing.voided_at.is_(None)))
        .outerjoin(Signature, and_(Signature.signing_id == Signing.id, Signature.party_id == PledgeParty.id))
        .where(PledgeParty.pledge_id.in_(by_id))
        .order_by(PledgeParty.position)
    )
    marks: dict[uuid.UUID, list[AgencyMark]] = defaultdict(list)
    for party, agency, verdict, signature_id in rows:
        code = _code(by_id[party.pledge_id], verdict, signed=signature_id is not None, now=now)
        mine = agency.id == agency_id
        marks[party.pledge_id].append(AgencyMark(party.position, agency.id, agency.name, agency.short_name, code, mine))
    return marks


def _code(pledge: Pledge, verdict: str | None, *, signed: bool, now: datetime) -> str:
    state = State(pledge.state)
    if state in {State.SIGNING, State.FINALISING, State.FINALISED}:
        done = "signed" if signed else None
    else:
        done = None if state is State.DRAFT else verdict
    deadline = deadline_of(pledge)
    return done or ("overdue" if deadline is not None and deadline < now else "pending")


def _starts(session: Session, pledges: list[Pledge]) -> dict[uuid.UUID, datetime]:
    """When the current step began: the revision was sent out, or the signing opened."""
    reviewed = [pledge.id for pledge in pledges if pledge.state in {State.IN_REVIEW, State.AGREED}]
    signed = [pledge.id for pledge in pledges if pledge.state in {State.SIGNING, State.FINALISING}]
    starts: dict[uuid.UUID, datetime] = {}
    if reviewed:
        query = (
            select(PledgeRevision.pledge_id, PledgeRevision.submitted_at)
            .join(Pledge, Pledge.id == PledgeRevision.pledge_id)
            .where(PledgeRevision.number == Pledge.revision_number, Pledge.id.in_(reviewed))
        )
        starts |= dict(session.execute(query).all())
    if signed:
        opened = select(Signing.pledge_id, Signing.opened_at).where(
            Signing.voided_at.is_(None), Signing.pledge_id.in_(signed)
        )
        starts |= dict(session.execute(opened).all())
    return starts
