"""The coordinator's answer to a comment: taken, taken in part, or explained."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.states import AnswerKind
from approval.models.base import Base, UtcDateTime, one_of


class CommentAnswer(Base):
    """A later answer supersedes the earlier one, which stays. `place` is the anchor ("clause:3") in the next text.

    `taken`: the suggestion was put into the draft word for word by the product.
    """

    __tablename__ = "comment_answer"
    __table_args__ = (
        CheckConstraint(one_of("kind", AnswerKind), name="kind_known"),
        CheckConstraint("kind = 'accepted' OR words <> ''", name="reasons_given"),
        CheckConstraint("NOT taken OR (kind = 'accepted' AND place IS NOT NULL)", name="taken_is_accepted"),
        Index(
            "uq_comment_answer_current",
            "comment_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(String(20))
    taken: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
