"""When each part that works in the background was last seen alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class Heartbeat(Base):
    """`name` is "sweep" (beat and worker together brought a sweep about), "relay" or "finalise"."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
