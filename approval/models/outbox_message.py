"""Work for later, written in the transaction of the change that causes it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class OutboxMessage(Base):
    """A mail or a finalisation. `key` is unique, so a second one cannot exist; `lease_number` is the fencing number.

    `outcome` is NULL while open, then 'done' (work), 'sent', 'skipped' (`note` says why), 'refused' (the server will
    never take it), 'uncertain' (the line broke after the last word: it may have arrived) or 'bounced'. A mail goes to
    a person's address, or to `to_address` of somebody without an account. `waited_for` mails leave at any hour.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("topic IN ('mail', 'finalise')", name="topic_known"),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('sent', 'done', 'skipped', 'refused', 'uncertain', 'bounced')",
            name="outcome_known",
        ),
        CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="closed_has_outcome"),
        CheckConstraint(
            "topic <> 'mail' OR (message_id IS NOT NULL AND (person_id IS NOT NULL OR to_address IS NOT NULL))",
            name="mail_has_recipient",
        ),
        CheckConstraint("attempts >= 0 AND lease_number >= 0", name="counters_not_negative"),
        Index(
            "ix_outbox_message_open_due",
            "topic",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    pledge_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, ForeignKey("pledge.id"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("pledge_party.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_name: Mapped[str | None] = mapped_column(String(200))
    to_address: Mapped[str | None] = mapped_column(String(254))
    waited_for: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int | None]
    facts: Mapped[str] = mapped_column(Text, default="{}")
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_number: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
