"""Whether this person already left such an event on this pledge today: once a day is enough to know."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType, actor_label
from approval.domain.commands import Actor
from approval.domain.vietnam_time import VIETNAM_TIME
from approval.models.audit_event import AuditEvent
from approval.models.pledge import Pledge

Document = tuple[int | None, str | None]
"""The number of a revision and the hash of its text or file."""


def noted_today(
    session: Session, pledge: Pledge, kind: EventType, actor: Actor, now: datetime, *, document: Document = (None, None)
) -> datetime | None:
    """When it was noted today (Vietnam), None when it was not. Call with the pledge locked."""
    query = (
        select(AuditEvent.payload)
        .where(AuditEvent.pledge_ref == str(pledge.id), AuditEvent.type == kind.value)
        .order_by(AuditEvent.pledge_seq.desc())
    )
    today = _day(now)
    for payload in session.scalars(query.execution_options(yield_per=50)):
        event: dict[str, Any] = json.loads(payload)
        at = datetime.fromisoformat(event["at"])
        if _day(at) != today:
            return None
        seen = (event["obj"]["version"], event["obj"]["doc_sha256"])
        if event["actor"] == actor_label(actor.role, actor.person_id) and seen == document:
            return at
    return None


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM_TIME).date()
