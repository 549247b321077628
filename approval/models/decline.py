"""A refusal to sign and its reason, insert only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class Decline(Base):
    """One refusal ends a signing, so there is at most one a signing."""

    __tablename__ = "decline"
    __table_args__ = (
        UniqueConstraint("signing_id"),
        CheckConstraint("reason <> ''", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    signing_id: Mapped[int] = mapped_column(ForeignKey("signing.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    declined_at: Mapped[datetime] = mapped_column(UtcDateTime)
