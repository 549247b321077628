"""One government agency, a member of blocs."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base


class Agency(Base):
    """An agency under the name it bore when the row was made; names are never rewritten."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300), unique=True)
    short_name: Mapped[str] = mapped_column(String(40), unique=True)
