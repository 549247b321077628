"""Every text a draft has had: what a save replaced is never lost, and two editors can be merged on what both saw."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class DraftText(Base):
    """Insert only. The working text as it stood from `Pledge.version` = `version` on; `content` is canonical JSON."""

    __tablename__ = "draft_text"
    __table_args__ = (
        UniqueConstraint("pledge_id", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    version: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
