"""The receipt of one event: the event itself, and the proof that it stands under the newest signed head."""

from __future__ import annotations

import json
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.access import may_fetch_receipt
from approval.domain.checkpoint import LogProof
from approval.domain.errors import NotFoundError, ReceiptNotReadyError
from approval.domain.states import Role
from approval.models.audit_event import AuditEvent
from approval.models.checkpoint_views import COSIGNATURE_LINES, NEWEST_SIZE, NOTE
from approval.queries.log_proofs import load_inclusion_proof
from approval.queries.visible_pledge import Viewer, load_visible_pledge


def load_log_receipt(session: Session, viewer: Viewer, seq: int) -> LogProof:
    """The receipt of event `seq` for who acted, or who answers for the history and may see the pledge.

    Raises NotFoundError for everybody else, ReceiptNotReadyError while no signed head covers the event.
    """
    event = session.execute(
        select(AuditEvent.payload, AuditEvent.pledge_ref).where(AuditEvent.seq == seq)
    ).one_or_none()
    if event is None or not _may_fetch(session, viewer, event.payload, event.pledge_ref):
        raise _no_such_event()
    size = session.scalar(NEWEST_SIZE) or 0
    note = load_checkpoint(session, size)
    if note is None or size <= seq:
        raise _not_signed_yet()
    return LogProof(seq, load_inclusion_proof(session, seq, size), note, bytes(event.payload))


def _may_fetch(session: Session, viewer: Viewer, payload: bytes, pledge_ref: str | None) -> bool:
    is_actor = str(json.loads(payload)["actor"]).partition(":")[2] == str(viewer.person_id)
    if is_actor or viewer.role is Role.ADMINISTRATOR:
        return True
    if pledge_ref is None or not may_fetch_receipt(viewer.role, is_actor=is_actor):
        return False
    try:
        load_visible_pledge(session, viewer, uuid.UUID(pledge_ref))
    except NotFoundError:
        return False
    return True


def _no_such_event() -> NotFoundError:
    return NotFoundError(
        "receipt-not-found",
        "Không tìm thấy biên nhận này. Mở Nhật ký của văn bản và tải biên nhận bên cạnh việc của Ông/Bà.",
        "No such receipt. Open the history of the document and take the receipt beside what you did.",
    )


def _not_signed_yet() -> ReceiptNotReadyError:
    return ReceiptNotReadyError(
        "receipt-not-signed-yet",
        "Việc này đã ghi nhật ký nhưng chưa có điểm kiểm bao gồm. Tải lại sau ít phút, chậm nhất là mười phút.",
        "This is recorded, but no signed head covers it yet. Try again in a few minutes, ten at most.",
    )


def load_checkpoint(session: Session, size: int) -> bytes | None:
    """The note (C2SP tlog-checkpoint) of `size` events, witnesses' lines joined; None when that head is not signed."""
    note = session.scalar(NOTE, {"size": size})
    if note is None:
        return None
    return bytes(note) + "".join(session.scalars(COSIGNATURE_LINES, {"size": size})).encode()
