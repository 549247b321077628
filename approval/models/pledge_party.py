"""The agencies of one pledge in protocol order."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class PledgeParty(Base):
    """One agency's place in a pledge; `person_id` is the representative who acts and gets the mail.

    `person_since` is when somebody else took over, NULL while it is whoever was named at first.
    """

    __tablename__ = "pledge_party"
    __table_args__ = (
        UniqueConstraint("pledge_id", "agency_id"),
        UniqueConstraint("pledge_id", "position"),
        UniqueConstraint("pledge_id", "person_id"),
        CheckConstraint("position BETWEEN 1 AND 40", name="position_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(String(300))
