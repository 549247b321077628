"""A proofreading finding that somebody looked at and let stand, remembered for the pledge."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class FindingDismissal(Base):
    """`fingerprint` is the SHA-256 (64 hex) of rule, found words and the words around them, so it survives a move."""

    __tablename__ = "finding_dismissal"
    __table_args__ = (
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_length"),
        Index(
            "uq_finding_dismissal_current",
            "pledge_id",
            "fingerprint",
            unique=True,
            sqlite_where=text("restored_at IS NULL"),
            postgresql_where=text("restored_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    rule: Mapped[str] = mapped_column(String(10))
    found: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    dismissed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    dismissed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
