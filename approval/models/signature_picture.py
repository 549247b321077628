"""The blue picture of a person's handwritten signature."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class SignaturePicture(Base):
    """PNG with transparent background, already re-encoded by the product."""

    __tablename__ = "signature_picture"
    __table_args__ = (CheckConstraint("origin IN ('default', 'uploaded')", name="origin_known"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    origin: Mapped[str] = mapped_column(String(10))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
