"""What happened to a mail, in order: handed over, deferred, refused, uncertain, bounced, opened, sent again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime, one_of


class DeliveryStep(StrEnum):
    """ATTEMPTED is written before the dialogue, so a dead worker leaves a trace; `answer` has the server's words."""

    ATTEMPTED = "attempted"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    OPENED = "opened"
    RESENT = "resent"
    SKIPPED = "skipped"


class DeliveryEvent(Base):
    """Insert only (triggers on both databases)."""

    __tablename__ = "delivery_event"
    __table_args__ = (CheckConstraint(one_of("step", DeliveryStep), name="step_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    step: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
