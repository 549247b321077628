"""A representative's answer to one revision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.states import VerdictKind
from approval.models.base import Base, UtcDateTime, one_of


class Verdict(Base):
    """Bound to a revision row, hence to its SHA-256. A later answer supersedes the earlier one, which stays.

    It collects the agency's comments on that revision: `comment` holds the words typed into the answer itself,
    `comment_count` how many comments on parts of the text stood at that moment.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        CheckConstraint(one_of("kind", VerdictKind), name="kind_known"),
        CheckConstraint(
            "kind = 'agree' OR comment <> '' OR comment_count > 0", name="comment_when_not_plain_agreement"
        ),
        CheckConstraint("comment_count >= 0", name="comment_count_not_negative"),
        Index(
            "uq_verdict_current",
            "revision_id",
            "party_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("pledge_revision.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    comment: Mapped[str] = mapped_column(Text, default="")
    comment_count: Mapped[int] = mapped_column(default=0)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
