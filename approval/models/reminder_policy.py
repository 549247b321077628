"""A pledge's own reminder policies; without a row the default holds."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.reminder_policy import Stage
from approval.models.base import Base, UtcDateTime, one_of


class PledgeReminderPolicy(Base):
    """`policy` is domain ReminderPolicy.as_dict() as JSON."""

    __tablename__ = "pledge_reminder_policy"
    __table_args__ = (CheckConstraint(one_of("stage", Stage), name="stage_known"),)

    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(10), primary_key=True)
    policy: Mapped[str] = mapped_column(Text)
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
