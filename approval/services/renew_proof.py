"""Carries the proof of a finished document on before its certificates age; the published bytes stay as they are."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR
from approval.domain.document import Finding
from approval.domain.errors import NotFoundError, WorkNotReadyError
from approval.domain.proof_age import ProofAge
from approval.extensions import db, parts
from approval.models.pledge import Pledge
from approval.models.renewal_views import NEWEST_RENEWAL
from approval.services.signing_standing import require_existing
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class RenewProof:
    """Renew the newest file of this finished pledge."""

    pledge_id: uuid.UUID


class _OvertakenError(Exception):
    """Another run renewed it first: nothing left to do."""


def renew_proof(command: RenewProof) -> ProofAge | None:
    """Put a new time stamp over the newest file and keep the result beside it; how long the proof holds now.

    None when another run was first. Raises NotFoundError (no such finished document), ProofNotRenewableError,
    TimestampUnavailableError, FileMissingError, FileDamagedError, and WorkNotReadyError when the renewed file does not
    pass validation; in all cases nothing has changed.
    """
    session = db.session()
    before = _newest(session, require_existing(session.get(Pledge, command.pledge_id)))
    # A distant authority may take long; no transaction may stay open over it.
    session.rollback()
    tools = parts()
    renewed = tools.renewer.renew(tools.file_store.get(before))
    _require_sound(renewed)
    age, after = tools.renewer.age(renewed), tools.file_store.put(renewed)
    try:
        with unit_of_work() as uow:
            _record(uow, command, before=before, after=after, age=age)
    except _OvertakenError:
        return None
    return age


def _newest(session: Session, pledge: Pledge) -> str:
    if pledge.final_sha256 is None:
        raise NotFoundError(
            "not-finished",
            "Văn bản chưa hoàn chỉnh nên chưa có gì để gia hạn.",
            "The document is not finished, so there is nothing to renew yet.",
        )
    payload = session.scalar(NEWEST_RENEWAL, {"pledge_ref": str(pledge.id)})
    return pledge.final_sha256 if payload is None else str(json.loads(payload)["obj"]["doc_sha256"])


def _require_sound(pdf: bytes) -> None:
    report = parts().validator.inspect(pdf)
    if report.finding is not Finding.SOUND:
        raise WorkNotReadyError(
            "renewed-not-sound",
            f"Văn bản sau khi gia hạn không đạt kiểm tra: {'; '.join(report.problems)} Báo Quản trị.",
            f"The renewed document did not pass validation ({report.finding.value}). Tell the administrator.",
        )


def _record(uow: UnitOfWork, command: RenewProof, *, before: str, after: str, age: ProofAge) -> None:
    pledge = uow.lock_pledge(command.pledge_id)
    if _newest(uow.session, pledge) != before:
        raise _OvertakenError
    uow.record(
        EventDraft(
            type=EventType.PROOF_RENEWED,
            actor=SYSTEM_ACTOR,
            pledge=pledge,
            doc_sha256=after,
            revision=pledge.revision_number,
            data={
                "before_sha256": before,
                "stamped_at": age.stamped_at.isoformat(),
                "ends_at": age.ends_at.isoformat(),
            },
        )
    )
