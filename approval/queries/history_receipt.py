"""The receipt of the whole history, as mails and pages carry it: the newest signed head and who witnessed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval.domain.checkpoint import Checkpoint
from approval.extensions import parts
from approval.models.audit_checkpoint import AuditCheckpoint, AuditCosignature
from approval.models.audit_event import AuditHead
from approval.queries.newest_checkpoint import load_newest_checkpoint


@dataclass(frozen=True, slots=True)
class HistoryReceipt:
    """`text` is the note, before the first one is signed the three lines alone (`signed_at` None).

    `size` events are covered; `cosigned` of `witnesses` configured witnesses have signed it.
    """

    text: str
    size: int
    signed_at: datetime | None
    cosigned: int
    witnesses: int

    @property
    def witnessed(self) -> str:
        """How many of how many witnesses, in words (3/5 nhân chứng); "" where none is configured."""
        return f"{self.cosigned}/{self.witnesses} nhân chứng" if self.witnesses else ""


def load_history_receipt(session: Session) -> HistoryReceipt:
    """The receipt of this moment."""
    newest = select(AuditCheckpoint.size, AuditCheckpoint.signed_at).order_by(AuditCheckpoint.size.desc()).limit(1)
    signed = session.execute(newest).one_or_none()
    note = load_newest_checkpoint(session)
    witnesses = {one.key.name for one in parts().settings.witnesses}
    if signed is None or note is None:
        head = session.execute(select(AuditHead.size, AuditHead.root).where(AuditHead.id == 1)).one()
        unsigned = Checkpoint(parts().settings.log_origin, head.size, head.root)
        return HistoryReceipt(unsigned.text, head.size, None, 0, len(witnesses))
    cosigners = set(session.scalars(select(AuditCosignature.witness).where(AuditCosignature.size == signed.size)))
    return HistoryReceipt(note.decode(), signed.size, signed.signed_at, len(witnesses & cosigners), len(witnesses))


def receipt_values(session: Session) -> dict[str, str]:
    """What the foot of every letter says."""
    receipt = load_history_receipt(session)
    kind = "điểm kiểm có chữ ký" if receipt.signed_at else "điểm kiểm chưa ký"
    words = ", ".join(part for part in (kind, receipt.witnessed) if part)
    return {
        "receipt": receipt.text.strip(),
        "receipt_words": f"Biên nhận nhật ký ({words}), xin lưu lại để đối chiếu khi cần:",
    }
