"""The pledge: its state, its round, and the evidence each state demands."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.states import State
from approval.models.base import Base, UtcDateTime, one_of


class Pledge(Base):
    """One pledge. `version` rises with every change and is what editors compare; `round` counts from 1.

    `draft_content` is the canonical JSON of the working text; it is what the next revision freezes. `title` is that
    text's title as lists and letters write it (domain/spoken_title.py).
    """

    __tablename__ = "pledge"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("round >= 1 AND version >= 1", name="counters_from_one"),
        CheckConstraint("party_count BETWEEN 2 AND 40", name="party_count_range"),
        CheckConstraint("agreed_count BETWEEN 0 AND party_count", name="agreed_count_range"),
        CheckConstraint("signed_count BETWEEN 0 AND party_count", name="signed_count_range"),
        CheckConstraint(
            "(state = 'draft') OR state = 'cancelled' OR revision_number >= 1", name="left_draft_has_revision"
        ),
        CheckConstraint(
            "state NOT IN ('agreed', 'signing', 'finalising', 'finalised') OR agreed_count = party_count",
            name="agreed_means_every_party",
        ),
        CheckConstraint(
            "(state IN ('finalising', 'finalised')) = (signed_count = party_count)", name="all_signed_means_every_party"
        ),
        CheckConstraint(
            "state IN ('signing', 'finalising', 'finalised') OR signed_count = 0", name="signed_only_when_signing"
        ),
        CheckConstraint("(state = 'finalised') = (final_sha256 IS NOT NULL)", name="finalised_has_final_file"),
        CheckConstraint("(state = 'finalised') = (finalised_at IS NOT NULL)", name="finalised_has_moment"),
        CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled_has_reason"),
        CheckConstraint("state <> 'in_review' OR review_deadline IS NOT NULL", name="review_has_deadline"),
        CheckConstraint("state <> 'signing' OR signing_deadline IS NOT NULL", name="signing_has_deadline"),
        CheckConstraint("final_sha256 IS NULL OR length(final_sha256) = 64", name="final_sha256_length"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    bloc_id: Mapped[int] = mapped_column(ForeignKey("bloc.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), index=True)
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    revision_number: Mapped[int] = mapped_column(default=0)
    party_count: Mapped[int]
    agreed_count: Mapped[int] = mapped_column(default=0)
    signed_count: Mapped[int] = mapped_column(default=0)
    draft_content: Mapped[bytes] = mapped_column(LargeBinary)
    draft_sha256: Mapped[str] = mapped_column(String(64))
    draft_saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    import_findings: Mapped[str] = mapped_column(Text, default="[]")
    round_reason: Mapped[str] = mapped_column(Text, default="")
    review_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signing_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    final_sha256: Mapped[str | None] = mapped_column(String(64))
    finalised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
