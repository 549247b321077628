"""What a person has typed into the editor and not saved yet; a closed tab or a dead battery loses nothing."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class WorkingCopy(Base):
    """One a person and pledge, gone when the draft is saved. `fields` is the form as typed, JSON.

    `base_version` is `Pledge.version` the editor was opened on; `edit_number` rises with every autosave, so that a
    second tab which did not see the last one is told instead of writing over it.
    """

    __tablename__ = "working_copy"
    __table_args__ = (CheckConstraint("edit_number >= 1 AND base_version >= 1", name="counters_from_one"),)

    pledge_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("pledge.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    base_version: Mapped[int]
    edit_number: Mapped[int]
    fields: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
