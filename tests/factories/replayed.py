"""Plays the stored life of a pledge again, as both verifiers do with an evidence bundle."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from approval.adapters.offline import events as offline_events
from approval.adapters.offline import replay as offline_replay
from approval.domain.evidence_events import EvidenceEvent
from approval.domain.evidence_replay import Play, replay
from approval.extensions import db
from approval.models.audit_event import AuditEvent
from tests.factories.signing_house import stored_pledge


def require_replayable(pledge_id: uuid.UUID) -> Play:
    """Assert, inside an application context, that an honest life raises no alarm and ends where the pledge stands."""
    query = select(AuditEvent.seq, AuditEvent.payload).where(AuditEvent.pledge_ref == str(pledge_id))
    rows = db.session.execute(query.order_by(AuditEvent.seq)).all()
    play = replay(EvidenceEvent.of(row.seq, row.payload) for row in rows)
    life = offline_replay.replay([offline_events.Event(row.seq, row.payload) for row in rows])
    assert play.state == life.state == stored_pledge(pledge_id).state
    return play
