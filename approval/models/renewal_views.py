"""The renewals of a finished document's proof as the history holds them, written as views are."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from approval.domain.audit_event import EventType
from approval.models.audit_event import AuditEvent

# Payload of the newest renewal; takes the pledge's id as text in `pledge_ref`.
NEWEST_RENEWAL = (
    select(AuditEvent.payload)
    .where(AuditEvent.pledge_ref == bindparam("pledge_ref"), AuditEvent.type == EventType.PROOF_RENEWED.value)
    .order_by(AuditEvent.seq.desc())
    .limit(1)
)
