"""The history of one pledge, newest first, read from the payloads that the Merkle tree covers."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.states import Role, State
from approval.models.agency import Agency
from approval.models.audit_event import AuditEvent, AuditHead
from approval.models.person import Person
from approval.queries.visible_pledge import Viewer, load_visible_pledge


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event in words a template can choose: tag, actor, agency, state move, hashes (hex)."""

    seq: int
    pledge_seq: int
    at: datetime
    type: EventType
    actor_name: str
    agency_name: str
    revision: int | None
    doc_sha256: str | None
    state_from: State | None
    state_to: State | None
    data: dict[str, Any]
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class PledgeHistory:
    """All events of a pledge and the head of the whole log they belong to."""

    pledge_id: uuid.UUID
    title: str
    bloc_name: str
    state: State
    entries: tuple[HistoryEntry, ...]
    head_size: int
    head_root: str


def load_pledge_history(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> PledgeHistory:
    """History of one pledge. Raises NotFoundError for a viewer who may not see the pledge."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    people = {row.id: row.display_name for row in session.execute(select(Person.id, Person.display_name))}
    agencies = {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.pledge_ref == str(pledge.id)).order_by(AuditEvent.seq.desc())
    )
    head = session.get(AuditHead, 1)
    return PledgeHistory(
        pledge_id=pledge.id,
        title=pledge.title,
        bloc_name=bloc.name,
        state=State(pledge.state),
        entries=tuple(_entry(event, people, agencies) for event in events),
        head_size=head.size if head else 0,
        head_root=head.root.hex() if head else "",
    )


def _entry(event: AuditEvent, people: dict[int, str], agencies: dict[int, str]) -> HistoryEntry:
    payload: dict[str, Any] = json.loads(event.payload)
    role, _, person = str(payload["actor"]).partition(":")
    state_from, state_to = payload["obj"]["state_from"], payload["obj"]["state_to"]
    return HistoryEntry(
        seq=event.seq,
        pledge_seq=payload["pseq"],
        at=datetime.fromisoformat(payload["at"]),
        type=EventType(payload["type"]),
        actor_name="Hệ thống" if role == Role.SYSTEM else people.get(int(person or 0), "Người dùng đã xóa"),
        agency_name=agencies.get(payload["agency"] or 0, ""),
        revision=payload["obj"]["version"],
        doc_sha256=payload["obj"]["doc_sha256"],
        state_from=State(state_from) if state_from else None,
        state_to=State(state_to) if state_to else None,
        data=payload["data"],
        leaf_hash=event.leaf_hash.hex(),
    )
