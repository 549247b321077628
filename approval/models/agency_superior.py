"""Whom to tell when an agency stays silent: a name and an address, no account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class AgencySuperior(Base):
    """At most one an agency; `title` is what the letter addresses ("Giám đốc Sở Y tế")."""

    __tablename__ = "agency_superior"
    __table_args__ = (
        CheckConstraint("name <> '' AND address <> ''", name="can_be_written_to"),
        CheckConstraint("address = lower(address)", name="address_lower_case"),
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(254))
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
