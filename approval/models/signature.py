"""One signature in one signing: the evidence, insert only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class Signature(Base):
    """A row exists if and only if the party signed. `position` is the order in the file, from 1.

    `previous_sha256` → `document_sha256` is the step of the file this signature made.
    """

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("signing_id", "party_id"),
        UniqueConstraint("signing_id", "person_id"),
        UniqueConstraint("signing_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 40", name="position_range"),
        CheckConstraint("length(document_sha256) = 64 AND length(previous_sha256) = 64", name="sha256_length"),
        CheckConstraint("document_sha256 <> previous_sha256", name="file_moved_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signing_id: Mapped[int] = mapped_column(ForeignKey("signing.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("signing_authority.id"))
    authority_lines: Mapped[str] = mapped_column(String(400))
    position: Mapped[int]
    field_name: Mapped[str] = mapped_column(String(40))
    previous_sha256: Mapped[str] = mapped_column(String(64))
    document_sha256: Mapped[str] = mapped_column(String(64))
    certificate_serial: Mapped[str] = mapped_column(String(64))
    certificate_subject: Mapped[str] = mapped_column(String(300))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
