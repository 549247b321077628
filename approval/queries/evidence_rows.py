"""What the history, the texts and the mails of one pledge give to an evidence bundle."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType, canonical_json, moment_text
from approval.domain.evidence_events import KEY_EVENTS, EvidenceEvent, write_events
from approval.domain.evidence_manifest import note_path, revision_path, token_path
from approval.domain.evidence_times import was_newest
from approval.domain.history_chain import read_event
from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature, AuditToken
from approval.models.audit_event import AuditEvent
from approval.models.checkpoint_views import NEWEST_SIZE
from approval.models.delivery_event import DeliveryEvent
from approval.models.outbox_message import OutboxMessage
from approval.models.pledge import Pledge
from approval.models.pledge_revision import PledgeRevision
from approval.queries.displaced_events import load_displaced

_ROWS_AT_ONCE = 10_000


def newest_signed_size(session: Session) -> int:
    """How many events the newest signed head has; 0 before the first."""
    return session.scalar(NEWEST_SIZE) or 0


def leaves_before(session: Session, size: int) -> bytes:
    """Leaf hashes of the first `size` events, joined."""
    query = select(AuditEvent.leaf_hash).where(AuditEvent.seq < size).order_by(AuditEvent.seq)
    return b"".join(session.scalars(query.execution_options(yield_per=_ROWS_AT_ONCE)))


def events_before(session: Session, pledge: Pledge, size: int) -> tuple[EvidenceEvent, ...]:
    """The pledge's events and those about the log's keys among the first `size`; as stored, not checked.

    Whose an event is its payload says: a row that was filed elsewhere is brought all the same.
    """
    own = AuditEvent.pledge_ref == str(pledge.id)
    last = session.scalar(select(func.max(AuditEvent.seq)).where(own, AuditEvent.seq < size))
    displaced = load_displaced(session, str(pledge.id), after=-1 if last is None else last, size=size)
    query = (
        select(AuditEvent.seq, AuditEvent.payload)
        .where(
            AuditEvent.seq < size,
            or_(own, AuditEvent.type.startswith(KEY_EVENTS), AuditEvent.seq.in_(displaced)),
        )
        .order_by(AuditEvent.seq)
    )
    # Nothing for what is no event: the verifiers will say so.
    return tuple(EvidenceEvent(row.seq, row.payload, read_event(row.payload) or {}) for row in session.execute(query))


def event_file(events: Iterable[EvidenceEvent]) -> bytes:
    """`log/events.jsonl`."""
    return write_events(events)


def head_files(session: Session, events: Sequence[EvidenceEvent], size: int) -> dict[str, bytes]:
    """The signed heads that tell about these events, up to `size`, each with the witnesses' lines and the time stamp
    that it got while it was the newest.
    """
    sizes = _telling_sizes(session, [event.seq for event in events], size)
    notes = select(AuditCheckpoint.size, AuditCheckpoint.note).where(AuditCheckpoint.size.in_(sizes))
    files = {note_path(row.size): bytes(row.note) for row in session.execute(notes)}
    lines = select(AuditCosignature).where(AuditCosignature.size.in_(sizes))
    for seen in session.scalars(lines.order_by(AuditCosignature.size, AuditCosignature.witness)):
        if was_newest(seen.size, events, seen.cosigned_at):
            files[note_path(seen.size)] += seen.line.encode()
    tokens = session.scalars(select(AuditToken).where(AuditToken.size.in_(sizes)))
    in_time = (one for one in tokens if was_newest(one.size, events, one.stamped_at))
    return files | {token_path(one.size): bytes(one.token) for one in in_time}


def revision_files(session: Session, pledge: Pledge) -> dict[str, bytes]:
    """Canonical texts of all revisions."""
    query = select(PledgeRevision.number, PledgeRevision.content).where(PledgeRevision.pledge_id == pledge.id)
    return {revision_path(row.number): bytes(row.content) for row in session.execute(query)}


def kept_opinions(events: Iterable[EvidenceEvent]) -> tuple[str, str] | None:
    """Hashes of PDF and data of the table of opinions kept when the signing that counts was opened."""
    found = None
    for event in events:
        data = event.body.get("data", {})
        if event.body.get("type") == EventType.SIGNING_OPENED:
            found = (str(data.get("opinions_sha256")), str(data.get("opinions_json_sha256")))
        elif event.body.get("type") == EventType.SIGNING_DECLINED:
            found = None
    return found


def delivery_file(session: Session, pledge_id: uuid.UUID) -> bytes:
    """Every mail about the pledge and what became of it: to whom by number, never an address or a server's words."""
    steps: dict[int, list[dict[str, Any]]] = {}
    happened = (
        select(DeliveryEvent)
        .join(OutboxMessage, OutboxMessage.id == DeliveryEvent.outbox_id)
        .where(OutboxMessage.pledge_id == pledge_id)
        .order_by(DeliveryEvent.id)
    )
    for one in session.scalars(happened):
        said = {"step": one.step, "at": moment_text(one.at), "code": _code(one.answer)}
        steps.setdefault(one.outbox_id, []).append(said)
    mails = select(OutboxMessage).where(OutboxMessage.pledge_id == pledge_id, OutboxMessage.topic == "mail")
    return canonical_json(
        {
            "pledge": str(pledge_id),
            "mails": [_mail(row, steps.get(row.id, [])) for row in session.scalars(mails.order_by(OutboxMessage.id))],
        }
    )


def _mail(row: OutboxMessage, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "message_id": row.message_id,
        "outcome": row.outcome,
        "person": row.person_id,
        "round": row.round,
        "steps": steps,
    }


def _code(answer: str) -> str:
    return answer[:3] if answer[:3].isascii() and answer[:3].isdigit() else ""


def _telling_sizes(session: Session, seqs: Sequence[int], size: int) -> set[int]:
    """The newest head, the newest most witnessed one, and for each event the first head over it and the first stamped.

    All heads of a year would be tens of thousands, and prove nothing more about this pledge.
    """
    heads = _sizes(session, AuditCheckpoint, seqs, size)
    stamped = _sizes(session, AuditToken, seqs, size)
    telling = {size}
    for seq in seqs:
        telling |= {found[place] for found in (heads, stamped) if (place := bisect_right(found, seq)) < len(found)}
    return telling | _most_witnessed(session, size)


def _sizes(
    session: Session, table: type[AuditCheckpoint | AuditToken], seqs: Sequence[int], size: int
) -> Sequence[int]:
    query = select(table.size).where(table.size > seqs[0], table.size <= size).order_by(table.size)
    return session.scalars(query).all()


def _most_witnessed(session: Session, size: int) -> set[int]:
    count = func.count(AuditCosignature.witness)
    query = (
        select(AuditCosignature.size)
        .where(AuditCosignature.size <= size)
        .group_by(AuditCosignature.size)
        .order_by(count.desc(), AuditCosignature.size.desc())
        .limit(1)
    )
    return set(session.scalars(query))
