"""The coordinator holds back the reminders of one agency for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class ReminderPause(Base):
    """While `resumed_at` is NULL nothing of the plan leaves for this party; what fell due meanwhile is skipped."""

    __tablename__ = "reminder_pause"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        Index(
            "uq_reminder_pause_current",
            "party_id",
            unique=True,
            sqlite_where=text("resumed_at IS NULL"),
            postgresql_where=text("resumed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"))
    reason: Mapped[str] = mapped_column(Text)
    paused_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    paused_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
