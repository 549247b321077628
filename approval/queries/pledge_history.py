"""The history of one pledge, newest first, read from the payloads that the Merkle tree covers."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.access import may_fetch_receipt
from approval.domain.audit_event import EventType
from approval.domain.history_chain import ChainLink, stored_bytes
from approval.domain.history_filter import HistoryFilter
from approval.domain.states import Role, State
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.models.agency import Agency
from approval.models.audit_event import AuditEvent, AuditHead
from approval.models.person import Person
from approval.queries.history_check import HistoryCheck, check_history
from approval.queries.history_receipt import HistoryReceipt, load_history_receipt
from approval.queries.visible_pledge import Viewer, load_visible_pledge

_EVENTS = (
    select(AuditEvent.seq, AuditEvent.leaf_hash, AuditEvent.payload)
    .where(AuditEvent.pledge_ref == bindparam("pledge"))
    .order_by(AuditEvent.seq.desc())
)
_MAIN = HistoryFilter()
_UNKNOWN = "Người dùng đã xóa"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One event in words a template can choose: tag, actor, agency, state move, hashes (hex).

    `recipient_name` is who a mail went to, "" for other events; `has_receipt`: the viewer may take its receipt now.
    """

    seq: int
    pledge_seq: int
    at: datetime
    type: EventType
    actor_name: str
    agency_name: str
    agency_id: int | None
    revision: int | None
    doc_sha256: str | None
    state_from: State | None
    state_to: State | None
    recipient_name: str
    data: dict[str, Any]
    leaf_hash: str
    has_receipt: bool


@dataclass(frozen=True, slots=True)
class PledgeHistory:
    """Events of a pledge that were asked for, what checking all of them found, and the head of the whole log.

    `agencies` are those that acted: id and name.
    """

    pledge_id: uuid.UUID
    title: str
    bloc_name: str
    state: State
    entries: tuple[HistoryEntry, ...]
    wanted: HistoryFilter
    agencies: tuple[tuple[int, str], ...]
    check: HistoryCheck
    head_size: int
    head_root: str
    receipt: HistoryReceipt


def load_pledge_history(
    session: Session, viewer: Viewer, pledge_id: uuid.UUID, wanted: HistoryFilter = _MAIN
) -> PledgeHistory:
    """History of one pledge. Raises NotFoundError for a viewer who may not see the pledge."""
    pledge, bloc = load_visible_pledge(session, viewer, pledge_id)
    rows = session.execute(_EVENTS, {"pledge": str(pledge.id)}).all()
    read = ((row.seq, row.leaf_hash, _read(row.payload)) for row in rows)
    # An event that can no longer be read has been tampered with: the check names it, the others are still told.
    events = [(seq, leaf, payload) for seq, leaf, payload in read if payload is not None]
    people = _people(session, [payload for _, _, payload in events])
    agencies = _agencies(session, {payload["agency"] for _, _, payload in events})
    head = session.get(AuditHead, 1)
    receipt = load_history_receipt(session)
    signed = receipt.size if receipt.signed_at else 0
    entries = (_entry(*event, people, agencies, viewer=viewer, signed=signed) for event in events)
    links = [ChainLink(row.seq, stored_bytes(row.payload), stored_bytes(row.leaf_hash)) for row in reversed(rows)]
    return PledgeHistory(
        pledge_id=pledge.id,
        title=pledge.title,
        bloc_name=bloc.name,
        state=State(pledge.state),
        entries=tuple(entry for entry in entries if _is_wanted(entry, wanted)),
        wanted=wanted,
        agencies=tuple(sorted(agencies.items(), key=lambda agency: agency[1])),
        check=check_history(
            session, str(pledge.id), links, size=receipt.size, root=receipt.root, total=head.size if head else 0
        ),
        head_size=head.size if head else 0,
        head_root=head.root.hex() if head else "",
        receipt=receipt,
    )


def _read(stored: bytes) -> dict[str, Any] | None:
    """The payload, None where something that the page tells of every event is missing or no longer what it was."""
    try:
        payload: dict[str, Any] = json.loads(stored)
        obj = payload["obj"]
        _actor_id(payload), EventType(payload["type"]), datetime.fromisoformat(payload["at"]).astimezone(VIETNAM_TIME)
        [State(state) for state in (obj["state_from"], obj["state_to"]) if state]
        {payload["pseq"], payload["agency"], obj["version"], obj["doc_sha256"], payload["data"].get("person")}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return payload


def _is_wanted(entry: HistoryEntry, wanted: HistoryFilter) -> bool:
    moves = entry.state_to is not None and entry.state_to is not entry.state_from
    day = entry.at.astimezone(VIETNAM_TIME).date()
    return wanted.admits(entry.type, agency=entry.agency_id, moves=moves, day=day)


def _people(session: Session, payloads: list[dict[str, Any]]) -> dict[int, str]:
    """Names of those who acted and those who got mail; not of everybody who has an account."""
    ids = {_actor_id(payload) for payload in payloads} | {payload["data"].get("person") for payload in payloads}
    query = select(Person.id, Person.display_name).where(Person.id.in_(sorted(found for found in ids if found)))
    return {row.id: row.display_name for row in session.execute(query)}


def _agencies(session: Session, ids: set[int | None]) -> dict[int, str]:
    query = select(Agency.id, Agency.name).where(Agency.id.in_(sorted(found for found in ids if found)))
    return {row.id: row.name for row in session.execute(query)}


def _actor_id(payload: dict[str, Any]) -> int | None:
    _role, _, person = str(payload["actor"]).partition(":")
    return int(person) if person else None


def _entry(
    seq: int,
    leaf_hash: bytes,
    payload: dict[str, Any],
    people: dict[int, str],
    agencies: dict[int, str],
    *,
    viewer: Viewer,
    signed: int,
) -> HistoryEntry:
    actor = _actor_id(payload)
    by_system = str(payload["actor"]) == Role.SYSTEM.value
    state_from, state_to = payload["obj"]["state_from"], payload["obj"]["state_to"]
    return HistoryEntry(
        seq=seq,
        pledge_seq=payload["pseq"],
        at=datetime.fromisoformat(payload["at"]),
        type=EventType(payload["type"]),
        actor_name="Hệ thống" if by_system else people.get(actor or 0, _UNKNOWN),
        agency_name=agencies.get(payload["agency"] or 0, ""),
        agency_id=payload["agency"],
        revision=payload["obj"]["version"],
        doc_sha256=payload["obj"]["doc_sha256"],
        state_from=State(state_from) if state_from else None,
        state_to=State(state_to) if state_to else None,
        recipient_name=people.get(payload["data"].get("person") or 0, ""),
        data=payload["data"],
        leaf_hash=leaf_hash.hex(),
        has_receipt=seq < signed and may_fetch_receipt(viewer.role, is_actor=actor == viewer.person_id),
    )
