"""The newest files of all finished documents: what `approval renew` looks after."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.models.pledge import Pledge
from approval.models.renewal_views import NEWEST_RENEWAL


@dataclass(frozen=True, slots=True)
class ProofFile:
    """One finished document and the hash of its newest file: the published one, or the last that was renewed."""

    pledge_id: uuid.UUID
    title: str
    sha256: str


def load_proof_files(session: Session) -> tuple[ProofFile, ...]:
    """In the order in which they were finished."""
    query = select(Pledge.id, Pledge.title, Pledge.final_sha256).where(Pledge.final_sha256.is_not(None))
    rows = session.execute(query.order_by(Pledge.finalised_at, Pledge.id)).all()
    return tuple(ProofFile(row.id, row.title, newest_file(session, row.id, row.final_sha256)) for row in rows)


def newest_file(session: Session, pledge_id: uuid.UUID, final_sha256: str) -> str:
    """Hash of the newest file of a finished document."""
    payload = session.scalar(NEWEST_RENEWAL, {"pledge_ref": str(pledge_id)})
    return final_sha256 if payload is None else str(json.loads(payload)["obj"]["doc_sha256"])
