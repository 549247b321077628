"""One opening of a pledge for signature: frozen bytes, head revision, lease."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class Signing(Base):
    """`base_sha256` is the certified file every person reads; `head_sha256` the newest file in the chain of signatures.

    `layout` is JSON: field boxes and what was printed. The lease serialises writers; comparing
    the head before it is moved proves that it did.
    """

    __tablename__ = "signing"
    __table_args__ = (
        CheckConstraint("length(base_sha256) = 64 AND length(head_sha256) = 64", name="sha256_length"),
        CheckConstraint("head_position >= 0 AND lease_number >= 0", name="counters_not_negative"),
        CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="void_has_reason"),
        Index(
            "uq_signing_open",
            "pledge_id",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("pledge_revision.id"))
    printed_content: Mapped[bytes] = mapped_column(LargeBinary)
    layout: Mapped[str] = mapped_column(Text)
    base_sha256: Mapped[str] = mapped_column(String(64))
    head_sha256: Mapped[str] = mapped_column(String(64))
    head_position: Mapped[int] = mapped_column(default=0)
    lease_number: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(Text)
