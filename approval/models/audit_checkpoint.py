"""The published heads of the history: stored subtrees to prove from, signed heads, their time stamps and witnesses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base, UtcDateTime


class AuditNode(Base):
    """Root of a full subtree above the leaves (level 1 and up); what the leaves give can be made anew from them."""

    __tablename__ = "audit_node"
    __table_args__ = (CheckConstraint("length(hash) = 32 AND level > 0 AND position >= 0", name="node_of_a_tree"),)

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """Insert only, sizes rising: a head that the log signer signed. `note` are the bytes of the C2SP checkpoint."""

    __tablename__ = "audit_checkpoint"
    __table_args__ = (CheckConstraint("size > 0 AND length(root) = 32", name="head_of_a_tree"),)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditToken(Base):
    """Insert only: the RFC 3161 token (DER) over the note of a checkpoint."""

    __tablename__ = "audit_token"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_checkpoint.size"), primary_key=True, autoincrement=False
    )
    token: Mapped[bytes] = mapped_column(LargeBinary)
    stamped_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditCosignature(Base):
    """Insert only: the signature line of a witness on a checkpoint."""

    __tablename__ = "audit_cosignature"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_checkpoint.size"), primary_key=True, autoincrement=False
    )
    witness: Mapped[str] = mapped_column(String(200), primary_key=True)
    line: Mapped[str] = mapped_column(String(600))
    cosigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
