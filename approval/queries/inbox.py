"""Việc cần xử lý: what waits for one person, what they follow, what they have done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, false, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from approval.domain.states import Role, State
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict
from approval.queries.inbox_tasks import InboxTask, load_tasks
from approval.queries.visible_pledge import Viewer

RECENT_ACTS = 3
_IN_MOTION = (State.DRAFT, State.IN_REVIEW, State.AGREED, State.SIGNING, State.FINALISING)
_SENT_OUT = (State.IN_REVIEW, State.AGREED, State.SIGNING, State.FINALISING)


@dataclass(frozen=True, slots=True)
class DoneLine:
    """Something done: `code` is a verdict kind, signed or finalised; `round` 0 where it means nothing."""

    pledge_id: uuid.UUID
    title: str
    code: str
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """The task list of one person. `to_review` and `to_sign` are a representative's, `to_handle` a coordinator's.

    `followed` are pledges in motion that wait for others; `done` are the newest of `done_count`.
    """

    to_review: tuple[InboxTask, ...]
    to_sign: tuple[InboxTask, ...]
    to_handle: tuple[InboxTask, ...]
    followed: tuple[InboxTask, ...]
    done: tuple[DoneLine, ...]
    done_count: int

    @property
    def waiting(self) -> tuple[InboxTask, ...]:
        """Everything that waits for this person."""
        return (*self.to_review, *self.to_sign, *self.to_handle)

    @property
    def late_count(self) -> int:
        """How many of them are past their deadline."""
        return sum(1 for task in self.waiting if task.is_late)

    @property
    def late_answers(self) -> int:
        """For the coordinator: how many agencies are late, over all pledges."""
        return sum(len(task.late_agencies) for task in (*self.to_handle, *self.followed))


def load_inbox(session: Session, viewer: Viewer, *, now: datetime, show_all_done: bool = False) -> Inbox:
    """The task list by role; an observer and an administrator have nothing to answer and follow instead."""
    tasks = load_tasks(session, _pledges_in_motion(session, viewer), agency_id=viewer.agency_id, now=now)
    mine = [task for task in tasks if _is_mine(viewer, task)]
    done, done_count = _done(session, viewer, limit=None if show_all_done else RECENT_ACTS)
    by_representative = viewer.role is Role.REPRESENTATIVE
    return Inbox(
        to_review=tuple(task for task in mine if by_representative and task.state is State.IN_REVIEW),
        to_sign=tuple(task for task in mine if by_representative and task.state is State.SIGNING),
        to_handle=tuple(task for task in mine if not by_representative),
        followed=tuple(task for task in tasks if task not in mine),
        done=done,
        done_count=done_count,
    )


def _is_mine(viewer: Viewer, task: InboxTask) -> bool:
    if viewer.role is Role.REPRESENTATIVE:
        return task.state in {State.IN_REVIEW, State.SIGNING} and task.waits_for_me()
    if viewer.role is Role.COORDINATOR:
        return task.state in {State.DRAFT, State.AGREED} or (task.state is State.IN_REVIEW and task.asks_changes)
    return False


def _pledges_in_motion(session: Session, viewer: Viewer) -> list[Pledge]:
    query = select(Pledge).where(_visible(viewer), Pledge.state.in_([state.value for state in _states(viewer)]))
    return list(session.scalars(query))


def _states(viewer: Viewer) -> tuple[State, ...]:
    return _SENT_OUT if viewer.role is Role.REPRESENTATIVE else _IN_MOTION


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    """The rule of `domain.access.may_see` for pledges that are neither finished nor cancelled."""
    match viewer.role:
        case Role.COORDINATOR:
            return Pledge.bloc_id == viewer.bloc_id
        case Role.REPRESENTATIVE:
            return exists().where(PledgeParty.pledge_id == Pledge.id, PledgeParty.agency_id == viewer.agency_id)
        case Role.ADMINISTRATOR:
            return true()
        case Role.OBSERVER | Role.SYSTEM:
            return false()


def _done(session: Session, viewer: Viewer, *, limit: int | None) -> tuple[tuple[DoneLine, ...], int]:
    acts = (_own_acts(viewer) if viewer.role is Role.REPRESENTATIVE else _finished(viewer)).subquery()
    rows = session.execute(select(acts).order_by(acts.c.at.desc()).limit(limit)).all()
    count = session.scalar(select(func.count()).select_from(acts)) or 0
    return tuple(DoneLine(row.pledge_id, row.title, row.code, row.round, row.at) for row in rows), count


def _own_acts(viewer: Viewer) -> CompoundSelect[Any]:
    verdicts = (
        select(
            Pledge.id.label("pledge_id"),
            Pledge.title.label("title"),
            Verdict.kind.label("code"),
            PledgeRevision.round.label("round"),
            Verdict.given_at.label("at"),
        )
        .join(PledgeRevision, PledgeRevision.id == Verdict.revision_id)
        .join(Pledge, Pledge.id == PledgeRevision.pledge_id)
        .join(PledgeParty, PledgeParty.id == Verdict.party_id)
        .where(PledgeParty.agency_id == viewer.agency_id, Verdict.superseded_at.is_(None))
    )
    signatures = (
        select(Pledge.id, Pledge.title, literal("signed"), literal(0), Signature.signed_at)
        .join(Signing, Signing.id == Signature.signing_id)
        .join(Pledge, Pledge.id == Signing.pledge_id)
        .join(PledgeParty, PledgeParty.id == Signature.party_id)
        .where(PledgeParty.agency_id == viewer.agency_id, Signing.voided_at.is_(None))
    )
    return union_all(verdicts, signatures)


def _finished(viewer: Viewer) -> Select[uuid.UUID, str, str, int, datetime | None]:
    sees = true() if viewer.role is Role.ADMINISTRATOR else Pledge.bloc_id == viewer.bloc_id
    return select(
        Pledge.id.label("pledge_id"),
        Pledge.title.label("title"),
        literal("finalised").label("code"),
        literal(0).label("round"),
        Pledge.finalised_at.label("at"),
    ).where(sees, Pledge.state == State.FINALISED.value)
