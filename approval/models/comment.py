"""What an agency says about one part of one revision, and the exchange below it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class Comment(Base):
    """Insert only, but that it may be withdrawn once while nobody has answered (triggers on both databases).

    `anchor` is a domain Anchor as written ("clause:3"); `quote` the words of that part from character `quote_start`
    on; `replacement` the text suggested in their place ("" deletes them, None suggests nothing). `verdict_words` marks
    the words typed into the verdict itself.
    """

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("(quote = '') = (quote_start IS NULL)", name="quote_has_place"),
        CheckConstraint("quote_start IS NULL OR quote_start >= 0", name="quote_start_not_negative"),
        CheckConstraint("replacement IS NULL OR (quote <> '' AND replacement <> quote)", name="suggestion_replaces"),
        CheckConstraint("body <> '' OR replacement IS NOT NULL", name="says_something"),
        CheckConstraint("NOT verdict_words OR (anchor = 'whole' AND quote = '')", name="verdict_words_on_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("pledge_revision.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    anchor: Mapped[str] = mapped_column(String(20))
    quote: Mapped[str] = mapped_column(Text, default="")
    quote_start: Mapped[int | None]
    replacement: Mapped[str | None] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    verdict_words: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
