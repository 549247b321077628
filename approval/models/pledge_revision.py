"""A frozen text that verdicts and signatures bind to."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class PledgeRevision(Base):
    """Insert only (triggers on both databases). `content` is canonical JSON, `sha256` its lower-case hex digest."""

    __tablename__ = "pledge_revision"
    __table_args__ = (
        UniqueConstraint("pledge_id", "number"),
        CheckConstraint("number >= 1 AND round >= 1", name="counters_from_one"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    number: Mapped[int]
    round: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
