"""The append-only history: Merkle leaves, head, and the erasable personal part."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from approval.models.base import Base


class AuditEvent(Base):
    """Insert only. `payload` is RFC 8785 JSON stored as is; `leaf_hash` = SHA-256(0x00 ‖ payload) (RFC 6962).

    `seq` counts from 0 without gaps; `prev_root` is the tree's root before this leaf.
    `pledge_ref` and `type` repeat payload fields so that pages can search; the payload is what counts.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("seq >= 0", name="seq_from_zero"),
        CheckConstraint("length(leaf_hash) = 32 AND length(prev_root) = 32", name="hash_length"),
        CheckConstraint("(pledge_ref IS NULL) = (pledge_seq IS NULL)", name="pledge_has_number"),
        # Also the index that pages search by.
        UniqueConstraint("pledge_ref", "pledge_seq"),
        # Keys of the log, and what has happened since its last signed head, are found without reading it all.
        Index("ix_audit_event_type_seq", "type", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(60))
    pledge_ref: Mapped[str | None] = mapped_column(String(36))
    pledge_seq: Mapped[int | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)
    prev_root: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """One row: size, root and frontier (peaks, concatenated 32-byte hashes). Only moves forward (triggers)."""

    __tablename__ = "audit_head"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("length(root) = 32", name="hash_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)


class AuditPrivate(Base):
    """IP address and user agent of an event, committed to by a salted hash in its payload, erasable."""

    __tablename__ = "audit_private"

    seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_event.seq"), primary_key=True, autoincrement=False)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)
