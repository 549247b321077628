"""The receipt of the whole history, as mails and pages carry it: the newest signed head and who witnessed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from approval.domain.checkpoint import Checkpoint
from approval.extensions import parts
from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature
from approval.models.audit_event import AuditHead

# Built once, and one question: every mail that leaves asks it.
_HEAD = select(AuditHead.size, AuditHead.root).where(AuditHead.id == 1)
_NEWEST = (
    select(
        AuditCheckpoint.size,
        AuditCheckpoint.root,
        AuditCheckpoint.note,
        AuditCheckpoint.signed_at,
        AuditCosignature.witness,
        AuditCosignature.line,
    )
    .outerjoin(AuditCosignature, AuditCosignature.size == AuditCheckpoint.size)
    .where(AuditCheckpoint.size == select(func.max(AuditCheckpoint.size)).scalar_subquery())
    .order_by(AuditCosignature.witness)
)


@dataclass(frozen=True, slots=True)
class HistoryReceipt:
    """`text` is the note, before the first one is signed the three lines alone (`signed_at` None).

    `size` events are covered, under `root`; `cosigned` of `witnesses` configured witnesses have signed it.
    """

    text: str
    size: int
    root: bytes
    signed_at: datetime | None
    cosigned: int
    witnesses: int

    @property
    def witnessed(self) -> str:
        """How many of how many witnesses, in words (3/5 nhân chứng); "" where none is configured."""
        return f"{self.cosigned}/{self.witnesses} nhân chứng" if self.witnesses else ""


def load_history_receipt(session: Session) -> HistoryReceipt:
    """The receipt of this moment."""
    signed = session.execute(_NEWEST).all()
    witnesses = {one.key.name for one in parts().settings.witnesses}
    if not signed:
        head = session.execute(_HEAD).one()
        unsigned = Checkpoint(parts().settings.log_origin, head.size, head.root)
        return HistoryReceipt(unsigned.text, head.size, bytes(head.root), None, 0, len(witnesses))
    note = bytes(signed[0].note) + "".join(row.line or "" for row in signed).encode()
    cosigners = {row.witness for row in signed}
    newest = signed[0]
    return HistoryReceipt(
        note.decode(),
        newest.size,
        bytes(newest.root),
        newest.signed_at,
        len(witnesses & cosigners),
        len(witnesses),
    )


def receipt_values(session: Session) -> dict[str, str]:
    """What the foot of every letter says."""
    receipt = load_history_receipt(session)
    kind = "điểm kiểm có chữ ký" if receipt.signed_at else "điểm kiểm chưa ký"
    words = ", ".join(part for part in (kind, receipt.witnessed) if part)
    return {
        "receipt": receipt.text.strip(),
        "receipt_words": f"Biên nhận nhật ký ({words}), xin lưu lại để đối chiếu khi cần:",
    }
