"""An emulation bloc (khối thi đua) and its members in protocol order."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base


class Bloc(Base):
    """A bloc of agencies under one superior body ("UBND TỈNH BẮC GIANG"); `lead_agency_id` is the Khối trưởng."""

    __tablename__ = "bloc"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300), unique=True)
    short_name: Mapped[str] = mapped_column(String(60))
    superior: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(100))
    lead_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))


class BlocMember(Base):
    """Membership; `position` is the protocol order, from 1."""

    __tablename__ = "bloc_member"
    __table_args__ = (
        UniqueConstraint("bloc_id", "agency_id"),
        UniqueConstraint("bloc_id", "position"),
        CheckConstraint("position >= 1", name="position_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bloc_id: Mapped[int] = mapped_column(ForeignKey("bloc.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    position: Mapped[int]
