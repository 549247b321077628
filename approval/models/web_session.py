"""Server-side sessions: one row each, so that ending one ends it everywhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class WebSession(Base):
    """The cookie holds a random token; the row holds its SHA-256 (hex), so a stolen database opens no session."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_person_id_ended_at", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str | None] = mapped_column(String(40))
