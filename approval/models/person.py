"""People who log in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.states import Role
from approval.models.base import Base, UtcDateTime, one_of


class Person(Base):
    """One account. A representative belongs to exactly one agency, a coordinator may belong to the lead agency."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(one_of("role", Role) + " AND role <> 'system'", name="role_known"),
        CheckConstraint("role <> 'representative' OR agency_id IS NOT NULL", name="representative_has_agency"),
        CheckConstraint("email = lower(email)", name="email_lower_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    display_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    bloc_id: Mapped[int | None] = mapped_column(ForeignKey("bloc.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
