"""The exchange below a comment, in the order it was written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class CommentReply(Base):
    """Insert only. `party_id` is the agency that speaks; None for the coordinator."""

    __tablename__ = "comment_reply"
    __table_args__ = (CheckConstraint("body <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
