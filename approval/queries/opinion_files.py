"""The table of opinions as it was kept when signing opened, by the hashes in the history."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.models.audit_event import AuditEvent
from approval.models.signing import Signing
from approval.queries.pledge_files import no_such_file
from approval.queries.visible_pledge import Viewer, load_visible_pledge

_OPENINGS = (
    select(AuditEvent.payload)
    .where(AuditEvent.pledge_ref == bindparam("pledge_ref"), AuditEvent.type == EventType.SIGNING_OPENED.value)
    .order_by(AuditEvent.seq.desc())
    .limit(1)
)
_SIGNING = select(Signing.id).where(Signing.pledge_id == bindparam("pledge_id"), Signing.voided_at.is_(None))


@dataclass(frozen=True, slots=True)
class OpinionFiles:
    """Hashes (64 hex) of the kept PDF and of its data."""

    pdf_sha256: str
    json_sha256: str


def load_opinion_files(session: Session, pledge_id: uuid.UUID) -> OpinionFiles | None:
    """What was kept at the newest opening; None for one from before tables were kept."""
    payload = session.scalar(_OPENINGS, {"pledge_ref": str(pledge_id)})
    data = {} if payload is None else json.loads(payload)["data"]
    if "opinions_sha256" not in data:
        return None
    return OpinionFiles(data["opinions_sha256"], data["opinions_json_sha256"])


def kept_opinions(session: Session, viewer: Viewer, pledge_id: uuid.UUID) -> tuple[OpinionFiles, str]:
    """The files of the signing that is not void, and the pledge's title. Raises NotFoundError when there are none."""
    pledge, _bloc = load_visible_pledge(session, viewer, pledge_id)
    files = load_opinion_files(session, pledge.id)
    if files is None or session.scalar(_SIGNING, {"pledge_id": pledge.id}) is None:
        raise no_such_file()
    return files, pledge.title
