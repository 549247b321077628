"""Việc cần xử lý: what waits for one person, what they follow, what they have done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, exists, false, func, literal, select, true, union_all
from sqlalchemy.orm import Session, aliased

from approval.domain.states import Role, State
from approval.models.pledge import Pledge
from approval.models.pledge_party import PledgeParty
from approval.models.pledge_revision import PledgeRevision
from approval.models.signature import Signature
from approval.models.signing import Signing
from approval.models.verdict import Verdict
from approval.queries.inbox_tasks import InboxTask, load_tasks, tasks_statement
from approval.queries.visible_pledge import Viewer

RECENT_ACTS = 3
MOST_ACTS = 1000
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
    values = {"agency_id": viewer.agency_id, "bloc_id": viewer.bloc_id}
    tasks = load_tasks(session, _in_motion(viewer.role), values, agency_id=viewer.agency_id, now=now)
    mine = [task for task in tasks if _is_mine(viewer, task)]
    most = MOST_ACTS if show_all_done else RECENT_ACTS
    acts = session.execute(_newest_acts(viewer.role), {**values, "most": most}).all()
    by_representative = viewer.role is Role.REPRESENTATIVE
    return Inbox(
        to_review=tuple(task for task in mine if by_representative and task.state is State.IN_REVIEW),
        to_sign=tuple(task for task in mine if by_representative and task.state is State.SIGNING),
        to_handle=tuple(task for task in mine if not by_representative),
        followed=tuple(task for task in tasks if task not in mine),
        done=tuple(DoneLine(act.pledge_id, act.title, act.code, act.round, act.at) for act in acts),
        done_count=acts[0].total if acts else 0,
    )


def _is_mine(viewer: Viewer, task: InboxTask) -> bool:
    if viewer.role is Role.REPRESENTATIVE:
        return task.state in {State.IN_REVIEW, State.SIGNING} and task.waits_for_me()
    if viewer.role is Role.COORDINATOR:
        asked = task.asks_changes or task.unanswered > 0
        return task.state in {State.DRAFT, State.AGREED} or (task.state is State.IN_REVIEW and asked)
    return False


@lru_cache(maxsize=len(Role))
def _in_motion(role: Role) -> Select[*tuple[Any, ...]]:
    """Pledges in motion by the rule of `domain.access.may_see`; values: agency_id, bloc_id."""
    match role:
        case Role.COORDINATOR:
            return tasks_statement(Pledge.bloc_id == bindparam("bloc_id"), _IN_MOTION)
        case Role.REPRESENTATIVE:
            party = aliased(PledgeParty)
            sees = exists().where(party.pledge_id == Pledge.id, party.agency_id == bindparam("agency_id"))
            return tasks_statement(sees, _SENT_OUT)
        case Role.ADMINISTRATOR:
            return tasks_statement(true(), _IN_MOTION)
        case Role.OBSERVER | Role.SYSTEM:
            return tasks_statement(false(), _IN_MOTION)


@lru_cache(maxsize=len(Role))
def _newest_acts(role: Role) -> Select[*tuple[Any, ...]]:
    """The newest `most` acts and how many there are; values: agency_id, bloc_id, most."""
    acts = (_own_acts() if role is Role.REPRESENTATIVE else _finished(role)).subquery()
    return select(acts, func.count().over().label("total")).order_by(acts.c.at.desc()).limit(bindparam("most"))


def _own_acts() -> CompoundSelect[*tuple[Any, ...]]:
    """Verdicts and signatures of the viewer's agency that still stand."""
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
        .where(PledgeParty.agency_id == bindparam("agency_id"), Verdict.superseded_at.is_(None))
    )
    signatures = (
        select(Pledge.id, Pledge.title, literal("signed"), literal(0), Signature.signed_at)
        .join(Signing, Signing.id == Signature.signing_id)
        .join(Pledge, Pledge.id == Signing.pledge_id)
        .join(PledgeParty, PledgeParty.id == Signature.party_id)
        .where(PledgeParty.agency_id == bindparam("agency_id"), Signing.voided_at.is_(None))
    )
    return union_all(verdicts, signatures)


def _finished(role: Role) -> Select[*tuple[Any, ...]]:
    """Finished pledges of the bloc, of all blocs for an administrator."""
    sees = true() if role is Role.ADMINISTRATOR else Pledge.bloc_id == bindparam("bloc_id")
    return select(
        Pledge.id.label("pledge_id"),
        Pledge.title.label("title"),
        literal("finalised").label("code"),
        literal(0).label("round"),
        Pledge.finalised_at.label("at"),
    ).where(sees, Pledge.state == State.FINALISED.value)
