"""The plan as rows: each occurrence once, with what became of it and why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.reminder_plan import ReminderKind
from approval.domain.reminder_policy import Stage
from approval.models.base import Base, UtcDateTime, one_of


class Reminder(Base):
    """`slot` is a Vietnam date (ISO 8601), for a nudge by hand the moment. `outcome` is NULL while planned.

    'mailed' (taken into the mail `outbox_id`, maybe a digest of several), 'skipped' (when its time came it was not due;
    `note` says why) and 'withdrawn' (replanned before its time; may be planned again).
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("pledge_id", "party_id", "round", "stage", "kind", "slot"),
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint(one_of("kind", ReminderKind), name="kind_known"),
        CheckConstraint("round >= 1", name="round_from_one"),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('mailed', 'skipped', 'withdrawn')",
            name="outcome_known",
        ),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_has_outcome"),
        CheckConstraint("(outbox_id IS NOT NULL) = (coalesce(outcome, '') = 'mailed')", name="mailed_has_mail"),
        CheckConstraint("outcome IS NULL OR outcome = 'mailed' OR note <> ''", name="why_not_mailed"),
        Index(
            "ix_reminder_open_due",
            "due_at",
            "id",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("pledge_party.id"), index=True)
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(12))
    slot: Mapped[str] = mapped_column(String(25))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
