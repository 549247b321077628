"""The worker's part: seal the signed file, and only then call the pledge finalised."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.adapters.failpoints import failpoint
from approval.domain.audit_event import EventType
from approval.domain.commands import SYSTEM_ACTOR, FinalisePledge
from approval.domain.signing_layout import SigningLayout
from approval.domain.states import Action, Role, State
from approval.extensions import db
from approval.models.audit_event import AuditHead
from approval.models.checkpoint_views import COSIGNATURE_LINES, NEWEST_SIZE, NOTE
from approval.models.pledge import Pledge
from approval.models.signing import Signing
from approval.services.finished_mail import queue_finished_mails
from approval.services.sealed_document import SealedDocument, SealingWork, seal_document
from approval.services.signing_standing import lock_open_signing, open_signing_of, require_existing
from approval.services.stored_text import parse_stored_text
from approval.services.transition_pledge import transition_pledge
from approval.services.unit_of_work import EventDraft, UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True)
class _Task:
    """One finalisation, free of the session."""

    pledge_id: uuid.UUID
    signing_id: int
    work: SealingWork


class _OvertakenError(Exception):
    """Another worker finished first: nothing left to do."""


def finalise_pledge(command: FinalisePledge) -> None:
    """Finish one fully signed pledge. Doing it again, or twice at once, changes nothing and raises nothing.

    Raises NotFoundError, and WorkNotReadyError (TimestampUnavailableError among them) when it cannot be finished yet;
    its `vi` is the cause shown on the page, and the caller tries again without age limit.
    """
    task = _read_task(command.pledge_id)
    if task is None:
        return
    failpoint("finalise:1")
    sealed = seal_document(task.work)
    try:
        with unit_of_work() as uow:
            _publish(uow, task, sealed)
            uow.session.flush()
            failpoint("finalise:5")
    except _OvertakenError:
        return
    failpoint("finalise:6")


def _read_task(pledge_id: uuid.UUID) -> _Task | None:
    session = db.session()
    # A worker's session may remember what an earlier task read.
    session.rollback()
    pledge = require_existing(session.get(Pledge, pledge_id))
    signing = open_signing_of(session, pledge)
    if pledge.state != State.FINALISING.value or signing is None:
        return None
    head = session.execute(select(AuditHead.size, AuditHead.root)).one()
    work = SealingWork(
        head_sha256=signing.head_sha256,
        layout=SigningLayout.from_json(signing.layout),
        printed=parse_stored_text(signing.printed_content),
        audit_size=head.size,
        audit_root=head.root,
        checkpoint=_newest_checkpoint(session),
    )
    task = _Task(pledge.id, signing.id, work)
    # Sealing takes long; no transaction may stay open over it.
    session.rollback()
    return task


def _newest_checkpoint(session: Session) -> bytes | None:
    size = session.scalar(NEWEST_SIZE)
    if size is None:
        return None
    note: bytes = session.scalars(NOTE, {"size": size}).one()
    return note + "".join(session.scalars(COSIGNATURE_LINES, {"size": size})).encode()


def _publish(uow: UnitOfWork, task: _Task, sealed: SealedDocument) -> None:
    pledge = uow.lock_pledge(task.pledge_id)
    signing = lock_open_signing(uow.session, pledge)
    if pledge.state != State.FINALISING.value or not _still_same(signing, task):
        raise _OvertakenError
    state_from = State(pledge.state)
    transition_pledge(uow, pledge, Action.FINALISE, Role.SYSTEM)
    pledge.final_sha256 = sealed.sha256
    pledge.finalised_at = uow.now
    queue_finished_mails(uow, pledge, signing_id=task.signing_id)
    uow.record(_event(task, sealed, pledge, state_from))


def _still_same(signing: Signing | None, task: _Task) -> bool:
    return signing is not None and signing.id == task.signing_id and signing.head_sha256 == task.work.head_sha256


def _sha256(checkpoint: bytes | None) -> str | None:
    return None if checkpoint is None else sha256(checkpoint).hexdigest()


def _event(task: _Task, sealed: SealedDocument, pledge: Pledge, state_from: State) -> EventDraft:
    filled = sealed.date_line
    return EventDraft(
        type=EventType.DOCUMENT_FINALISED,
        actor=SYSTEM_ACTOR,
        pledge=pledge,
        state_from=state_from,
        state_to=State(pledge.state),
        doc_sha256=sealed.sha256,
        revision=pledge.revision_number,
        data={
            "checkpoint_sha256": _sha256(task.work.checkpoint),
            "date": {"day": filled.day, "month": filled.month, "year": filled.year},
            "head_sha256": task.work.head_sha256,
            "last_signed_on": sealed.last_signed_on.isoformat(),
            "sealed_root": task.work.audit_root.hex(),
            "sealed_size": task.work.audit_size,
            "signing": task.signing_id,
        },
    )
