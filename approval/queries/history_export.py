"""One pledge's events as they are stored, for a reader who checks them without this program."""

from __future__ import annotations

import json
import uuid
from base64 import b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.history_chain import stored_bytes
from approval.models.audit_event import AuditEvent
from approval.queries.visible_pledge import Viewer, load_visible_pledge


def load_history_export(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> bytes:
    """JSON Lines, oldest first: {"seq", "payload"}, the payload's exact bytes in base64 (as in an evidence bundle).

    Raises NotFoundError for a viewer who may not see the pledge.
    """
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    query = (
        select(AuditEvent.seq, AuditEvent.payload)
        .where(AuditEvent.pledge_ref == str(pledge.id))
        .order_by(AuditEvent.pledge_seq)
    )
    lines = [
        json.dumps({"seq": row.seq, "payload": b64encode(stored_bytes(row.payload)).decode()})
        for row in session.execute(query)
    ]
    return "".join(f"{line}\n" for line in lines).encode()
