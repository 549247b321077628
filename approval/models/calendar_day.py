"""The administrator's own days on top of Vietnam's public calendar."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class CalendarDay(Base):
    """One Vietnam date on which offices are open (`works`) or closed, whatever the public calendar says."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("note <> ''", name="reason_given"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool]
    note: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
