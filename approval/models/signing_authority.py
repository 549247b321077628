"""Recorded authority to sign for the head of an agency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from approval.domain.states import AuthorityKind
from approval.models.base import Base, UtcDateTime, one_of


class SigningAuthority(Base):
    """Head, KT., Q. or TUQ. (NĐ 30/2020, Phụ lục I): what is printed above the signature, and since when it holds."""

    __tablename__ = "signing_authority"
    __table_args__ = (
        CheckConstraint(one_of("kind", AuthorityKind), name="kind_known"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period_forward"),
        CheckConstraint("kind <> 'TUQ' OR document_reference <> ''", name="mandate_has_document"),
        Index(
            "uq_signing_authority_current",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    kind: Mapped[str] = mapped_column(String(10))
    position_title: Mapped[str] = mapped_column(String(200))
    document_reference: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
